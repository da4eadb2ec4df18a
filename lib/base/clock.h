#ifndef LAGESBILD_LIB_BASE_CLOCK_H_
#define LAGESBILD_LIB_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace lagesbild::base {

// Where a component learns the time. Components take a Clock in their
// constructor and never ask the system themselves, so that a test can move
// time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock. It may jump either way; use it only for times that are
  // stored or shown.
  virtual absl::Time Now() const = 0;

  // Time since an arbitrary start, never going back. Use it for timeouts and
  // leases.
  virtual absl::Duration Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_CLOCK_H_
