#include <atomic>
#include <thread>

#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ::testing::ElementsAre;

class CompactionTest : public ConformanceTest {
 protected:
  void SetUp() override {
    Put("a", "1");
    Put("b", "2");
    Delete("a");
    clock_.Advance(absl::Seconds(5));
    Put("a", "3");
    Put("b", "4");
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CompactionTest, kEngines, EngineName);

// A watcher below the log would go on as if it had missed nothing.
TEST_P(CompactionTest, ReadingBelowTheLogIsAnError) {
  ASSERT_THAT(ledger_->Compact(3), IsOk());
  EXPECT_EQ(*ledger_->CompactedThrough(), 3);
  EXPECT_THAT(ledger_->ReadChanges(2, 10),
              ErrorIs(StatusCode::kOutOfRange, base::kCursorCompacted));
  EXPECT_THAT(ledger_->ReadChanges(0, 10),
              ErrorIs(StatusCode::kOutOfRange, base::kCursorCompacted));
  ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(3, 10));
  ASSERT_EQ(page.revisions.size(), 2u);
  // The value before lies below the log, and is told all the same.
  EXPECT_EQ(page.revisions[1].changes[0].before->value, "2");
}

// Yesterday's report would come out otherwise today.
TEST_P(CompactionTest, AsOfAnswersAreUnchanged) {
  std::vector<std::vector<std::string>> before;
  for (Revision at = 0; at <= 5; ++at) before.push_back(AsOf(at));
  const Revision then = *ledger_->RevisionAt(clock_.Now() - absl::Seconds(1));
  ASSERT_THAT(ledger_->Compact(5), IsOk());
  Reopen();
  for (Revision at = 0; at <= 5; ++at) EXPECT_EQ(AsOf(at), before[at]);
  EXPECT_EQ(*ledger_->RevisionAt(clock_.Now() - absl::Seconds(1)), then);
  EXPECT_EQ(ledger_->ReadVersions("a")->size(), 3u);
  EXPECT_THAT(Live(), ElementsAre("a=3@4", "b=4@5"));
  EXPECT_EQ(*ledger_->CompactedThrough(), 5);
}

TEST_P(CompactionTest, CommitsGoOnFromACompactedHead) {
  ASSERT_THAT(ledger_->Compact(5), IsOk());
  const std::string chain = ledger_->ReadHead()->chain;
  Reopen();
  EXPECT_EQ(ledger_->ReadHead()->chain, chain);
  EXPECT_EQ(Put("c", "6"), 6);
  EXPECT_EQ(ledger_->ReadChanges(5, 10)->revisions.size(), 1u);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

TEST_P(CompactionTest, CompactingTwiceOrLessChangesNothing) {
  ASSERT_THAT(ledger_->Compact(3), IsOk());
  ASSERT_THAT(ledger_->Compact(3), IsOk());
  ASSERT_THAT(ledger_->Compact(1), IsOk());
  EXPECT_EQ(*ledger_->CompactedThrough(), 3);
  EXPECT_THAT(ledger_->Compact(6), StatusIs(StatusCode::kOutOfRange));
  EXPECT_EQ(*ledger_->CompactedThrough(), 3);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// A watcher reading while the log is cut would lose a revision without a word.
TEST_P(CompactionTest, ReadersCannotFallThroughWhileItGoesOn) {
  constexpr Revision kLast = 400;
  std::atomic<bool> done = false;
  std::thread writer([&] {
    while (Put("k", "v") < kLast) {
    }
    done = true;
  });
  std::thread compactor([&] {
    while (!done) {
      const Revision head = ledger_->ReadHead()->revision;
      EXPECT_THAT(ledger_->Compact(head), IsOk());
    }
  });
  Revision cursor = 0;
  while (cursor < kLast) {
    const auto page = ledger_->ReadChanges(cursor, 3);
    if (!page.ok()) {
      ASSERT_EQ(base::ReasonOf(page.status()), base::kCursorCompacted);
      cursor = ledger_->Load()->head.revision;
      continue;
    }
    for (const auto& changes : page->revisions) {
      ASSERT_EQ(changes.revision, ++cursor);
    }
  }
  writer.join();
  compactor.join();
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

}  // namespace
}  // namespace lagesbild::testing
