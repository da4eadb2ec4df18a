#ifndef LAGESBILD_LIB_LEDGER_REDIS_WRITER_H_
#define LAGESBILD_LIB_LEDGER_REDIS_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lib/base/clock.h"
#include "lib/ledger/committer.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/redis_codec.h"
#include "lib/ledger/redis_connection.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// Sends commits over a connection of its own, a batch in one MULTI, so that
// Redis syncs its file once for all of them, and they are never interleaved.
//
// When a reply is lost the outcome is unknown. The writer then connects anew
// and takes a new epoch: from there on Redis refuses whatever the old
// connection still had under way. What was sent is sent again under the same
// sequence numbers, and the script answers those that were applied from its
// memory. Not thread-safe.
class RedisWriter {
 public:
  RedisWriter(RedisOptions options, std::string tag, std::string store_id,
              std::string writer_id, const base::Clock* clock);

  // Gives up, and says that Redis is away, some seconds after it began, or more
  // for what is large or must reach replicas.
  Committer::Applied Apply(absl::Span<const PreparedTransaction> batch);

 private:
  struct Pending {
    const PreparedTransaction* prepared;
    std::int64_t sequence;
    std::optional<absl::StatusOr<Committed>> result;
  };
  using Batch = std::vector<Pending*>;

  // OK when every one has its result; else why the rest has none.
  absl::Status Try(std::vector<Pending>* all);
  // Connected, the script loaded, the epoch taken.
  absl::Status EnsureReady();
  absl::Status Connect();
  absl::Status LoadScript();
  absl::Status TakeEpoch();
  // OK when every one has its result; else why the rest should be sent again.
  absl::Status Attempt(const Batch& batch);
  absl::Status Send(const Batch& batch);
  absl::Status Receive(const Batch& batch);
  absl::Status ReceiveAlone(Pending* pending);
  absl::StatusOr<absl::Status> ReadQueued(std::size_t count);
  absl::Status ReceiveReplicas(const Batch& batch);
  absl::Status Settle(Pending* pending, const RedisValue& reply);
  absl::Status SettleError(const Batch& batch, absl::string_view error);
  // What a batch may take because of its size and of the replicas.
  absl::Duration AllowanceFor(const Batch& batch) const;
  // Until the batch under way is given up; never nothing.
  absl::Duration Left() const;

  const RedisOptions options_;
  const std::string tag_;
  const std::string store_id_;
  const base::Clock* const clock_;
  WriterPlace place_;
  std::unique_ptr<RedisConnection> connection_;
  bool script_loaded_ = false;
  bool epoch_taken_ = false;
  bool away_ = false;   // the last batch found no Redis
  absl::Duration end_;  // of the batch under way, on the monotonic clock
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_WRITER_H_
