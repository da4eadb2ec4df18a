#include "lib/ledger/redis_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/redis_files.h"

namespace lagesbild::ledger {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
constexpr char kUnixPrefix[] = "unix:";

struct HostPort {
  std::string host;
  int port = 0;
};

absl::StatusOr<HostPort> ParseAddress(absl::string_view address) {
  const std::size_t colon = address.rfind(':');
  HostPort parsed;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(address.substr(colon + 1), &parsed.port) ||
      parsed.port < 1 || parsed.port > 65535) {
    return base::InvalidField("address", "not host:port or unix:/path");
  }
  absl::string_view host = address.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  parsed.host = std::string(host);
  return parsed;
}

bool IsLoopback(absl::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  // A host name may begin with "127." too; an address has only digits and dots.
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == absl::string_view::npos;
}

absl::StatusOr<redisContext*> Open(const RedisEndpoint& endpoint) {
  const timeval timeout = absl::ToTimeval(endpoint.connect_timeout);
  absl::string_view path = endpoint.address;
  redisContext* context;
  if (absl::ConsumePrefix(&path, kUnixPrefix)) {
    context = redisConnectUnixWithTimeout(std::string(path).c_str(), timeout);
  } else {
    LB_ASSIGN_OR_RETURN(const HostPort at, ParseAddress(endpoint.address));
    context = redisConnectWithTimeout(at.host.c_str(), at.port, timeout);
  }
  if (context == nullptr) return StorageUnavailable("redis: out of memory");
  return context;
}

}  // namespace

absl::Status CheckAddress(const std::string& address) {
  if (absl::StartsWith(address, kUnixPrefix)) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(const HostPort at, ParseAddress(address));
  if (IsLoopback(at.host)) return absl::OkStatus();
  return base::InvalidField(
      "address", absl::StrCat(at.host,
                              " is not this machine: Redis is reached in plain "
                              "text, elsewhere through a TLS sidecar"));
}

absl::string_view RedisValue::Text() const {
  return reply_->str == nullptr ? absl::string_view()
                                : absl::string_view(reply_->str, reply_->len);
}

std::int64_t RedisValue::Int() const {
  if (reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
  std::int64_t value = 0;
  return absl::SimpleAtoi(Text(), &value) ? value : 0;
}

std::size_t RedisValue::size() const {
  return reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0;
}

absl::Status RedisErrorStatus(absl::string_view error) {
  const std::string why = absl::StrCat("redis: ", error);
  if (absl::StartsWith(error, "OOM") ||
      absl::StrContains(error, "No space left")) {
    return StorageFull(why);
  }
  if (absl::StartsWith(error, "WRONGPASS") ||
      absl::StartsWith(error, "NOAUTH") ||
      absl::StrContains(error, "invalid password")) {
    return StorageUnavailable("redis refuses the password");
  }
  return StorageUnavailable(why);
}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Connect(
    const RedisEndpoint& endpoint) {
  LB_RETURN_IF_ERROR(CheckAddress(endpoint.address));
  LB_ASSIGN_OR_RETURN(redisContext* const context, Open(endpoint));
  std::unique_ptr<RedisConnection> connection(new RedisConnection(context));
  if (context->err != 0) {
    return StorageUnavailable(
        absl::StrCat("redis at ", endpoint.address, ": ", context->errstr));
  }
  LB_RETURN_IF_ERROR(connection->Prepare(endpoint));
  return connection;
}

RedisConnection::~RedisConnection() { redisFree(context_); }

absl::Status RedisConnection::Prepare(const RedisEndpoint& endpoint) {
  SetTimeout(endpoint.connect_timeout);
  if (!endpoint.password.empty()) {
    LB_RETURN_IF_ERROR(Call({"AUTH", endpoint.password}).status());
  }
  LB_RETURN_IF_ERROR(CheckSetting("appendonly", "yes"));
  LB_RETURN_IF_ERROR(CheckSetting("appendfsync", "always"));
  LB_RETURN_IF_ERROR(CheckSetting("no-appendfsync-on-rewrite", "no"));
  LB_RETURN_IF_ERROR(CheckSetting("maxmemory-policy", "noeviction"));
  LB_RETURN_IF_ERROR(EnsureOwnAppendOnlyFile(this, endpoint.connect_timeout));
  SetTimeout(endpoint.command_timeout);
  return absl::OkStatus();
}

absl::Status RedisConnection::CheckSetting(absl::string_view name,
                                           absl::string_view wanted) {
  LB_ASSIGN_OR_RETURN(const RedisReply reply, Call({"CONFIG", "GET", name}));
  const RedisValue found = reply.value();
  if (found.size() == 2 && found[1].Text() == wanted) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "redis would lose acknowledged commits: ", name, " must be ", wanted));
}

