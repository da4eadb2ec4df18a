#include "lib/base/repeater.h"

#include <atomic>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace lagesbild::base {
namespace {

// Midnight would be noticed once and never again.
TEST(RepeaterTest, CallsAgainAndAgain) {
  std::atomic<int> calls = 0;
  const Repeater repeater(absl::Milliseconds(1), [&] { ++calls; });
  while (calls < 3) std::this_thread::yield();
}

// A service that is asked to stop would take as long as the pause is.
TEST(RepeaterTest, StopsInThePauseAndCallsNoMore) {
  std::atomic<int> calls = 0;
  {
    Repeater repeater(absl::Hours(1), [&] { ++calls; });
    while (calls < 1) std::this_thread::yield();
    repeater.Stop();
    repeater.Stop();
  }
  EXPECT_EQ(calls, 1);
}

// What the call works with would be gone under it.
TEST(RepeaterTest, WaitsForTheCallThatIsRunning) {
  std::atomic<bool> running = false;
  std::atomic<bool> finished = false;
  {
    const Repeater repeater(absl::Hours(1), [&] {
      running = true;
      absl::SleepFor(absl::Milliseconds(20));
      finished = true;
    });
    while (!running) std::this_thread::yield();
  }
  EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace lagesbild::base
