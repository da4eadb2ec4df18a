#include "lib/ledger/committer.h"

#include <utility>

#include "lib/base/status.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

absl::Status Closing() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the ledger is closing");
}

}  // namespace

Committer::Committer(Apply apply, CommitterLimits limits)
    : apply_(std::move(apply)),
      limits_(limits),
      committing_([this] { Work(); }),
      refusing_([this] { TellRefusals(); }) {}

void Committer::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.Signal();
  if (committing_.joinable()) committing_.join();
  refused_.Signal();
  if (refusing_.joinable()) refusing_.join();
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
  absl::Status queued = Queue(&prepared, &done);
  if (!queued.ok()) return Refuse(std::move(queued), std::move(done));
  wake_.Signal();
}

absl::Status Committer::Queue(PreparedTransaction* prepared,
                              CommitCallback* done) {
  base::MutexLock lock(&mutex_);
  if (stopping_) return Closing();
  if (Full(prepared->bytes)) return Overloaded();
  queued_bytes_ += prepared->bytes;
  queue_.push_back(std::move(*prepared));
  completions_.push_back(std::move(*done));
  return absl::OkStatus();
}

// The caller may hold a lock that its completion takes, and the committer's
// thread may be long in applying a batch: so neither tells it. Only where
// refusals come faster than they are heard the caller has to.
void Committer::Refuse(absl::Status why, CommitCallback done) {
  bool accepted;
  {
    base::MutexLock lock(&mutex_);
    accepted = !stopped_ && refusals_.size() < limits_.max_refusals;
    if (accepted) refusals_.push_back({why, done});
  }
  if (!accepted) return done(std::move(why));
  refused_.Signal();
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
  while (queue_.empty() && !stopping_) wake_.Wait(&mutex_);
  Batch batch;
  Gather(&batch);
  stopped_ = batch.transactions.empty();
  return batch;
}

void Committer::Run(Batch batch) {
  Applied applied = apply_(batch.transactions);
  for (std::size_t i = 0; i < applied.results.size(); ++i) {
    batch.completions[i](std::move(applied.results[i]));
  }
  if (!applied.away.ok()) FailWaiting(applied.away);
}

void Committer::FailWaiting(const absl::Status& away) {
  std::deque<PreparedTransaction> dropped;
  std::deque<CommitCallback> completions;
  {
    base::MutexLock lock(&mutex_);
    dropped.swap(queue_);
    completions.swap(completions_);
    queued_bytes_ = 0;
  }
  for (const CommitCallback& done : completions) done(away);
}

void Committer::Work() {
  while (true) {
    Batch batch = NextBatch();
    if (batch.transactions.empty()) return;
    Run(std::move(batch));
  }
}

std::vector<Committer::Refusal> Committer::NextRefusals() {
  base::MutexLock lock(&mutex_);
  while (refusals_.empty() && !stopped_) refused_.Wait(&mutex_);
  return std::exchange(refusals_, {});
}

void Committer::TellRefusals() {
  while (true) {
    std::vector<Refusal> refusals = NextRefusals();
    if (refusals.empty()) return;
    for (Refusal& refusal : refusals) refusal.done(std::move(refusal.why));
  }
}

}  // namespace lagesbild::ledger
