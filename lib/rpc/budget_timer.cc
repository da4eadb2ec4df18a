#include "lib/rpc/budget_timer.h"

namespace lagesbild::rpc {
namespace {

// How late a budget's end may be noticed.
constexpr absl::Duration kTick = absl::Milliseconds(20);

}  // namespace

BudgetTimer::BudgetTimer(const base::Clock* clock)
    : clock_(clock), thread_([this] { Work(); }) {}

BudgetTimer::~BudgetTimer() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.Signal();
  }
  thread_.join();
}

void BudgetTimer::Watch(const std::shared_ptr<UnaryCall>& call) {
  base::MutexLock lock(&mutex_);
  calls_.emplace(call->ends(), call);
  if (calls_.size() == 1) wake_.Signal();
}

void BudgetTimer::Work() {
  while (true) {
    Calls expired;
    {
      base::MutexLock lock(&mutex_);
      while (calls_.empty() && !stopping_) wake_.Wait(&mutex_);
      if (!stopping_) wake_.WaitFor(&mutex_, kTick);
      if (stopping_) return;
      expired = TakeExpired();
    }
    for (const auto& call : expired) call->Expire();
  }
}

BudgetTimer::Calls BudgetTimer::TakeExpired() {
  const absl::Duration now = clock_->Monotonic();
  Calls expired;
  for (auto it = calls_.begin(); it != calls_.end();) {
    std::shared_ptr<UnaryCall> call = it->second.lock();
    if (call != nullptr && !call->answered() && it->first > now) {
      ++it;
      continue;
    }
    if (call != nullptr) expired.push_back(std::move(call));
    it = calls_.erase(it);
  }
  return expired;
}

}  // namespace lagesbild::rpc
