#include <filesystem>
#include <thread>

#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ::testing::ElementsAre;

class CursorTest : public ConformanceTest {
 protected:
  static auto Foreign() {
    return ErrorIs(StatusCode::kInvalidArgument, base::kCursorForeign);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CursorTest, kEngines, EngineName);

// Every watcher would have to begin anew after each restart.
TEST_P(CursorTest, APositionOfThisHistoryIsAccepted) {
  std::vector<Position> positions = {Here()};
  for (int i = 0; i < 4; ++i) {
    Put("a", "1");
    positions.push_back(Here());
  }
  Reopen();
  for (const Position& position : positions) {
    EXPECT_THAT(ledger_->CheckPosition(position), IsOk());
  }
  ASSERT_THAT(ledger_->Compact(2), IsOk());
  EXPECT_THAT(ledger_->CheckPosition(positions[1]),
              ErrorIs(StatusCode::kOutOfRange, base::kCursorCompacted));
  EXPECT_THAT(ledger_->CheckPosition(positions[2]), IsOk());
  EXPECT_THAT(ledger_->CheckPosition(positions[4]), IsOk());
}

// A watcher of one county would be fed another's changes.
TEST_P(CursorTest, APositionOfAnotherHistoryIsForeign) {
  Put("a", "1");
  Position position = Here();
  position.store_id = "other";
  EXPECT_THAT(ledger_->CheckPosition(position), Foreign());
  position = Here();
  position.chain[0] = position.chain[0] == '0' ? '1' : '0';
  EXPECT_THAT(ledger_->CheckPosition(position), Foreign());
  position = Here();
  position.revision = -1;
  EXPECT_THAT(ledger_->CheckPosition(position), Foreign());
  position.revision = 2;
  EXPECT_THAT(ledger_->CheckPosition(position),
              ErrorIs(StatusCode::kOutOfRange, base::kCursorAhead));
  EXPECT_THAT(ledger_->ReadChanges(2, 1),
              ErrorIs(StatusCode::kOutOfRange, base::kCursorAhead));
}

// After a restore, watchers ahead of it would go on over another history and
// diverge without a word.
TEST_P(CursorTest, AfterARestoreOldPositionsAreForeign) {
  Put("a", "1");
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  const Position at_backup = Here();
  Put("a", "2");
  Put("a", "3");
  const Position ahead = Here();
  ASSERT_OK_AND_ASSIGN(ledger_, engine_->Restore(backup));
  EXPECT_THAT(ledger_->CheckPosition(ahead), Foreign());
  EXPECT_THAT(ledger_->CheckPosition(at_backup), Foreign());
  // Written past the old head, the revision exists again, with other content.
  for (int i = 0; i < 5; ++i) Put("a", "other");
  EXPECT_THAT(ledger_->CheckPosition(ahead), Foreign());
  EXPECT_THAT(ledger_->CheckPosition(Here()), IsOk());
  // Even one that had the new store's id.
  Position forged = ahead;
  forged.store_id = ledger_->StoreId();
  EXPECT_THAT(ledger_->CheckPosition(forged), Foreign());
}

class BackupRestoreTest : public CursorTest {};
INSTANTIATE_TEST_SUITE_P(Engines, BackupRestoreTest, kEngines, EngineName);

// A county that lost its disk would get back something else than it had.
TEST_P(BackupRestoreTest, ARestoreHoldsEverything) {
  Transaction requested = PutOf("a", "1");
  requested.meta.request = {"police", "CreateSite", "r", "d"};
  requested.meta.actor = "police/duty-officer";
  ASSERT_THAT(Commit(requested), IsOk());
  clock_.Advance(absl::Seconds(1));
  Put("secret", "personal");
  Delete("a");
  Put("b", "4");
  Transaction pair = PutOf("z", "5");
  pair.writes.push_back({"c", "5", std::nullopt});
  ASSERT_THAT(Commit(pair), IsOk());
  ASSERT_THAT(ledger_->Compact(2), IsOk());
  ASSERT_THAT(ledger_->Erase({"secret", {}, "D-1"}), IsOk());
  ASSERT_THAT(ledger_->SwapLease("l", {}, {"me", 3, 9, absl::Seconds(1)}),
              IsOk());
  const Head head = *ledger_->ReadHead();
  const auto as_of = AsOf(3);
  const std::string id = ledger_->StoreId();
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());

  ASSERT_OK_AND_ASSIGN(ledger_, engine_->Restore(backup));
  EXPECT_NE(ledger_->StoreId(), id);
  EXPECT_EQ(ledger_->ReadHead()->revision, head.revision);
  EXPECT_EQ(ledger_->ReadHead()->chain, head.chain);
  EXPECT_EQ(ledger_->ReadHead()->recorded, head.recorded);
  EXPECT_EQ(AsOf(3), as_of);
  EXPECT_THAT(Live(), ElementsAre("b=4@4", "c=5@5", "secret=@2!", "z=5@5"));
  EXPECT_EQ(*ledger_->CompactedThrough(), 2);
  EXPECT_TRUE(Commit(requested)->repeated);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
  ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(2, 100));
  ASSERT_EQ(page.revisions.size(), 3u);
  EXPECT_EQ(page.revisions[0].changes[0].before->value, "1");
  EXPECT_EQ(page.revisions[2].changes[0].key, "z");
  ASSERT_OK_AND_ASSIGN(const auto erasures, ledger_->ReadErasures());
  ASSERT_EQ(erasures.size(), 1u);
  EXPECT_EQ(erasures[0].decision, "D-1");
  // Nobody holds a lease of the time before, and its token does not come back.
  EXPECT_EQ(ledger_->ReadLease("l")->holder, "");
  EXPECT_EQ(ledger_->ReadLease("l")->token, 3);
  Reopen();
  EXPECT_EQ(Put("new", "6"), 6);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// A backup could be restored nowhere but on the engine it came from.
TEST_P(BackupRestoreTest, ABackupFitsEveryEngine) {
  for (int i = 0; i < 10; ++i) Put(absl::StrCat("k", i % 3), "v");
  ASSERT_THAT(ledger_->Compact(4), IsOk());
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  for (const char* name : kEngineNames) {
    const auto other = NewEngine(name, &clock_, &ids_);
    ASSERT_OK_AND_ASSIGN(const auto restored, other->Restore(backup));
    EXPECT_EQ(restored->ReadHead()->chain, ledger_->ReadHead()->chain);
    EXPECT_EQ(Text(restored->Load()->records), Live());
    EXPECT_THAT(restored->VerifyChain(), IsOk());
  }
}

// A restore over a county in use would mix two histories.
TEST_P(BackupRestoreTest, ABackupIsConsistentWhileCommitsGoOn) {
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) Put(absl::StrCat("k", i % 10), "v");
  });
  for (int i = 0; i < 5; ++i) {
    const std::string path = dir_.File(absl::StrCat("backup", i));
    EXPECT_THAT(ledger_->Backup(path), IsOk());
    const auto other = NewEngine("memory", &clock_, &ids_);
    const auto restored = other->Restore(path);
    ASSERT_THAT(restored, IsOk());
    EXPECT_THAT((*restored)->VerifyChain(), IsOk());
  }
  writer.join();
}

TEST_P(BackupRestoreTest, ADamagedBackupChangesNothing) {
  Put("a", "1");
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  std::filesystem::resize_file(backup, std::filesystem::file_size(backup) - 1);
  EXPECT_THAT(engine_->Restore(backup), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(engine_->Restore(dir_.File("none")),
              StatusIs(StatusCode::kNotFound));
}

}  // namespace
}  // namespace lagesbild::testing