void RedisConnection::SetTimeout(absl::Duration timeout) {
  timeout_ = timeout;
  redisSetTimeout(context_, absl::ToTimeval(timeout));
}

absl::Status RedisConnection::Break(absl::string_view why) {
  broken_ = StorageUnavailable(absl::StrCat("redis: ", why));
  return broken_;
}

bool RedisConnection::Usable() const {
  if (!broken_.ok()) return false;
  // Nothing is outstanding: anything to read is the end of the connection.
  pollfd ready = {context_->fd, POLLIN, 0};
  return poll(&ready, 1, 0) == 0;
}

void RedisConnection::Append(const std::vector<absl::string_view>& args) {
  absl::StrAppend(&out_, "*", args.size(), "\r\n");
  for (const absl::string_view arg : args) {
    absl::StrAppend(&out_, "$", arg.size(), "\r\n", arg, "\r\n");
  }
}

absl::Status RedisConnection::Flush() {
  LB_RETURN_IF_ERROR(broken_);
  const std::string out = std::exchange(out_, {});
  std::size_t sent = 0;
  while (sent < out.size()) {
    // hiredis' own write would raise SIGPIPE when the server is gone.
    const ssize_t written =
        send(context_->fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Break(std::strerror(errno));
    sent += static_cast<std::size_t>(written);
  }
  return absl::OkStatus();
}

absl::StatusOr<RedisReply> RedisConnection::Read() {
  LB_RETURN_IF_ERROR(broken_);
  in_.resize(kReadBytes);
  while (true) {
    void* reply = nullptr;
    if (redisReaderGetReply(context_->reader, &reply) != REDIS_OK) {
      return Break(context_->reader->errstr);
    }
    if (reply != nullptr) return RedisReply(static_cast<redisReply*>(reply));
    const ssize_t got = recv(context_->fd, in_.data(), in_.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return Break("connection closed");
    if (got < 0) {
      return Break(errno == EAGAIN ? "no answer in time"
                                   : std::strerror(errno));
    }
    redisReaderFeed(context_->reader, in_.data(),
                    static_cast<std::size_t>(got));
  }
}

absl::StatusOr<RedisReply> RedisConnection::Call(
    const std::vector<absl::string_view>& args) {
  Append(args);
  LB_RETURN_IF_ERROR(Flush());
  LB_ASSIGN_OR_RETURN(RedisReply reply, Read());
  if (reply.value().IsError()) return RedisErrorStatus(reply.value().Text());
  return reply;
}

absl::StatusOr<RedisReply> RedisConnection::CallScript(
    const RedisScript& script, absl::string_view tag,
    const std::vector<absl::string_view>& args) {
  std::vector<absl::string_view> call = {"EVALSHA", script.sha, "1", tag};
  call.insert(call.end(), args.begin(), args.end());
  Append(call);
  LB_RETURN_IF_ERROR(Flush());
  LB_ASSIGN_OR_RETURN(RedisReply reply, Read());
  if (!reply.value().IsError()) return reply;
  if (!absl::StartsWith(reply.value().Text(), "NOSCRIPT")) {
    return RedisErrorStatus(reply.value().Text());
  }
  call[0] = "EVAL";
  call[1] = script.text;
  return Call(call);
}

}  // namespace lagesbild::ledger
