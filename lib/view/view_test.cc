#include "lib/view/view.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "lib/base/mutex.h"
#include "lib/view/view_fixture.h"

namespace lagesbild::view {
namespace {

using testing::ErrorIs;
using testing::Eventually;
using testing::Heard;
using testing::IsOk;
using testing::StatusIs;

// Keeps what it is told.
class Ear final : public ViewListener {
 public:
  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override {
    base::MutexLock lock(&mutex_);
    heard_.push_back(changes->revision);
  }
  void OnReload(const ledger::Head& head) override {
    base::MutexLock lock(&mutex_);
    reloads_.push_back(head.revision);
  }
  std::vector<ledger::Revision> heard() const {
    base::MutexLock lock(&mutex_);
    return heard_;
  }
  std::vector<ledger::Revision> reloads() const {
    base::MutexLock lock(&mutex_);
    return reloads_;
  }

 private:
  mutable base::Mutex mutex_;
  std::vector<ledger::Revision> heard_ ABSL_GUARDED_BY(mutex_);
  std::vector<ledger::Revision> reloads_ ABSL_GUARDED_BY(mutex_);
};

using ViewTest = ViewFixture;

// After a restart, readers would miss what was committed before it.
TEST_F(ViewTest, OpensWithWhatTheLedgerHolds) {
  Put("site/a", "one");
  Put("site/b", "two");
  Put("site/a", std::nullopt);
  Open();
  EXPECT_EQ(Value("site/a"), "");
  EXPECT_EQ(Value("site/b"), "two");
  EXPECT_EQ(view_->Head().revision, 3);
}

// A reader would go on seeing yesterday's picture.
TEST_F(ViewTest, ShowsACommitWithItsRevisionAndTime) {
  Open();
  const ledger::Revision revision = Put("site/a", "one");
  EXPECT_EQ(ValueAt(revision, "site/a"), "one");
  view_->Read([&](const Records& records, const ledger::Head& head) {
    EXPECT_EQ(head.revision, revision);
    EXPECT_EQ(records.by_key.at("site/a").revision, revision);
    EXPECT_EQ(records.by_key.at("site/a").recorded, clock_.Now());
    EXPECT_FALSE(head.chain.empty());
  });
}

// A reader would see one site of a merge without the other.
TEST_F(ViewTest, ReadersNeverSeeHalfARevision) {
  Open();
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!stop) {
      view_->Read([&](const Records& records, const ledger::Head&) {
        if (records.Value("a") != records.Value("b")) ++torn;
      });
    }
  });
  ledger::Revision last = 0;
  for (int i = 0; i < 300; ++i) {
    ledger::Transaction both;
    both.writes.push_back({"a", std::to_string(i), std::nullopt});
    both.writes.push_back({"b", std::to_string(i), std::nullopt});
    last = ledger::CommitAndWait(&ledger_, std::move(both))->revision;
  }
  EXPECT_EQ(ValueAt(last, "a"), "299");
  stop = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

// While many read, nobody would be shown what is committed.
TEST_F(ViewTest, ReadersThatAlwaysOverlapDoNotKeepACommitFromBeingShown) {
  Open();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  readers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        view_->Read([](const Records&, const ledger::Head&) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
      }
    });
  }
  const ledger::Revision revision = Put("site/a", "one");
  EXPECT_TRUE(Eventually([&] { return view_->Head().revision == revision; }));
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

// A client with a consistency token would hang, or be told yes too early.
TEST_F(ViewTest, WaitingEndsWithTheBudget) {
  Open();
  Heard<absl::Status> heard;
  view_->WhenReached(1, absl::Seconds(5), heard.callback());
  clock_.Advance(absl::Seconds(4));
  EXPECT_FALSE(heard.Ready());
  clock_.Advance(absl::Seconds(2));
  EXPECT_THAT(heard.Wait(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kNotCaughtUp));
}

