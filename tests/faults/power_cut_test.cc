#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/mutex.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/crash_auditor.h"
#include "tests/faults/ledger_load.h"
#include "tests/faults/settings.h"
#include "tests/faults/shim_vfs.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using ledger::Revision;

constexpr int kCuts = 40;
constexpr int kCutErasures = 15;
// A few commits fill the WAL: cuts fall into checkpoints as into commits.
constexpr int kCheckpointPages = 20;
// Writes and syncs of some commits with their checkpoint, and of an erasure,
// which writes the file anew.
constexpr unsigned kSomeChanges = 120;
constexpr unsigned kErasureChanges = 1500;
// As much of a record as no other has.
constexpr std::size_t kTextBytes = 40;

// An acknowledged erasure of all that a key had up to a revision.
struct Erased {
  std::string key;
  Revision through = 0;
  std::vector<std::string> texts;
};

class PowerCutTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(kCheckpointPages); }

  void Open(int checkpoint_pages) {
    ledger::SqliteOptions options;
    options.vfs = vfs_.name();
    options.checkpoint_pages = checkpoint_pages;
    ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenSqlite(dir_.File("ledger.db"),
                                                     &clock_, &ids_, options));
  }

  // The power fails, in effect, at one of the next `changes` of a file, while
  // commits go on and `work` is done; what was acknowledged before must be in
  // the files that are left.
  void CutDuring(unsigned changes, const std::function<void()>& work) {
    const TempDir left;
    {
      LedgerLoad load(ledger_.get(), absl::StrCat("cut", cuts_++, "-"), 16,
                      [this](const Acknowledged& acknowledged) {
                        base::MutexLock lock(&mutex_);
                        told_.push_back(acknowledged);
                      });
      const int until = int(random_() % 100) + 1;
      while (load.acknowledged() < until) std::this_thread::yield();
      vfs_.CutBefore(int(random_() % changes) + 1, left.path(), random_(),
                     [this] { TakeTold(); });
      work();
      if (vfs_.CutDone()) ++into_work_;
      while (!vfs_.CutDone()) std::this_thread::yield();
      EXPECT_EQ(load.refused(), 0);
    }
    if (vfs_.CutInto(".db")) ++into_checkpoints_;
    ExpectGone(left.path());
    ASSERT_OK_AND_ASSIGN(
        const auto after,
        ledger::OpenSqlite(left.File("ledger.db"), &clock_, &ids_));
    auditor_.AuditAll(after.get());
  }

  void TakeTold() {
    base::MutexLock lock(&mutex_);
    for (const Acknowledged& acknowledged : told_) {
      auditor_.Acknowledge(acknowledged);
    }
    told_.clear();
    for (const Erased& erased : erased_) {
      auditor_.Erased(erased.key, erased.through);
    }
    gone_ = std::exchange(erased_, {});
  }

  // No file holds a text whose erasure was acknowledged before the cut, and
  // after the one before.
  void ExpectGone(const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      for (const Erased& erased : gone_) {
        for (const std::string& text : erased.texts) {
          EXPECT_FALSE(absl::StrContains(bytes, text))
              << text << " is in " << entry.path().filename();
        }
      }
    }
  }

  // Drops what was audited but for a little.
  void Compact() {
    const Revision through =
        std::max<Revision>(0, auditor_.audited() - Revision(random_() % 50));
    EXPECT_THAT(ledger_->Compact(through), IsOk());
  }

  void Erase() {
    ASSERT_OK_AND_ASSIGN(const auto live, ledger_->Load());
    Erased erased;
    erased.key = live.records[random_() % live.records.size()].key;
    ASSERT_OK_AND_ASSIGN(const auto before, ledger_->ReadVersions(erased.key));
    erased.through = before.back().revision;
    for (const ledger::Version& version : before) {
      if (!version.value || version.erased) continue;
      erased.texts.push_back(version.value->substr(0, kTextBytes));
    }
    {
      base::MutexLock lock(&mutex_);
      auditor_.Erasing(erased.key);
    }
    ASSERT_THAT(ledger_->Erase({erased.key, {}, absl::StrCat("D-", cuts_)}),
                IsOk());
    base::MutexLock lock(&mutex_);
    erased_.push_back(std::move(erased));
  }

  std::mt19937 random_{Seed()};
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  ShimVfs vfs_;
  const TempDir dir_;
  std::unique_ptr<ledger::Ledger> ledger_;
  base::Mutex mutex_;
  std::vector<Acknowledged> told_ ABSL_GUARDED_BY(mutex_);
  std::vector<Erased> erased_ ABSL_GUARDED_BY(mutex_);
  std::vector<Erased> gone_;
  CrashAuditor auditor_;
  int cuts_ = 0;
  int into_checkpoints_ = 0;
  int into_work_ = 0;
};

// After a power cut reports would be missing that were acknowledged: killing
// the process does not show it, the disk's cache does.
TEST_F(PowerCutTest, AcknowledgedCommitsAreOnTheDisk) {
  for (int i = 0; i < kCuts && !HasFailure(); ++i) {
    CutDuring(kSomeChanges, [] {});
  }
  EXPECT_GT(into_checkpoints_, 0) << "no cut fell into a checkpoint";
  EXPECT_LT(into_checkpoints_, kCuts) << "no cut fell beside the checkpoints";
}

// The log would lose more than was compacted, or begin where nobody can read
// on.
TEST_F(PowerCutTest, ACompactionThatIsCutLosesNothing) {
  for (int i = 0; i < kCuts && !HasFailure(); ++i) {
    CutDuring(kSomeChanges, [this] { Compact(); });
  }
  EXPECT_GT(into_work_, 0) << "no cut fell into a compaction";
}

// A text that was erased by decision would be back, or others with it gone.
TEST_F(PowerCutTest, AnErasureThatIsCutIsWholeOnceAcknowledged) {
  for (int i = 0; i < kCutErasures && !HasFailure(); ++i) {
    CutDuring(kErasureChanges, [this] { Erase(); });
  }
  EXPECT_GT(into_work_, 0) << "no cut fell into an erasure";
}

// The decision would be reported as carried out, with the text still to be read
// from the disk after a power cut.
TEST_F(PowerCutTest, ErasedBytesAreGoneAsSoonAsItIsAcknowledged) {
  Open(ledger::SqliteOptions().checkpoint_pages);  // the text is in the WAL
  ASSERT_THAT(CommitAndWait(ledger_.get(), LoadTransaction("one")), IsOk());
  Erase();
  TakeTold();
  for (unsigned seed = 0; seed < 8; ++seed) {
    const TempDir left;
    vfs_.Cut(left.path(), seed);
    ExpectGone(left.path());
  }
  ASSERT_EQ(gone_.size(), 1u);
  EXPECT_FALSE(gone_[0].texts.empty());
}

// The tests above would pass whatever the engine does, if the shim kept
// unsynced bytes.
TEST_F(PowerCutTest, TheShimLosesWhatWasNotSynced) {
  const TempDir left;
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(dir_.File("x.db").c_str(), &db,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            vfs_.name().c_str()),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                         "CREATE TABLE t(x); INSERT INTO t VALUES(1);",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  vfs_.Cut(left.path(), random_());
  sqlite3* after = nullptr;
  ASSERT_EQ(sqlite3_open(left.File("x.db").c_str(), &after), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(after, "SELECT x FROM t", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(after);
  sqlite3_close(db);
}

}  // namespace
}  // namespace lagesbild::testing
