#ifndef LAGESBILD_LIB_LEDGER_REDIS_CHANGES_H_
#define LAGESBILD_LIB_LEDGER_REDIS_CHANGES_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/redis_connection.h"
#include "lib/ledger/stored.h"

namespace lagesbild::ledger {

// What changes a ledger in Redis apart from commits, over one connection.
// DATA_LOSS, and nothing changed, when it is not the one that was opened.
class RedisChanges {
 public:
  RedisChanges(RedisConnection* connection, std::string tag,
               std::string store_id)
      : connection_(connection),
        tag_(std::move(tag)),
        store_id_(std::move(store_id)) {}

  // Requests recorded before `forget_before` are forgotten.
  absl::Status Compact(Revision through, absl::Time forget_before);
  // Erases, and has Redis write its files anew without the bytes.
  absl::Status Erase(const Erasure& erasure);
  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next);

 private:
  absl::StatusOr<RedisReply> Run(const RedisScript& script,
                                 const std::vector<absl::string_view>& args);
  absl::Status ForgetRequests(absl::Time before);

  RedisConnection* const connection_;
  const std::string tag_;
  const std::string store_id_;
};

// Writes a restored ledger. Nobody can open it before Finish.
class RedisRestore final : public StoreSink {
 public:
  RedisRestore(RedisConnection* connection, std::string tag,
               std::string store_id)
      : connection_(connection),
        tag_(std::move(tag)),
        store_id_(std::move(store_id)) {}

  // ALREADY_EXISTS when there is a ledger of the name.
  absl::Status Begin(const StoreHeader& header) override;
  absl::Status AddRevision(StoredRevision revision) override;
  absl::Status AddRequest(const RequestRecord& request) override;
  absl::Status AddLease(const std::string& name,
                        const LeaseRecord& lease) override;
  absl::Status AddErasure(const Erasure& erasure) override;
  absl::Status Finish() override;

 private:
  std::string Key(absl::string_view part) const;
  absl::Status Put(const std::vector<absl::string_view>& command);
  absl::Status Drain();
  absl::Status AddVersion(const StoredRevision& revision,
                          const StoredVersion& version);
  absl::Status AddLog(const StoredRevision& revision);

  RedisConnection* const connection_;
  const std::string tag_;
  const std::string store_id_;
  StoreHeader header_;
  std::map<std::string, Revision> state_;
  std::size_t outstanding_ = 0;
  std::size_t outstanding_bytes_ = 0;
  int erasures_ = 0;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_CHANGES_H_
