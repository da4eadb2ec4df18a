#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using absl::StatusCode;

const ledger::LeaseRecord kNobody = {};

// A ledger and what happens to its keys.
class RedisStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_OK_AND_ASSIGN(ledger_, Open(&clock_)); }
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> Open(
      const base::Clock* clock) {
    ledger::RedisOptions options;
    options.endpoint.address = server_.address();
    options.name = "s";
    return ledger::OpenRedis(options, clock, &ids_);
  }
  static absl::Status Commit(ledger::Ledger* ledger, const std::string& id) {
    return CommitAndWait(ledger, LoadTransaction(id)).status();
  }
  static ledger::LeaseRecord Lease() { return {"me", 1, 1, absl::Seconds(1)}; }
  void ExpectNoReads(ledger::Ledger* ledger, const std::string& key) {
    const auto refused = StatusIs(StatusCode::kDataLoss);
    EXPECT_THAT(ledger->ReadHead(), refused);
    EXPECT_THAT(ledger->ReadChanges(2, 100), refused);
    EXPECT_THAT(ledger->ReadChanges(9, 100), refused);
    EXPECT_THAT(ledger->WaitForHead(2, absl::ZeroDuration()), refused);
    EXPECT_THAT(ledger->Load(), refused);
    EXPECT_THAT(ledger->LoadRequests(), refused);
    EXPECT_THAT(ledger->ReadHistory("", 1), refused);
    EXPECT_THAT(ledger->ReadVersions(key), refused);
    EXPECT_THAT(ledger->RevisionAt(clock_.Now()), refused);
    EXPECT_THAT(ledger->CompactedThrough(), refused);
    EXPECT_THAT(ledger->ReadErasures(), refused);
    EXPECT_THAT(ledger->ReadLease("l"), refused);
    EXPECT_THAT(ledger->CheckPosition({ledger->StoreId(), 1, ""}), refused);
    EXPECT_THAT(ledger->VerifyChain(), refused);
    EXPECT_THAT(ledger->Backup(dir_.File("backup")), refused);
  }
  void ExpectNoChanges(ledger::Ledger* ledger, const std::string& key) {
    const auto refused = StatusIs(StatusCode::kDataLoss);
    EXPECT_THAT(Commit(ledger, "refused"), refused);
    EXPECT_THAT(ledger->Compact(1), refused);
    EXPECT_THAT(ledger->Erase({key, {}, "D-1"}), refused);
    EXPECT_THAT(ledger->SwapLease("l", kNobody, Lease()), refused);
  }

  RedisServer server_;
  TempDir dir_;
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

// After somebody emptied Redis, a service would mix what it knows with another
// store's revisions, and write into it.
TEST_F(RedisStoreTest, AReplacedStoreIsNeitherReadNorChanged) {
  ASSERT_THAT(Commit(ledger_.get(), "ours1"), IsOk());
  ASSERT_THAT(Commit(ledger_.get(), "ours2"), IsOk());
  server_.Command({"FLUSHALL"});
  ExpectNoReads(ledger_.get(), "key");
  ExpectNoChanges(ledger_.get(), "key");
  ASSERT_OK_AND_ASSIGN(const auto other, Open(&clock_));
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(Commit(other.get(), absl::StrCat("theirs", i)), IsOk());
  }
  const std::string key = other->Load()->records[0].key;
  ExpectNoReads(ledger_.get(), key);
  ExpectNoChanges(ledger_.get(), key);
  EXPECT_EQ(other->ReadHead()->revision, 3);
  EXPECT_EQ(*other->CompactedThrough(), 0);
  EXPECT_TRUE(other->ReadErasures()->empty());
  EXPECT_EQ(other->ReadLease("l")->holder, "");
  EXPECT_THAT(other->VerifyChain(), IsOk());
}

// A full Redis could never be made smaller, its purges would have to wait, and
// whoever does the work would lose the lease to it.
TEST_F(RedisStoreTest, OutOfMemoryItCanStillBeCleaned) {
  ASSERT_THAT(Commit(ledger_.get(), "a"), IsOk());
  ASSERT_THAT(Commit(ledger_.get(), "b"), IsOk());
  const std::string key = ledger_->Load()->records[0].key;
  server_.Command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_THAT(Commit(ledger_.get(), "refused"),
              ErrorIs(StatusCode::kResourceExhausted, base::kStorageFull));
  EXPECT_THAT(ledger_->Compact(1), IsOk());
  EXPECT_THAT(ledger_->SwapLease("l", kNobody, Lease()), IsOk());
  EXPECT_THAT(ledger_->Erase({key, {}, "D-1"}), IsOk());
  server_.Command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(*ledger_->CompactedThrough(), 1);
  EXPECT_EQ(ledger_->ReadLease("l")->holder, "me");
  EXPECT_TRUE(ledger_->ReadVersions(key)->front().erased);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// An id that comes round after its week would be refused until somebody
// compacts: it still stands there.
TEST_F(RedisStoreTest, ARequestIdIsNewAgainAfterItsWeek) {
  FakeClock clock;
  ASSERT_OK_AND_ASSIGN(const auto ledger, Open(&clock));
  ledger::Transaction transaction = LoadTransaction("one");
  transaction.meta.request = {"police", "CreateSite", "id", "one"};
  ASSERT_THAT(CommitAndWait(ledger.get(), transaction), IsOk());
  clock.Advance(ledger::kRequestMemory);
  EXPECT_TRUE(CommitAndWait(ledger.get(), transaction)->repeated);
  clock.Advance(absl::Microseconds(1));
  transaction.meta.request->digest = "two";
  ASSERT_OK_AND_ASSIGN(const ledger::Committed again,
                       CommitAndWait(ledger.get(), transaction));
  EXPECT_FALSE(again.repeated);
  EXPECT_TRUE(CommitAndWait(ledger.get(), transaction)->repeated);
}

// Watchers would be told of a revision that was never committed.
TEST_F(RedisStoreTest, WhatLiesBeyondTheHeadIsNotShown) {
  ASSERT_THAT(Commit(ledger_.get(), "a"), IsOk());
  ASSERT_THAT(Commit(ledger_.get(), "b"), IsOk());
  const std::string key = ledger_->Load()->records[0].key;
  ASSERT_EQ(server_.Command({"XADD", "{s}:log", "3-0", "n", "1", "t", "1", "c",
                             "c", "d", "d", "m", std::string(32, '\0'), "k",
                             key, "w", "p2"}),
            "3-0");
  ASSERT_OK_AND_ASSIGN(const auto page, ledger_->ReadChanges(0, 100));
  EXPECT_EQ(page.revisions.size(), 2u);
  EXPECT_EQ(page.head, 2);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// A hole in the log would be compacted away, and every later cursor refused.
TEST_F(RedisStoreTest, AHoleInTheLogIsNotCompactedAway) {
  ASSERT_THAT(Commit(ledger_.get(), "a"), IsOk());
  ASSERT_EQ(server_.Command({"XDEL", "{s}:log", "1-0"}), "1");
  EXPECT_THAT(ledger_->Compact(1), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ(*ledger_->CompactedThrough(), 0);
}

}  // namespace
}  // namespace lagesbild::testing
