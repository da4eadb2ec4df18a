#ifndef LAGESBILD_LIB_LEDGER_COMMITTER_H_
#define LAGESBILD_LIB_LEDGER_COMMITTER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

struct CommitterLimits {
  // Waiting commits beyond these are refused with OVERLOADED.
  std::size_t max_queued = 16'384;
  std::size_t max_queued_bytes = std::size_t{1} << 30;
  // Refusals that wait to be told; those beyond are told by their caller.
  std::size_t max_refusals = 4'096;
  // What one batch gathers at most; a larger transaction is a batch alone.
  std::size_t max_batch = 512;
  std::size_t max_batch_bytes = 16 << 20;
};

// Group commit: one thread takes whatever transactions wait, has them applied
// together, and runs their completions. What is not even tried is told on a
// second thread, at once. Thread-safe.
class Committer {
 public:
  using Results = std::vector<absl::StatusOr<Committed>>;

  // What came of a batch.
  struct Applied {
    Applied() = default;
    // Implicit, for engines that are never away.
    Applied(Results each) : results(std::move(each)) {}

    Results results;  // one each, in order
    // Why the storage was out of reach for as long as a commit may wait, where
    // it was: then whatever waits by now has this for its result too.
    absl::Status away;
  };

  // Applies a batch in order. Durable when it returns.
  using Apply = std::function<Applied(absl::Span<const PreparedTransaction>)>;

  explicit Committer(Apply apply, CommitterLimits limits = {});
  ~Committer() { Stop(); }
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // As Ledger::Commit. Validates and digests on the caller's thread.
  void Commit(Transaction transaction, CommitCallback done);

  // Completes what was accepted and ends the threads. Later commits fail with
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
  };

  void Accept(PreparedTransaction prepared, CommitCallback done);
  // Takes both, or neither where it gives why.
  absl::Status Queue(PreparedTransaction* prepared, CommitCallback* done);
  void Refuse(absl::Status why, CommitCallback done);
  bool Full(std::size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Work();
  // Empty: there are no more.
  Batch NextBatch();
  void Gather(Batch* batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run(Batch batch);
  void FailWaiting(const absl::Status& away);
  void TellRefusals();
  std::vector<Refusal> NextRefusals();

  const Apply apply_;
  const CommitterLimits limits_;
  base::Mutex mutex_;
  base::CondVar wake_;     // the committer's thread
  base::CondVar refused_;  // the other one
  std::deque<PreparedTransaction> queue_ ABSL_GUARDED_BY(mutex_);
  std::deque<CommitCallback> completions_ ABSL_GUARDED_BY(mutex_);
  std::vector<Refusal> refusals_ ABSL_GUARDED_BY(mutex_);
  std::size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread committing_;
  std::thread refusing_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_COMMITTER_H_
