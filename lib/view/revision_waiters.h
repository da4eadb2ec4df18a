#ifndef LAGESBILD_LIB_VIEW_REVISION_WAITERS_H_
#define LAGESBILD_LIB_VIEW_REVISION_WAITERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::view {

// Callbacks that wait for a revision or for their budget to run out. One thread
// for all of them; it sleeps while nobody waits. Thread-safe.
class RevisionWaiters {
 public:
  using Callback = std::function<void(absl::Status)>;

  explicit RevisionWaiters(const base::Clock* clock);
  ~RevisionWaiters() { Stop(); }

  // `done` runs at once when `revision` was reached.
  void Add(ledger::Revision revision, absl::Duration budget, Callback done);

  // Runs what waited for `revision` or an earlier one. May go back.
  void Reached(ledger::Revision revision);

  // Answers all with UNAVAILABLE DRAINING, now and from now on.
  void Stop();

 private:
  struct Waiter {
    absl::Duration deadline;  // by the monotonic clock
    Callback done;
  };

  void Watch();
  std::vector<Callback> TakeExpired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const base::Clock* const clock_;
  base::Mutex mutex_;
  base::CondVar wake_;
  ledger::Revision reached_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool idle_ ABSL_GUARDED_BY(mutex_) = false;  // the thread sleeps for good
  std::multimap<ledger::Revision, Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_REVISION_WAITERS_H_
