#include "lib/view/compactor.h"

#include <set>

#include "lib/view/view_fixture.h"

namespace lagesbild::view {
namespace {

using testing::Eventually;
using testing::IsOk;

constexpr absl::Duration kWeek = absl::Hours(24 * 7);

// Counts what was logged.
class CountingLogger final : public base::Logger {
 public:
  void Log(base::Severity, absl::string_view event,
           const base::LogFields&) override {
    base::MutexLock lock(&mutex_);
    events_.insert(std::string(event));
  }
  std::size_t count(const char* event) const {
    base::MutexLock lock(&mutex_);
    return events_.count(event);
  }

 private:
  mutable base::Mutex mutex_;
  std::multiset<std::string> events_ ABSL_GUARDED_BY(mutex_);
};

class CompactorTest : public ViewFixture {
 protected:
  // The view is behind a door of its own: storage can be away for it alone.
  void SetUp() override { Open(); }

  std::unique_ptr<Compactor> Make(const std::string& holder,
                                  LogLimits limits = {}) {
    return std::make_unique<Compactor>(view_->core(), store_.get(), &log_,
                                       holder, limits);
  }
  // Commits so many revisions and waits for the view.
  void Fill(int revisions) {
    ledger::Revision last = 0;
    for (int i = 0; i < revisions; ++i) last = Put("a", absl::StrCat(i));
    ValueAt(last, "a");
  }
  ledger::Revision Compacted() { return *store_->CompactedThrough(); }
  std::size_t compactions() const { return log_.count("log compacted"); }

  CountingLogger log_;
};

// Nobody else does it: the log would fill the disk, or a follower that was away
// over a weekend would have to begin anew.
TEST_F(CompactorTest, KeepsAWeekOfTheLog) {
  const auto compactor = Make("a");
  Fill(3);
  clock_.Advance(kWeek - absl::Seconds(1));
  compactor->Look();
  EXPECT_EQ(Compacted(), 0);
  Fill(2);
  clock_.Advance(kCompactionInterval);
  compactor->Look();
  EXPECT_EQ(Compacted(), 3);
  EXPECT_EQ(store_->ReadChanges(3, 10)->revisions.size(), 2u);
}

// A busy week would not fit.
TEST_F(CompactorTest, KeepsSoManyRevisionsAndNoMore) {
  const auto compactor = Make("a", {.max_revisions = 10, .max_drop = 7});
  Fill(10);
  compactor->Look();
  EXPECT_EQ(Compacted(), 0);
  Fill(20);
  clock_.Advance(kCompactionInterval);
  compactor->Look();
  EXPECT_EQ(Compacted(), 20);
}

// The view would have to load all anew whenever it is a little behind.
TEST_F(CompactorTest, DropsNothingThatTheViewHasNotShown) {
  Fill(3);
  ledger_.Fail(absl::UnavailableError("away"));
  ASSERT_TRUE(Eventually([&] { return ledger_.failures() > 0; }));
  const auto compactor = Make("a", {.max_revisions = 1});
  for (int i = 0; i < 5; ++i) {
    ledger::Transaction transaction;
    transaction.writes.push_back({"a", "unseen", std::nullopt});
    ASSERT_THAT(ledger::CommitAndWait(store_.get(), transaction), IsOk());
  }
  clock_.Advance(2 * kWeek);
  compactor->Look();
  EXPECT_EQ(Compacted(), 3);
  ledger_.Fail(absl::OkStatus());
  EXPECT_EQ(ValueAt(8, "a"), "unseen");
}

// Requests would be kept for ever where the log stays short.
TEST_F(CompactorTest, ForgetsRequestsThoughThereIsNoLogToDrop) {
  ledger::Transaction transaction;
  transaction.writes.push_back({"a", "1", std::nullopt});
  transaction.meta.request = {"agency", "method", "id", "digest"};
  ASSERT_THAT(ledger::CommitAndWait(store_.get(), transaction), IsOk());
  const auto compactor = Make("a", {.max_age = absl::InfiniteDuration()});
  clock_.Advance(ledger::kRequestMemory);
  compactor->Look();
  EXPECT_EQ(store_->LoadRequests()->size(), 1u);
  clock_.Advance(kCompactionInterval);
  compactor->Look();
  EXPECT_EQ(store_->LoadRequests()->size(), 0u);
  EXPECT_EQ(Compacted(), 0);
}

// Every replica would cut the same log, and as often as it looks at its lease.
TEST_F(CompactorTest, OneReplicaCompactsOnceAnHour) {
  const auto a = Make("a");
  const auto b = Make("b");
  a->Look();
  b->Look();
  EXPECT_EQ(compactions(), 1u);
  for (int minutes = 1; minutes <= 120; ++minutes) {
    clock_.Advance(absl::Minutes(1));
    a->Look();
    b->Look();
  }
  EXPECT_EQ(compactions(), 3u);
  EXPECT_EQ(store_->ReadLease(kCompactorLease)->holder, "a");
}

// A replica that died would take the compaction with it.
TEST_F(CompactorTest, AnotherTakesOverFromAReplicaThatDied) {
  Make("a")->Look();
  const auto b = Make("b");
  b->Look();
  clock_.Advance(kCompactorLeaseTtl);
  b->Look();
  EXPECT_EQ(compactions(), 2u);
  EXPECT_EQ(store_->ReadLease(kCompactorLease)->holder, "b");
}

// After a short absence of storage the log would grow for another hour, or for
// ever, and nobody would know.
TEST_F(CompactorTest, AFailureIsLoggedAndTriedAgain) {
  Compactor compactor(view_->core(), &ledger_, &log_, "a");
  Fill(1);
  clock_.Advance(kWeek);
  ledger_.Fail(absl::UnavailableError("away"));
  compactor.Look();
  EXPECT_EQ(log_.count("compactor's lease not renewed"), 1u);
  EXPECT_EQ(compactions(), 0u);
  ledger_.Fail(absl::OkStatus());
  compactor.Look();
  EXPECT_EQ(Compacted(), 1);
}

// A view of a history that is no longer there asks for what cannot be.
TEST_F(CompactorTest, ARefusedCompactionIsLoggedAndTriedAgain) {
  Fill(5);
  const auto restored = ledger::NewMemoryLedger(&clock_, &ids_);
  Compactor compactor(view_->core(), restored.get(), &log_, "a",
                      {.max_revisions = 1});
  compactor.Look();
  compactor.Look();
  EXPECT_EQ(log_.count("log not compacted"), 2u);
}

// Closing a service would hang, or leave its work undone for minutes.
TEST_F(CompactorTest, WorksByItselfAndFreesTheLeaseAtTheEnd) {
  Fill(3);
  clock_.Advance(kWeek);
  const auto compactor = Make("a");
  compactor->Start();
  EXPECT_TRUE(Eventually([&] { return Compacted() == 3; }));
  // A process that was held up for long frees what is still its own.
  clock_.Advance(2 * kCompactorLeaseTtl);
  compactor->Stop();
  EXPECT_EQ(store_->ReadLease(kCompactorLease)->holder, "");
}

}  // namespace
}  // namespace lagesbild::view
