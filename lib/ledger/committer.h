#ifndef LAGESBILD_LIB_LEDGER_COMMITTER_H_
#define LAGESBILD_LIB_LEDGER_COMMITTER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

struct CommitterLimits {
  // Waiting commits beyond these are refused with RESOURCE_EXHAUSTED.
  std::size_t max_queued = 16'384;
  std::size_t max_queued_bytes = std::size_t{1} << 30;
  // What one batch gathers at most; a larger transaction is a batch alone.
  std::size_t max_batch = 512;
  std::size_t max_batch_bytes = 16 << 20;
};

// Group commit: one thread takes whatever transactions wait, has them applied
// together, and runs their completions. Thread-safe.
class Committer {
 public:
  // Applies a batch in order; gives one result each, in order. Durable when
  // it returns.
  using Apply = std::function<std::vector<absl::StatusOr<Committed>>(
      absl::Span<const PreparedTransaction>)>;

  explicit Committer(Apply apply, CommitterLimits limits = {});
  ~Committer() { Stop(); }
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // As Ledger::Commit. Validates and digests on the caller's thread.
  void Commit(Transaction transaction, CommitCallback done);

  // Completes what was accepted and ends the thread. Later commits fail with
  // UNAVAILABLE, on their caller's thread.
  void Stop();

 private:
  struct Refusal {
    absl::Status why;
    CommitCallback done;
  };
  struct Batch {
    std::vector<PreparedTransaction> transactions;
    std::vector<CommitCallback> completions;
    std::vector<Refusal> refusals;
    bool last = false;
  };

  void Accept(PreparedTransaction prepared, CommitCallback done);
  void Refuse(absl::Status why, CommitCallback done);
  bool Full(std::size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Work();
  Batch NextBatch();
  void Gather(Batch* batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run(Batch batch);

  const Apply apply_;
  const CommitterLimits limits_;
  base::Mutex mutex_;
  base::CondVar wake_;
  std::deque<PreparedTransaction> queue_ ABSL_GUARDED_BY(mutex_);
  std::deque<CommitCallback> completions_ ABSL_GUARDED_BY(mutex_);
  std::vector<Refusal> refusals_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_COMMITTER_H_
