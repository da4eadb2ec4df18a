#include "lib/view/revision_waiters.h"

#include <atomic>

#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::view {
namespace {

using testing::Heard;
using testing::IsOk;

// A call would wait for a revision that is already there.
TEST(RevisionWaitersTest, AnswersAtOnceWhatWasReached) {
  testing::FakeClock clock;
  RevisionWaiters waiters(&clock);
  waiters.Reached(5);
  Heard<absl::Status> heard;
  waiters.Add(5, absl::ZeroDuration(), heard.callback());
  ASSERT_TRUE(heard.Ready());
  EXPECT_THAT(heard.Wait(), IsOk());
}

// Many calls at once would lose some of their answers.
TEST(RevisionWaitersTest, AnswersEveryoneOnce) {
  constexpr int kWaiters = 2000;
  base::SystemClock clock;
  std::atomic<int> ok = 0;
  std::atomic<int> answers = 0;
  {
    RevisionWaiters waiters(&clock);
    std::thread reacher([&] {
      for (int r = 1; r <= kWaiters / 2; ++r) waiters.Reached(r);
    });
    for (int i = 0; i < kWaiters; ++i) {
      waiters.Add(1 + i, absl::Seconds(60), [&](const absl::Status& status) {
        ++answers;
        if (status.ok()) ++ok;
      });
    }
    reacher.join();
  }
  EXPECT_EQ(answers, kWaiters);
  EXPECT_EQ(ok, kWaiters / 2);
}

}  // namespace
}  // namespace lagesbild::view
