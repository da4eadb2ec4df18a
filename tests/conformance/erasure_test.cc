#include <fstream>
#include <iterator>

#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ::testing::ElementsAre;

constexpr char kSecret[] = "Kim Exempel, 19121212-1212, seen here";

class ErasureTest : public ConformanceTest {
 protected:
  // Whether any file of the store holds `text`.
  bool InFiles(const std::string& text) {
    for (const std::string& path : engine_->Files()) {
      std::ifstream in(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.find(text) != std::string::npos) return true;
    }
    return false;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasureTest, kEngines, EngineName);

// What must be forgotten by law would still be answered, by one way or another.
TEST_P(ErasureTest, ErasedBytesAreInNoReply) {
  Put("a", "before");
  Put("a", kSecret);
  Put("a", "after");
  Delete("a");
  ASSERT_THAT(ledger_->Erase({"a", {2}, "D-1"}), IsOk());
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(AsOf(2), ElementsAre("a=@2!"));
    EXPECT_THAT(AsOf(1), ElementsAre("a=before@1"));
    EXPECT_THAT(AsOf(3), ElementsAre("a=after@3"));
    ASSERT_OK_AND_ASSIGN(const auto versions, ledger_->ReadVersions("a"));
    ASSERT_EQ(versions.size(), 4u);
    EXPECT_TRUE(versions[1].erased);
    EXPECT_EQ(versions[1].value, "");
    EXPECT_FALSE(versions[3].erased);
    ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(0, 100));
    EXPECT_TRUE(page.revisions[1].changes[0].erased);
    EXPECT_EQ(page.revisions[1].changes[0].after, "");
    EXPECT_TRUE(page.revisions[2].changes[0].before->erased);
    EXPECT_EQ(page.revisions[2].changes[0].before->value, "");
    EXPECT_FALSE(page.revisions[2].changes[0].erased);
    Reopen();
  }
}

