#include "lib/base/turnstile.h"

#include <atomic>
#include <vector>

#include "gtest/gtest.h"

namespace lagesbild::base {
namespace {

// Two imports at once would undo each other's work again and again.
TEST(TurnstileTest, OneAtATimeInOrder) {
  std::vector<int> order;
  std::atomic<int> inside = 0;
  std::atomic<bool> crowded = false;
  {
    ThreadPool pool(4);
    Turnstile turnstile(&pool);
    for (int i = 0; i < 200; ++i) {
      turnstile.Enter([&, i](Turnstile::Leave leave) {
        if (++inside != 1) crowded = true;
        order.push_back(i);
        // Leaves on another thread, as a commit's completion does.
        pool.Run([&inside, leave] {
          --inside;
          leave();
          leave();
        });
      });
    }
    turnstile.AwaitLeft();
  }
  EXPECT_FALSE(crowded);
  ASSERT_EQ(order.size(), 200u);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(order[i], i);
}

// A task that forgot to leave would stop all others for ever.
TEST(TurnstileTest, ATaskThatDropsItsLeaveHasLeft) {
  std::atomic<bool> second = false;
  {
    ThreadPool pool(1);
    Turnstile turnstile(&pool);
    turnstile.Enter([](Turnstile::Leave) {});
    turnstile.Enter([&](Turnstile::Leave) { second = true; });
    while (!second) std::this_thread::yield();
  }
  EXPECT_TRUE(second);
}

}  // namespace
}  // namespace lagesbild::base
