#include "lib/ledger/lease_keeper.h"
#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ledger::Fence;
using ledger::LeaseKeeper;
using ledger::LeaseRecord;

class LeaseTest : public ConformanceTest {
 protected:
  absl::Status CommitFenced(const Fence& fence) {
    Transaction transaction = PutOf("k", "v");
    transaction.fence = fence;
    return Commit(transaction).status();
  }
  static auto Lost() { return ErrorIs(StatusCode::kAborted, base::kLeaseLost); }
};
INSTANTIATE_TEST_SUITE_P(Engines, LeaseTest, kEngines, EngineName);

// Two sweepers would both believe that they alone sweep.
TEST_P(LeaseTest, ASwapNeedsTheStoredRecord) {
  EXPECT_EQ(ledger_->ReadLease("l")->token, 0);
  EXPECT_EQ(ledger_->ReadLease("l")->holder, "");
  const LeaseRecord mine = {"me", 1, 1, absl::Milliseconds(1500)};
  ASSERT_THAT(ledger_->SwapLease("l", {}, mine), IsOk());
  EXPECT_THAT(ledger_->SwapLease("l", {}, mine), Lost());
  Reopen();
  ASSERT_OK_AND_ASSIGN(const LeaseRecord stored, ledger_->ReadLease("l"));
  EXPECT_EQ(stored.holder, "me");
  EXPECT_EQ(stored.ttl, absl::Milliseconds(1500));
  EXPECT_THAT(ledger_->SwapLease("l", {"me", 1, 2, {}}, mine), Lost());
  EXPECT_THAT(ledger_->SwapLease("l", stored, {"me", 1, 2, absl::Seconds(1)}),
              IsOk());
  EXPECT_EQ(ledger_->ReadHead()->revision, 0);
}

// A sender that stalled would send again what its successor has sent.
TEST_P(LeaseTest, AnOldFenceIsRefused) {
  EXPECT_THAT(CommitFenced({"l", 1}), Lost());
  EXPECT_THAT(CommitFenced({"l", 0}), Lost());
  ASSERT_THAT(ledger_->SwapLease("l", {}, {"a", 1, 1, absl::Seconds(1)}),
              IsOk());
  EXPECT_THAT(CommitFenced({"l", 1}), IsOk());
  EXPECT_THAT(CommitFenced({"other", 1}), Lost());
  ASSERT_THAT(
      ledger_->SwapLease("l", {"a", 1, 1, {}}, {"b", 2, 2, absl::Seconds(1)}),
      IsOk());
  EXPECT_THAT(CommitFenced({"l", 1}), Lost());
  EXPECT_THAT(CommitFenced({"l", 2}), IsOk());
  EXPECT_EQ(ledger_->ReadHead()->revision, 2);
}

// A dead replica's work would lie undone on this engine.
TEST_P(LeaseTest, KeepersHandOverOnThisEngine) {
  const absl::Duration ttl = absl::Seconds(10);
  LeaseKeeper a(ledger_.get(), &clock_, "l", "a", ttl);
  LeaseKeeper b(ledger_.get(), &clock_, "l", "b", ttl);
  ASSERT_EQ(*a.Tick(), true);
  ASSERT_EQ(*b.Tick(), false);
  const Fence old = *a.fence();
  clock_.Advance(ttl);
  ASSERT_EQ(*b.Tick(), true);
  EXPECT_THAT(CommitFenced(old), Lost());
  EXPECT_THAT(CommitFenced(*b.fence()), IsOk());
  EXPECT_EQ(*a.Tick(), false);
}

}  // namespace
}  // namespace lagesbild::testing
