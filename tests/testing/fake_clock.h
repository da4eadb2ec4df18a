#ifndef LAGESBILD_TESTS_TESTING_FAKE_CLOCK_H_
#define LAGESBILD_TESTS_TESTING_FAKE_CLOCK_H_

#include "lib/base/clock.h"
#include "lib/base/mutex.h"

namespace lagesbild::testing {

// A clock that stands still until the test moves it.
class FakeClock final : public base::Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1700000000))
      : now_(now) {}

  absl::Time Now() const override {
    base::MutexLock lock(&mutex_);
    return now_;
  }
  absl::Duration Monotonic() const override {
    base::MutexLock lock(&mutex_);
    return monotonic_;
  }

  // Moves both clocks on.
  void Advance(absl::Duration by) {
    base::MutexLock lock(&mutex_);
    now_ += by;
    monotonic_ += by;
  }

  // Moves the wall clock alone, either way, as an operator or NTP would.
  void JumpWall(absl::Duration by) {
    base::MutexLock lock(&mutex_);
    now_ += by;
  }

 private:
  mutable base::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration monotonic_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_FAKE_CLOCK_H_