// A server that shuts down would leave calls without an answer.
TEST_F(ViewTest, StoppingAnswersWhoWaits) {
  Open();
  Heard<absl::Status> heard;
  view_->WhenReached(1, kBudget, heard.callback());
  const std::shared_ptr<ViewCore> core = view_->core();
  view_.reset();
  EXPECT_THAT(heard.Wait(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  Heard<absl::Status> late;
  core->WhenReached(1, kBudget, late.callback());
  EXPECT_THAT(late.Wait(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
}

// A watcher would miss a change or see it twice.
TEST_F(ViewTest, ListenersHearEveryRevisionOnceInOrder) {
  Put("a", "0");
  Open();
  Ear ear;
  view_->AddListener(&ear);
  EXPECT_EQ(ear.reloads(), std::vector<ledger::Revision>{1});
  for (int i = 0; i < 100; ++i) Put("a", std::to_string(i));
  ASSERT_TRUE(Eventually([&] { return ear.heard().size() == 100; }));
  view_->RemoveListener(&ear);
  Put("a", "unheard");
  ValueAt(102, "a");
  const std::vector<ledger::Revision> heard = ear.heard();
  ASSERT_EQ(heard.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(heard[i], i + 2);
}

// Storage that comes back would leave the picture standing still for ever.
TEST_F(ViewTest, StandsStillWhileStorageIsAwayAndCatchesUp) {
  Put("a", "old");
  Open();
  ledger_.Fail(absl::UnavailableError("gone"));
  ASSERT_TRUE(Eventually([&] { return ledger_.failures() > 1; }));
  EXPECT_EQ(Value("a"), "old");
  ledger::Transaction other;
  other.writes.push_back({"a", "new", std::nullopt});
  ASSERT_THAT(ledger::CommitAndWait(store_.get(), std::move(other)), IsOk());
  ledger_.Fail(absl::OkStatus());
  EXPECT_EQ(ValueAt(2, "a"), "new");
}

// A replica that slept over a compaction would never wake.
TEST_F(ViewTest, LoadsAnewWhenItFellBelowTheLog) {
  Put("a", "0");
  Open();
  Ear ear;
  view_->AddListener(&ear);
  ledger_.Fail(absl::UnavailableError("gone"));
  ASSERT_TRUE(Eventually([&] { return ledger_.failures() > 1; }));
  for (int i = 1; i < 10; ++i) {
    ledger::Transaction other;
    other.writes.push_back({"a", std::to_string(i), std::nullopt});
    ASSERT_THAT(ledger::CommitAndWait(store_.get(), std::move(other)), IsOk());
  }
  ASSERT_THAT(store_->Compact(8), IsOk());
  ledger_.Fail(absl::OkStatus());
  EXPECT_EQ(ValueAt(10, "a"), "9");
  EXPECT_EQ(ear.reloads(), (std::vector<ledger::Revision>{1, 10}));
  view_->RemoveListener(&ear);
}

// After a restore, readers would see records that the store does not hold.
TEST_F(ViewTest, LoadsAnewWhenTheStoreIsAnother) {
  Put("a", "first history");
  Put("a", "first history, more");
  Open();
  auto other = ledger::NewMemoryLedger(&clock_, &ids_);
  ledger::Transaction transaction;
  transaction.writes.push_back({"b", "second history", std::nullopt});
  ASSERT_THAT(ledger::CommitAndWait(other.get(), std::move(transaction)),
              IsOk());
  ledger_.Exchange(other.get());
  ASSERT_TRUE(Eventually([&] { return Value("b") == "second history"; }));
  EXPECT_EQ(Value("a"), "");
  EXPECT_EQ(view_->Head().revision, 1);
  view_.reset();
}

// Erased bytes would live on in memory and in every reply.
TEST_F(ViewTest, ReloadForgetsWhatWasErased) {
  Put("a", "secret");
  Open();
  ASSERT_THAT(store_->Erase({"a", {}, "decision 1"}), IsOk());
  view_->Reload();
  EXPECT_TRUE(Eventually([&] { return Value("a") == ""; }));
}

// A repeated request would be carried out twice.
TEST_F(ViewTest, FindsRequestsOldAndNewUntilTheyAreForgotten) {
  auto put = [&](const std::string& id) {
    ledger::Transaction transaction;
    transaction.writes.push_back({"a", id, std::nullopt});
    transaction.meta.request = ledger::RequestKey{"agency", "method", id, "d"};
    return ledger::CommitAndWait(&ledger_, std::move(transaction))->revision;
  };
  put("before");
  Open();
  EXPECT_EQ(view_->FindRequest("agency", "method", "before")->revision, 1);
  ValueAt(put("after"), "a");
  EXPECT_EQ(view_->FindRequest("agency", "method", "after")->revision, 2);
  EXPECT_FALSE(view_->FindRequest("agenc", "ymethod", "after").has_value());
  clock_.Advance(ledger::kRequestMemory + absl::Seconds(1));
  EXPECT_FALSE(view_->FindRequest("agency", "method", "after").has_value());
  ValueAt(put("later"), "a");
  EXPECT_FALSE(view_->FindRequest("agency", "method", "after").has_value());
  EXPECT_TRUE(view_->FindRequest("agency", "method", "later").has_value());
}

// A service would start with an empty picture and serve it as the truth.
TEST_F(ViewTest, DoesNotOpenWithoutStorage) {
  ledger_.Fail(absl::UnavailableError("gone"));
  EXPECT_THAT(View<Records>::Open(&ledger_, &clock_, &executor_, &logger_),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace lagesbild::view
