#include "lib/ledger/backup.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "gtest/gtest.h"
#include "lib/base/ids.h"
#include "lib/ledger/memory_ledger.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::ledger {
namespace {

using lagesbild::testing::FakeClock;
using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;

std::string Contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void Rewrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto ledger = NewMemoryLedger(&clock_, &ids_);
    for (int i = 0; i < 5; ++i) {
      Transaction transaction;
      transaction.writes.push_back({absl::StrCat("k", i), "v", std::nullopt});
      ASSERT_THAT(CommitAndWait(ledger.get(), transaction), IsOk());
    }
    ASSERT_THAT(ledger->Backup(path_), IsOk());
  }
  absl::Status Restore() {
    return RestoreMemoryLedger(path_, &clock_, &ids_).status();
  }

  lagesbild::testing::TempDir dir_;
  const std::string path_ = dir_.File("backup");
  FakeClock clock_;
  base::RandomIds ids_;
};

// A backup gone bad on a shelf would be restored as truth.
TEST_F(BackupTest, AnyDamagedByteIsFound) {
  const std::string whole = Contents(path_);
  const unsigned seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 300; ++i) {
    std::string damaged = whole;
    const std::size_t at = random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    Rewrite(path_, damaged);
    EXPECT_THAT(Restore(), StatusIs(absl::StatusCode::kDataLoss))
        << "seed " << seed << " byte " << at;
  }
}

TEST_F(BackupTest, ACutOrLengthenedFileIsFound) {
  const std::string whole = Contents(path_);
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    Rewrite(path_, whole.substr(0, cut));
    EXPECT_THAT(Restore(), StatusIs(absl::StatusCode::kDataLoss)) << cut;
  }
  Rewrite(path_, whole + "x");
  EXPECT_THAT(Restore(), StatusIs(absl::StatusCode::kDataLoss));
}

// Last night's backup would be overwritten by a failing one.
TEST_F(BackupTest, AnExistingFileIsKept) {
  const std::string whole = Contents(path_);
  EXPECT_THAT(BackupWriter::Create(path_),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Contents(path_), whole);
}

// Half a backup would lie about, looking like one.
TEST_F(BackupTest, AnAbandonedBackupIsRemoved) {
  const std::string half = dir_.File("half");
  {
    ASSERT_OK_AND_ASSIGN(const auto writer, BackupWriter::Create(half));
    ASSERT_THAT(writer->Begin(StoreHeader()), IsOk());
  }
  EXPECT_FALSE(std::filesystem::exists(half));
}

TEST_F(BackupTest, AMissingFileIsSaidToBeMissing) {
  EXPECT_THAT(RestoreMemoryLedger(dir_.File("none"), &clock_, &ids_),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace lagesbild::ledger
