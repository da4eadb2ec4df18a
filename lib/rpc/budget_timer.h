#ifndef LAGESBILD_LIB_RPC_BUDGET_TIMER_H_
#define LAGESBILD_LIB_RPC_BUDGET_TIMER_H_

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/rpc/unary_call.h"

namespace lagesbild::rpc {

// Answers calls whose handlers have used up their budget. One thread for all;
// it sleeps while there are none. Thread-safe.
class BudgetTimer {
 public:
  explicit BudgetTimer(const base::Clock* clock);
  ~BudgetTimer();

  // A call that was not answered at once.
  void Watch(const std::shared_ptr<UnaryCall>& call);

 private:
  using Calls = std::vector<std::shared_ptr<UnaryCall>>;

  void Work();
  Calls TakeExpired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const base::Clock* const clock_;
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // By their ends; without those that were answered before the last tick.
  std::multimap<absl::Duration, std::weak_ptr<UnaryCall>> calls_
      ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_BUDGET_TIMER_H_
