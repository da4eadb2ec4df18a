#include <sqlite3.h>

#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/mutex.h"
#include "lib/ledger/sqlite_ledger.h"
#include "lib/ledger/sqlite_tables.h"
#include "lib/ledger/sqlite_writer.h"
#include "lib/ledger/transaction.h"
#include "tests/faults/crash_auditor.h"
#include "tests/faults/ledger_load.h"
#include "tests/faults/shim_vfs.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using absl::StatusCode;
using ledger::CommitAndWait;

class SqliteFaultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.vfs = vfs_.name();
    options_.busy_timeout = absl::Milliseconds(50);
    ASSERT_OK_AND_ASSIGN(ledger_, Open());
    ASSERT_THAT(Commit("before"), IsOk());
  }
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> Open() {
    return ledger::OpenSqlite(path_, &clock_, &ids_, options_);
  }
  absl::Status Commit(const std::string& id) {
    return CommitAndWait(ledger_.get(), LoadTransaction(id)).status();
  }
  // Commits fail with that error while the fault lasts, reads go on, and when
  // it is over all goes on, with nothing of what failed.
  void ExpectRefusedWhile(ShimVfs::Fault fault, StatusCode code,
                          const char* reason) {
    vfs_.Set(fault);
    for (int i = 0; i < 3; ++i) {
      EXPECT_THAT(Commit("refused"), ErrorIs(code, reason));
    }
    EXPECT_EQ(ledger_->Load()->records.size(), 3u);
    EXPECT_EQ(ledger_->ReadHead()->revision, 1);
    vfs_.Set(ShimVfs::Fault::kNone);
    EXPECT_THAT(Commit("after"), IsOk());
    EXPECT_EQ(ledger_->ReadHead()->revision, 2);
    CrashAuditor auditor;
    auditor.Acknowledge({1, "before"});
    auditor.Acknowledge({2, "after"});
    auditor.AuditAll(ledger_.get());
    ASSERT_OK_AND_ASSIGN(ledger_, Open());
    auditor.AuditAll(ledger_.get());
  }

  ShimVfs vfs_;
  TempDir dir_;
  const std::string path_ = dir_.File("ledger.db");
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  ledger::SqliteOptions options_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

// A full disk would look like success, or need a restart after it was cleaned.
TEST_F(SqliteFaultsTest, AFullDiskRefusesAndRecovers) {
  ExpectRefusedWhile(ShimVfs::Fault::kFull, StatusCode::kResourceExhausted,
                     base::kStorageFull);
}

TEST_F(SqliteFaultsTest, AReadOnlyDiskRefusesAndRecovers) {
  ExpectRefusedWhile(ShimVfs::Fault::kReadOnly, StatusCode::kUnavailable,
                     base::kStorageUnavailable);
}

// A disk that cannot sync would be told to have stored what it has not.
TEST_F(SqliteFaultsTest, AFailingSyncRefusesAndRecovers) {
  ExpectRefusedWhile(ShimVfs::Fault::kSyncFails, StatusCode::kUnavailable,
                     base::kStorageUnavailable);
}

// Storage that fails and heals while many commits wait would lose some, do
// others twice, or stop for good.
TEST_F(SqliteFaultsTest, FaultsUnderLoadNeitherLoseNorDouble) {
  constexpr int kSome = 60;
  base::Mutex mutex;
  CrashAuditor auditor;
  auditor.Acknowledge({1, "before"});
  {
    LedgerLoad load(ledger_.get(), "load", 24,
                    [&](const Acknowledged& acknowledged) {
                      base::MutexLock lock(&mutex);
                      auditor.Acknowledge(acknowledged);
                    });
    const auto more = [](const auto& count) {
      const int until = count() + kSome;
      while (count() < until) std::this_thread::yield();
    };
    const auto acknowledged = [&] { return load.acknowledged(); };
    const auto refused = [&] { return load.refused(); };
    for (const auto fault : {ShimVfs::Fault::kFull, ShimVfs::Fault::kReadOnly,
                             ShimVfs::Fault::kSyncFails}) {
      for (int i = 0; i < 3; ++i) {
        more(acknowledged);
        vfs_.Set(fault);
        more(refused);
        vfs_.Set(ShimVfs::Fault::kNone);
      }
    }
    more(acknowledged);
  }
  auditor.AuditAll(ledger_.get());
  ASSERT_OK_AND_ASSIGN(ledger_, Open());
  auditor.AuditAll(ledger_.get());
}

