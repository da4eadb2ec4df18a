#include "lib/ledger/lease_keeper.h"

#include "gtest/gtest.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::ledger {
namespace {

using lagesbild::testing::ErrorIs;
using lagesbild::testing::FakeClock;
using lagesbild::testing::IsOk;

constexpr absl::Duration kTtl = absl::Seconds(10);

class LeaseKeeperTest : public ::testing::Test {
 protected:
  LeaseKeeper Keeper(const std::string& holder) {
    return LeaseKeeper(ledger_.get(), &clock_, "sweep", holder, kTtl);
  }
  absl::Status CommitWith(const std::optional<Fence>& fence) {
    Transaction transaction;
    transaction.writes.push_back({"k", "v", std::nullopt});
    transaction.fence = fence;
    return CommitAndWait(ledger_.get(), std::move(transaction)).status();
  }

  FakeClock clock_;
  base::RandomIds ids_;
  std::unique_ptr<Ledger> ledger_ = NewMemoryLedger(&clock_, &ids_);
};

// Two replicas would send every alert twice.
TEST_F(LeaseKeeperTest, OneHolderAtATime) {
  LeaseKeeper a = Keeper("a");
  LeaseKeeper b = Keeper("b");
  EXPECT_EQ(*a.Tick(), true);
  EXPECT_EQ(*b.Tick(), false);
  EXPECT_THAT(CommitWith(a.fence()), IsOk());
  EXPECT_FALSE(b.fence().has_value());
}

// A dead holder would keep alerts unsent for ever.
TEST_F(LeaseKeeperTest, AStillLeaseIsTakenAfterItsTtl) {
  LeaseKeeper a = Keeper("a");
  LeaseKeeper b = Keeper("b");
  ASSERT_EQ(*a.Tick(), true);
  const Fence old = *a.fence();
  ASSERT_EQ(*b.Tick(), false);
  clock_.Advance(kTtl - absl::Seconds(1));
  EXPECT_EQ(*b.Tick(), false);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(*b.Tick(), true);
  EXPECT_FALSE(a.fence().has_value());
  // What the old holder still had under way must not count.
  EXPECT_THAT(CommitWith(old),
              ErrorIs(absl::StatusCode::kAborted, base::kLeaseLost));
  EXPECT_EQ(*a.Tick(), false);
}

TEST_F(LeaseKeeperTest, ABeatingLeaseIsNeverTaken) {
  LeaseKeeper a = Keeper("a");
  LeaseKeeper b = Keeper("b");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(*a.Tick(), true);
    EXPECT_EQ(*b.Tick(), false);
    clock_.Advance(kTtl * 0.9);
  }
}

// A wall clock set wrong would hand the lease to two.
TEST_F(LeaseKeeperTest, AWallClockJumpChangesNothing) {
  LeaseKeeper a = Keeper("a");
  LeaseKeeper b = Keeper("b");
  ASSERT_EQ(*a.Tick(), true);
  ASSERT_EQ(*b.Tick(), false);
  clock_.JumpWall(absl::Hours(1));
  EXPECT_EQ(*b.Tick(), false);
  clock_.JumpWall(-absl::Hours(2));
  EXPECT_EQ(*a.Tick(), true);
  EXPECT_TRUE(a.fence().has_value());
}

TEST_F(LeaseKeeperTest, AReleasedLeaseIsTakenAtOnceWithANewToken) {
  LeaseKeeper a = Keeper("a");
  LeaseKeeper b = Keeper("b");
  ASSERT_EQ(*a.Tick(), true);
  const Fence old = *a.fence();
  ASSERT_THAT(a.Release(), IsOk());
  EXPECT_THAT(CommitWith(old),
              ErrorIs(absl::StatusCode::kAborted, base::kLeaseLost));
  ASSERT_EQ(*b.Tick(), true);
  EXPECT_GT(b.fence()->token, old.token);
}

}  // namespace
}  // namespace lagesbild::ledger
