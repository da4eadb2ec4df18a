#include "lib/view/revision_waiters.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::view {
namespace {

// How late a budget's end may be noticed. The thread looks at the injected
// clock at this pace, so that a test that moves time is heard.
constexpr absl::Duration kTick = absl::Milliseconds(10);

absl::Status NotCaughtUp() {
  return base::Error(absl::StatusCode::kUnavailable, base::kNotCaughtUp,
                     "the revision asked for is not shown yet");
}

absl::Status Draining() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the view is being closed");
}

}  // namespace

RevisionWaiters::RevisionWaiters(const base::Clock* clock)
    : clock_(clock), thread_([this] { Watch(); }) {}

void RevisionWaiters::Add(ledger::Revision revision, absl::Duration budget,
                          Callback done) {
  absl::Status status;
  {
    base::MutexLock lock(&mutex_);
    if (!stopped_ && revision > reached_) {
      waiters_.emplace(revision,
                       Waiter{clock_->Monotonic() + budget, std::move(done)});
      if (idle_) wake_.Signal();
      return;
    }
    if (stopped_ && revision > reached_) status = Draining();
  }
  done(status);
}

void RevisionWaiters::Reached(ledger::Revision revision) {
  std::vector<Callback> ready;
  {
    base::MutexLock lock(&mutex_);
    reached_ = revision;
    const auto end = waiters_.upper_bound(revision);
    for (auto it = waiters_.begin(); it != end; ++it) {
      ready.push_back(std::move(it->second.done));
    }
    waiters_.erase(waiters_.begin(), end);
  }
  for (Callback& done : ready) done(absl::OkStatus());
}

void RevisionWaiters::Stop() {
  std::multimap<ledger::Revision, Waiter> left;
  {
    base::MutexLock lock(&mutex_);
    stopped_ = true;
    left.swap(waiters_);
    wake_.Signal();
  }
  for (auto& [revision, waiter] : left) waiter.done(Draining());
  if (thread_.joinable()) thread_.join();
}

void RevisionWaiters::Watch() {
  while (true) {
    std::vector<Callback> expired;
    {
      base::MutexLock lock(&mutex_);
      idle_ = true;
      while (waiters_.empty() && !stopped_) wake_.Wait(&mutex_);
      idle_ = false;
      if (stopped_) return;
      wake_.WaitFor(&mutex_, kTick);
      expired = TakeExpired();
    }
    for (Callback& done : expired) done(NotCaughtUp());
  }
}

std::vector<RevisionWaiters::Callback> RevisionWaiters::TakeExpired() {
  const absl::Duration now = clock_->Monotonic();
  std::vector<Callback> expired;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (it->second.deadline > now) {
      ++it;
      continue;
    }
    expired.push_back(std::move(it->second.done));
    it = waiters_.erase(it);
  }
  return expired;
}

}  // namespace lagesbild::view
