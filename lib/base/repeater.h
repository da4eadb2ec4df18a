#ifndef LAGESBILD_LIB_BASE_REPEATER_H_
#define LAGESBILD_LIB_BASE_REPEATER_H_

#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "lib/base/mutex.h"

namespace lagesbild::base {

// Calls a function again and again, on a thread of its own.
class Repeater {
 public:
  // The first call comes at once, each further one `pause` after the one before
  // has returned.
  Repeater(absl::Duration pause, std::function<void()> call);
  // Waits for a call that is running.
  ~Repeater();

  // No call follows the one that runs or is about to begin. Idempotent; does
  // not wait.
  void Stop();

 private:
  void Run();
  // False when it is over, before the pause or after it.
  bool WaitFor(absl::Duration pause);

  const absl::Duration pause_;
  const std::function<void()> call_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_REPEATER_H_
