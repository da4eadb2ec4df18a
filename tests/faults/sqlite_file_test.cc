#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>

#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using absl::StatusCode;
using ::testing::HasSubstr;

// A ledger and what happens to its file.
class SqliteFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> Open(
      const std::string& name = "") {
    ledger::SqliteOptions options;
    options.name = name;
    return ledger::OpenSqlite(path_, &clock_, &ids_, options);
  }
  static absl::Status Commit(ledger::Ledger* ledger) {
    return CommitAndWait(ledger, LoadTransaction("id")).status();
  }
  void Tamper(const char* sql) {
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
  }

  TempDir dir_;
  const std::string path_ = dir_.File("ledger.db");
  const base::SystemClock clock_{};
  base::RandomIds ids_;
};

// Anybody with an account on the machine could read what only the police may.
TEST_F(SqliteFileTest, ItsFilesAreForTheirOwnerAlone) {
  const mode_t before = umask(0);
  ASSERT_OK_AND_ASSIGN(const auto ledger, Open());
  ASSERT_THAT(Commit(ledger.get()), IsOk());
  umask(before);
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat found = {};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &found), 0) << suffix;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << suffix;
  }
}

// One county's records would be served as another's.
TEST_F(SqliteFileTest, AnotherRegionsLedgerIsRefused) {
  ASSERT_THAT(Open("registry/stockholm"), IsOk());
  const auto other = Open("registry/other");
  EXPECT_THAT(other, StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_EQ(other.status().message(),
            "the ledger is of registry/stockholm, not registry/other");
  EXPECT_THAT(Open("registry/stockholm"), IsOk());
  EXPECT_THAT(Open(), IsOk());
}

// A ledger from before ledgers had names could never be opened again, or by
// any region.
TEST_F(SqliteFileTest, ANamelessLedgerTakesTheFirstName) {
  ASSERT_THAT(Open(), IsOk());
  Tamper("DROP TABLE IF EXISTS name");
  ASSERT_THAT(Open("registry/stockholm"), IsOk());
  EXPECT_THAT(Open("registry/other"),
              StatusIs(StatusCode::kFailedPrecondition));
}

// The county's memory would be empty, and nobody would be told.
TEST_F(SqliteFileTest, ARemovedFileDoesNotComeBackEmpty) {
  ASSERT_OK_AND_ASSIGN(const auto ledger, Open());
  ASSERT_THAT(Commit(ledger.get()), IsOk());
  std::filesystem::remove(path_);
  EXPECT_THAT(ledger->Load(),
              ErrorIs(StatusCode::kUnavailable, base::kStorageUnavailable));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

// A service would mix what it knows with another ledger's revisions.
TEST_F(SqliteFileTest, AnotherLedgerInItsPlaceIsNotRead) {
  ASSERT_OK_AND_ASSIGN(const auto ledger, Open());
  ASSERT_THAT(Commit(ledger.get()), IsOk());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path_ + suffix);
  }
  ASSERT_OK_AND_ASSIGN(const auto other, Open());
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Commit(other.get()), IsOk());
  EXPECT_THAT(ledger->ReadChanges(1, 100), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(ledger->ReadHead(), StatusIs(StatusCode::kDataLoss));
}

// A hole in the log would be compacted away, and every later cursor refused.
TEST_F(SqliteFileTest, AHoleInTheLogIsNotCompactedAway) {
  ASSERT_OK_AND_ASSIGN(const auto ledger, Open());
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Commit(ledger.get()), IsOk());
  Tamper("DELETE FROM log WHERE revision = 2");
  EXPECT_THAT(ledger->Compact(2), StatusIs(StatusCode::kDataLoss));
  EXPECT_EQ(*ledger->CompactedThrough(), 0);
}

// An operator would not know which of four ledgers cannot be opened.
TEST_F(SqliteFileTest, AFileThatCannotBeOpenedIsNamed) {
  const std::string path = dir_.File("no/such.db");
  const auto opened = ledger::OpenSqlite(path, &clock_, &ids_);
  EXPECT_THAT(opened,
              ErrorIs(StatusCode::kUnavailable, base::kStorageUnavailable));
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr(path));
}

}  // namespace
}  // namespace lagesbild::testing
