#ifndef LAGESBILD_LIB_LEDGER_REDIS_CONNECTION_H_
#define LAGESBILD_LIB_LEDGER_REDIS_CONNECTION_H_

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/ledger/redis_scripts.h"

namespace lagesbild::ledger {

// Where a Redis is, and how patiently to speak with it.
struct RedisEndpoint {
  // "127.0.0.1:6379", "localhost:6379", "[::1]:6379" or "unix:/path". hiredis
  // speaks no TLS: any other host is refused; put a TLS sidecar before it.
  std::string address;
  std::string password;  // empty: none
  // For the connection, and for each answer until it can be used.
  absl::Duration connect_timeout = absl::Seconds(2);
  absl::Duration command_timeout = absl::Seconds(10);
};

// INVALID_ARGUMENT unless the address is a loopback one or a unix socket.
absl::Status CheckAddress(const std::string& address);

// What Redis answered. A view: the RedisReply it came from must live on.
class RedisValue {
 public:
  explicit RedisValue(const redisReply* reply) : reply_(reply) {}
  bool IsError() const { return reply_->type == REDIS_REPLY_ERROR; }
  bool IsNull() const { return reply_->type == REDIS_REPLY_NIL; }
  // Bytes of a string, a status or an error; empty otherwise.
  absl::string_view Text() const;
  // An integer, or a text that is one; 0 otherwise.
  std::int64_t Int() const;
  // Elements of an array; 0 otherwise.
  std::size_t size() const;
  RedisValue operator[](std::size_t i) const {
    return RedisValue(reply_->element[i]);
  }

 private:
  const redisReply* reply_;
};

class RedisReply {
 public:
  explicit RedisReply(redisReply* reply) : reply_(reply, freeReplyObject) {}
  RedisValue value() const { return RedisValue(reply_.get()); }

 private:
  std::unique_ptr<redisReply, void (*)(void*)> reply_;
};

// The status an error reply stands for: STORAGE_FULL for OOM, else
// STORAGE_UNAVAILABLE. The texts never hold a secret.
absl::Status RedisErrorStatus(absl::string_view error);

// One connection, for one thread at a time. A fault of the connection gives
// UNAVAILABLE and breaks it for good; an error reply is a reply.
class RedisConnection {
 public:
  // Connects, authenticates, and reads back that the server keeps what it
  // acknowledges: FAILED_PRECONDITION unless appendonly is yes, appendfsync is
  // always, also during rewrites, and nothing is evicted. Waits until the
  // append-only file was written anew since the server's start (redis_files.h).
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Connect(
      const RedisEndpoint& endpoint);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Queues a command; Flush sends what is queued.
  void Append(const std::vector<absl::string_view>& args);
  absl::Status Flush();
  // The next reply, in the order of the commands.
  absl::StatusOr<RedisReply> Read();

  // One command and its reply; an error reply becomes its status.
  absl::StatusOr<RedisReply> Call(const std::vector<absl::string_view>& args);
  // One script; loaded where the server does not know it.
  absl::StatusOr<RedisReply> CallScript(
      const RedisScript& script, absl::string_view tag,
      const std::vector<absl::string_view>& args);

  // For commands that take longer than most.
  void SetTimeout(absl::Duration timeout);
  absl::Duration timeout() const { return timeout_; }
  // False when it broke or the server closed it.
  bool Usable() const;

 private:
  explicit RedisConnection(redisContext* context) : context_(context) {}
  absl::Status Prepare(const RedisEndpoint& endpoint);
  absl::Status CheckSetting(absl::string_view name, absl::string_view wanted);
  absl::Status Break(absl::string_view why);

  redisContext* const context_;
  absl::Duration timeout_;
  std::string out_;
  std::vector<char> in_;
  absl::Status broken_;  // OK: it is not
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_CONNECTION_H_
