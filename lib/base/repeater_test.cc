#include "lib/base/repeater.h"

#include <atomic>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/testing/waiting.h"

namespace lagesbild::base {
namespace {

using testing::Eventually;

// Midnight would be noticed once and never again.
TEST(RepeaterTest, CallsAgainAndAgain) {
  std::atomic<int> calls = 0;
  const Repeater repeater(absl::Milliseconds(1), [&] { ++calls; });
  EXPECT_TRUE(Eventually([&] { return calls >= 3; }));
}

// A service that is asked to stop would take as long as the pause is.
TEST(RepeaterTest, StopsInThePauseAndCallsNoMore) {
  std::atomic<int> calls = 0;
  {
    Repeater repeater(absl::Hours(1), [&] { ++calls; });
    ASSERT_TRUE(Eventually([&] { return calls == 1; }));
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
    ASSERT_TRUE(Eventually([&] { return running.load(); }));
  }
  EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace lagesbild::base
