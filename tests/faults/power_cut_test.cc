#include <iostream>
#include <random>
#include <thread>

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

constexpr int kCuts = 30;

class PowerCutTest : public ::testing::Test {
 protected:
  // The power fails now, in effect, and leaves its files in `folder`. What was
  // acknowledged before must be in them.
  void Cut(const std::string& folder) {
    base::MutexLock lock(&mutex_);
    for (const Acknowledged& acknowledged : told_) {
      auditor_.Acknowledge(acknowledged);
    }
    told_.clear();
    vfs_.Cut(folder, &random_);
  }
  void Audit(const std::string& path, bool all) {
    ASSERT_OK_AND_ASSIGN(const auto ledger,
                         ledger::OpenSqlite(path, &clock_, &ids_));
    all ? auditor_.AuditAll(ledger.get()) : auditor_.Audit(ledger.get());
  }

  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  ShimVfs vfs_;
  base::Mutex mutex_;
  std::vector<Acknowledged> told_ ABSL_GUARDED_BY(mutex_);
  CrashAuditor auditor_;
};

// After a power cut reports would be missing that were acknowledged: killing
// the process does not show it, the disk's cache does.
TEST_F(PowerCutTest, AcknowledgedCommitsAreOnTheDisk) {
  std::cout << "seed " << seed_ << std::endl;
  const TempDir dir;
  ledger::SqliteOptions options;
  options.vfs = vfs_.name();
  ASSERT_OK_AND_ASSIGN(
      const auto ledger,
      ledger::OpenSqlite(dir.File("ledger.db"), &clock_, &ids_, options));
  for (int cut = 0; cut < kCuts && !HasFailure(); ++cut) {
    const TempDir left;
    {
      LedgerLoad load(ledger.get(), absl::StrCat("cut", cut, "-"), 16,
                      [this](const Acknowledged& acknowledged) {
                        base::MutexLock lock(&mutex_);
                        told_.push_back(acknowledged);
                      });
      const int until = int(random_() % 150) + 1;
      while (load.acknowledged() < until) std::this_thread::yield();
      Cut(left.path());
      EXPECT_EQ(load.refused(), 0);
    }
    Audit(left.File("ledger.db"), cut + 1 == kCuts);
  }
}

// The test above would pass whatever the engine does, if the shim kept unsynced
// bytes.
TEST_F(PowerCutTest, TheShimLosesWhatWasNotSynced) {
  const TempDir dir;
  const TempDir left;
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(dir.File("x.db").c_str(), &db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            vfs_.name().c_str()),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                         "CREATE TABLE t(x); INSERT INTO t VALUES(1);",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  vfs_.Cut(left.path(), &random_);
  sqlite3* after = nullptr;
  ASSERT_EQ(sqlite3_open(left.File("x.db").c_str(), &after), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(after, "SELECT x FROM t", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(after);
  sqlite3_close(db);
}

}  // namespace
}  // namespace lagesbild::testing