// A disk with little room left would take nothing, as what waits does not fit
// together, or keep half of it.
TEST_F(SqliteFaultsTest, WhatFitsAloneIsTakenAlone) {
  constexpr int kBatch = 64;
  constexpr std::int64_t kRoomForFew = 100 << 10;
  ASSERT_OK_AND_ASSIGN(
      auto db, ledger::OpenForWriting(path_, vfs_.name(), absl::Seconds(5),
                                      options_.checkpoint_pages));
  ledger::SqliteWriter writer(std::move(db), &clock_);
  std::vector<ledger::PreparedTransaction> batch;
  batch.reserve(kBatch);
  for (int i = 0; i < kBatch; ++i) {
    batch.push_back(*ledger::Prepare(LoadTransaction(LoadId("b", i))));
  }
  vfs_.LimitGrowth(kRoomForFew);
  const auto results = writer.Apply(batch);
  vfs_.LimitGrowth(ShimVfs::kUnlimited);
  CrashAuditor auditor;
  auditor.Acknowledge({1, "before"});
  int taken = 0;
  for (int i = 0; i < kBatch; ++i) {
    const auto& result = results[std::size_t(i)];
    if (!result.ok()) {
      EXPECT_THAT(result,
                  ErrorIs(StatusCode::kResourceExhausted, base::kStorageFull));
      continue;
    }
    auditor.Acknowledge({result->revision, LoadId("b", i)});
    EXPECT_EQ(result->revision, 1 + ++taken);
  }
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, kBatch);
  EXPECT_THAT(Commit("after"), IsOk());
  EXPECT_EQ(ledger_->ReadHead()->revision, taken + 2);
  auditor.AuditAll(ledger_.get());
}

// While a backup tool holds the file, commits would hang or be lost.
TEST_F(SqliteFaultsTest, AFileLockedByAnotherRefusesAndRecovers) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_THAT(Commit("refused"),
              ErrorIs(StatusCode::kUnavailable, base::kStorageUnavailable));
  EXPECT_EQ(ledger_->Load()->records.size(), 3u);
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_THAT(Commit("after"), IsOk());
  sqlite3_close(other);
}

// An erasure while the disk is full would count as done with the bytes there.
TEST_F(SqliteFaultsTest, AnErasureThatCannotBeWrittenSaysSo) {
  vfs_.Set(ShimVfs::Fault::kFull);
  const std::string key = ledger_->Load()->records[0].key;
  EXPECT_THAT(ledger_->Erase({key, {}, "D-1"}),
              StatusIs(StatusCode::kResourceExhausted));
  vfs_.Set(ShimVfs::Fault::kNone);
  EXPECT_THAT(ledger_->Erase({key, {}, "D-1"}), IsOk());
  EXPECT_TRUE(ledger_->ReadVersions(key)->front().erased);
}

// A damaged ledger would be served as if it were whole.
TEST_F(SqliteFaultsTest, ADamagedFileIsFound) {
  ledger_.reset();
  std::ofstream(path_, std::ios::binary | std::ios::trunc)
      << std::string(8192, 'x');
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss));
}

TEST_F(SqliteFaultsTest, AChangedRecordIsFound) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "UPDATE history SET value = 'x' WHERE id = 2",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(other);
  const absl::Status verified = ledger_->VerifyChain();
  EXPECT_THAT(verified, StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(std::string(verified.message()),
              ::testing::HasSubstr("revision 1"));
}

// An id that comes round after its week would be refused until somebody
// compacts: its old row is still there.
TEST_F(SqliteFaultsTest, ARequestIdIsNewAgainAfterItsWeek) {
  FakeClock clock;
  ASSERT_OK_AND_ASSIGN(const auto ledger,
                       ledger::OpenSqlite(dir_.File("old.db"), &clock, &ids_));
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
  EXPECT_EQ(ledger->LoadRequests()->at(0).revision, again.revision);
  EXPECT_THAT(ledger->VerifyChain(), IsOk());
}

// Another program's database would be written into.
TEST_F(SqliteFaultsTest, AnotherProgramsFileIsRefused) {
  const std::string other = dir_.File("other.db");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(other.c_str(), &db), SQLITE_OK);
  sqlite3_exec(db, "CREATE TABLE t(x)", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  EXPECT_THAT(ledger::OpenSqlite(other, &clock_, &ids_),
              StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(ledger::OpenSqlite(dir_.File("no/such.db"), &clock_, &ids_),
              ErrorIs(StatusCode::kUnavailable, base::kStorageUnavailable));
}

}  // namespace
}  // namespace lagesbild::testing