// After an erasure nobody could tell a true history from a changed one.
TEST_P(ErasureTest, TheChainStaysValid) {
  Put("a", kSecret);
  Put("b", "1");
  const Position here = Here();
  ASSERT_THAT(ledger_->Erase({"a", {}, "D-1"}), IsOk());
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
  EXPECT_THAT(ledger_->CheckPosition(here), IsOk());
  Put("a", "2");
  Reopen();
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// A purged text would lie in a file for whoever copies the disk.
TEST_P(ErasureTest, TheBytesAreGoneFromTheFiles) {
  // Around it enough to split pages, and versions of other sizes.
  for (int i = 0; i < 200; ++i) {
    Put(absl::StrCat("k", i), std::string(i * 13 % 700, 'x'));
    if (i % 20 == 7) Put("secret", absl::StrCat(kSecret, i));
  }
  Put("kept", "Sam Exempel stays");
  engine_->SaveSnapshot();
  EXPECT_EQ(InFiles(kSecret), !engine_->Files().empty());
  ASSERT_THAT(ledger_->Erase({"secret", {}, "D-1"}), IsOk());
  EXPECT_FALSE(InFiles(kSecret));
  EXPECT_EQ(InFiles("Sam Exempel stays"), !engine_->Files().empty());
  Reopen();
  EXPECT_FALSE(InFiles(kSecret));
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  std::ifstream in(backup, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(bytes.find(kSecret), std::string::npos);
}

// A record could not be purged while it is in use.
TEST_P(ErasureTest, ALiveRecordCanBeErased) {
  Put("a", kSecret);
  ASSERT_THAT(ledger_->Erase({"a", {1}, "D-1"}), IsOk());
  EXPECT_THAT(Live(), ElementsAre("a=@1!"));
  EXPECT_THAT(Commit(PutOf("a", "new", 1)), IsOk());
  EXPECT_THAT(Live(), ElementsAre("a=new@2"));
}

// A mistyped decision would pass for one that was carried out.
TEST_P(ErasureTest, WhatIsNotThereIsNotErased) {
  Put("a", "1");
  EXPECT_THAT(ledger_->Erase({"none", {}, "D-1"}),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(ledger_->Erase({"a", {1, 7}, "D-1"}),
              StatusIs(StatusCode::kNotFound));
  EXPECT_EQ(ledger_->Erase({"none", {5}, "D-1"}).message(),
            "none has no version at revision 5");
  EXPECT_THAT(ledger_->Erase({"a", {}, ""}),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Live(), ElementsAre("a=1@1"));
  EXPECT_TRUE(ledger_->ReadErasures()->empty());
}

// After an older backup is restored, the purged text would be back for good.
TEST_P(ErasureTest, DecisionsAreKeptAndCanBeCarriedOutAgain) {
  Put("a", kSecret);
  Put("b", kSecret);
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  ASSERT_THAT(ledger_->Erase({"b", {2}, "D-2"}), IsOk());
  ASSERT_THAT(ledger_->Erase({"a", {}, "D-1"}), IsOk());
  ASSERT_THAT(ledger_->Erase({"a", {}, "D-1"}), IsOk());  // repeated
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto erasures, ledger_->ReadErasures());
  ASSERT_EQ(erasures.size(), 2u);
  EXPECT_EQ(erasures[0].key, "b");
  EXPECT_THAT(erasures[0].revisions, ElementsAre(2));
  EXPECT_EQ(erasures[1].decision, "D-1");
  ASSERT_OK_AND_ASSIGN(const auto restored, engine_->Restore(backup));
  ASSERT_THAT(EraseAgain(restored.get(), erasures), IsOk());
  EXPECT_THAT(Text(restored->Load()->records), ElementsAre("a=@1!", "b=@2!"));
}

// Whoever carries out the list of purges again would destroy what was reported
// since.
TEST_P(ErasureTest, CarriedOutAgainTheyTakeNothingWrittenSince) {
  Put("a", kSecret);
  Put("a", kSecret);
  ASSERT_THAT(ledger_->Erase({"a", {}, "D-1"}), IsOk());
  Put("a", "lawful");
  ASSERT_OK_AND_ASSIGN(const auto erasures, ledger_->ReadErasures());
  ASSERT_EQ(erasures.size(), 1u);
  EXPECT_THAT(erasures[0].revisions, ElementsAre(1, 2));
  ASSERT_THAT(ledger_->Erase(erasures[0]), IsOk());
  EXPECT_THAT(Live(), ElementsAre("a=lawful@3"));
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto restored, engine_->Restore(backup));
  ASSERT_OK_AND_ASSIGN(const auto kept, restored->ReadErasures());
  ASSERT_THAT(EraseAgain(restored.get(), kept), IsOk());
  EXPECT_THAT(Text(restored->Load()->records), ElementsAre("a=lawful@3"));
  EXPECT_EQ(restored->ReadErasures()->size(), 1u);
}

// A backup between two versions of a record would keep the older one for good.
TEST_P(ErasureTest, CarriedOutAgainTheyTakeWhatAnOlderBackupHolds) {
  Put("a", kSecret);
  const std::string backup = dir_.File("backup");
  ASSERT_THAT(ledger_->Backup(backup), IsOk());
  Put("a", kSecret);
  Put("b", kSecret);
  ASSERT_THAT(ledger_->Erase({"a", {}, "D-1"}), IsOk());
  ASSERT_THAT(ledger_->Erase({"b", {3}, "D-2"}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto erasures, ledger_->ReadErasures());
  ASSERT_OK_AND_ASSIGN(const auto restored, engine_->Restore(backup));
  ASSERT_THAT(EraseAgain(restored.get(), erasures), IsOk());
  EXPECT_THAT(Text(restored->Load()->records), ElementsAre("a=@1!"));
}

// A compacted past could never be purged.
TEST_P(ErasureTest, BelowTheLogToo) {
  Put("a", kSecret);
  Put("a", "2");
  ASSERT_THAT(ledger_->Compact(2), IsOk());
  ASSERT_THAT(ledger_->Erase({"a", {1}, "D-1"}), IsOk());
  EXPECT_FALSE(InFiles(kSecret));
  EXPECT_THAT(AsOf(1), ElementsAre("a=@1!"));
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

}  // namespace
}  // namespace lagesbild::testing
