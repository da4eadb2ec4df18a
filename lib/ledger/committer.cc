#include "lib/ledger/committer.h"

#include <utility>

#include "lib/base/status.h"

namespace lagesbild::ledger {
namespace {

absl::Status QueueFull() {
  return absl::ResourceExhaustedError("too many commits are waiting");
}

absl::Status Closing() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the ledger is closing");
}

}  // namespace

Committer::Committer(Apply apply, CommitterLimits limits)
    : apply_(std::move(apply)), limits_(limits), thread_([this] { Work(); }) {}

void Committer::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.Signal();
  if (thread_.joinable()) thread_.join();
}

void Committer::Commit(Transaction transaction, CommitCallback done) {
  absl::StatusOr<PreparedTransaction> prepared =
      Prepare(std::move(transaction));
  if (!prepared.ok()) {
    Refuse(prepared.status(), std::move(done));
    return;
  }
  Accept(*std::move(prepared), std::move(done));
}

bool Committer::Full(std::size_t bytes) const {
  return queue_.size() >= limits_.max_queued ||
         (!queue_.empty() && queued_bytes_ + bytes > limits_.max_queued_bytes);
}

void Committer::Accept(PreparedTransaction prepared, CommitCallback done) {
  absl::Status refusal;
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) {
      refusal = Closing();
    } else if (Full(prepared.bytes)) {
      refusal = QueueFull();
    } else {
      queued_bytes_ += prepared.bytes;
      queue_.push_back(std::move(prepared));
      completions_.push_back(std::move(done));
    }
  }
  if (!refusal.ok()) return Refuse(std::move(refusal), std::move(done));
  wake_.Signal();
}

// A refusal too is told on the committer's thread: the caller may hold a lock
// that its completion takes.
void Committer::Refuse(absl::Status why, CommitCallback done) {
  bool stopped;
  {
    base::MutexLock lock(&mutex_);
    stopped = stopped_;
    if (!stopped) refusals_.push_back({why, done});
  }
  if (stopped) return done(std::move(why));
  wake_.Signal();
}

void Committer::Gather(Batch* batch) {
  std::size_t bytes = 0;
  while (!queue_.empty() && batch->transactions.size() < limits_.max_batch) {
    const std::size_t size = queue_.front().bytes;
    if (bytes > 0 && bytes + size > limits_.max_batch_bytes) break;
    bytes += size;
    batch->transactions.push_back(std::move(queue_.front()));
    batch->completions.push_back(std::move(completions_.front()));
    queue_.pop_front();
    completions_.pop_front();
  }
  queued_bytes_ -= bytes;
}

Committer::Batch Committer::NextBatch() {
  base::MutexLock lock(&mutex_);
  while (queue_.empty() && refusals_.empty() && !stopping_) {
    wake_.Wait(&mutex_);
  }
  Batch batch;
  batch.refusals.swap(refusals_);
  Gather(&batch);
  batch.last =
      stopping_ && batch.transactions.empty() && batch.refusals.empty();
  stopped_ = batch.last;
  return batch;
}

void Committer::Run(Batch batch) {
  for (Refusal& refusal : batch.refusals) {
    refusal.done(std::move(refusal.why));
  }
  if (batch.transactions.empty()) return;
  std::vector<absl::StatusOr<Committed>> results = apply_(batch.transactions);
  for (std::size_t i = 0; i < results.size(); ++i) {
    batch.completions[i](std::move(results[i]));
  }
}

void Committer::Work() {
  while (true) {
    Batch batch = NextBatch();
    if (batch.last) return;
    Run(std::move(batch));
  }
}

}  // namespace lagesbild::ledger
