#include <sqlite3.h>

#include <fstream>

#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/faults/shim_vfs.h"
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
