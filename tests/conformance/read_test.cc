#include <thread>

#include "lib/ledger/chain.h"
#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReadTest : public ConformanceTest {};
INSTANTIATE_TEST_SUITE_P(Engines, ReadTest, kEngines, EngineName);

// A new ledger would look like a damaged one.
TEST_P(ReadTest, AnEmptyLedgerIsReadable) {
  EXPECT_EQ(ledger_->ReadHead()->revision, 0);
  EXPECT_EQ(ledger_->ReadHead()->chain, ledger::kEmptyChain);
  EXPECT_EQ(ledger_->ReadHead()->recorded, absl::Time());
  EXPECT_THAT(Live(), IsEmpty());
  EXPECT_THAT(AsOf(0), IsEmpty());
  EXPECT_THAT(ledger_->ReadChanges(0, 10)->revisions, IsEmpty());
  EXPECT_EQ(*ledger_->RevisionAt(clock_.Now()), 0);
  EXPECT_EQ(*ledger_->CompactedThrough(), 0);
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
  EXPECT_THAT(ledger_->CheckPosition(Here()), IsOk());
  EXPECT_FALSE(ledger_->StoreId().empty());
}

// A watcher would see half of a change, or none of it again.
TEST_P(ReadTest, PagesHoldWholeRevisions) {
  for (int revision = 1; revision <= 6; ++revision) {
    Transaction transaction;
    for (int i = 0; i < 3; ++i) {
      transaction.writes.push_back(
          {absl::StrCat("k", i), absl::StrCat(revision), std::nullopt});
    }
    ASSERT_THAT(Commit(transaction), IsOk());
  }
  Revision after = 0;
  std::vector<std::size_t> sizes;
  while (after < 6) {
    ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(after, 7));
    EXPECT_EQ(page.head, 6);
    sizes.push_back(page.revisions.size());
    for (const auto& changes : page.revisions) {
      EXPECT_EQ(changes.revision, ++after);
      EXPECT_EQ(changes.changes.size(), 3u);
    }
  }
  EXPECT_THAT(sizes, ElementsAre(2, 2, 2));
  EXPECT_EQ(ledger_->ReadChanges(0, 2)->revisions.size(), 1u);
  EXPECT_THAT(ledger_->ReadChanges(6, 2)->revisions, IsEmpty());
}

// "What changed?" could not be answered to an agency that asks.
TEST_P(ReadTest, ChangesTellBeforeAfterAndWhy) {
  Transaction first = PutOf("b", "1");
  first.writes.push_back({"a", "2", std::nullopt});
  first.meta = {"police/duty-officer", std::nullopt, "CreateSite",
                "registry=7"};
  ASSERT_THAT(Commit(first), IsOk());
  clock_.Advance(absl::Seconds(1));
  Put("a", "3");
  Delete("a");
  Put("a", "4");
  ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(0, 100));
  ASSERT_EQ(page.revisions.size(), 4u);
  const auto& made = page.revisions[0];
  EXPECT_EQ(made.meta.actor, "police/duty-officer");
  EXPECT_EQ(made.meta.cause, "CreateSite");
  EXPECT_EQ(made.meta.basis, "registry=7");
  ASSERT_EQ(made.changes.size(), 2u);
  EXPECT_EQ(made.changes[0].key, "b");
  EXPECT_EQ(made.changes[1].key, "a");
  EXPECT_FALSE(made.changes[1].before.has_value());
  const Change& changed = page.revisions[1].changes[0];
  EXPECT_EQ(changed.before->value, "2");
  EXPECT_EQ(changed.before->revision, 1);
  EXPECT_EQ(changed.before->recorded, made.recorded);
  EXPECT_EQ(changed.after, "3");
  EXPECT_EQ(page.revisions[1].recorded, made.recorded + absl::Seconds(1));
  const Change& deleted = page.revisions[2].changes[0];
  EXPECT_EQ(deleted.before->value, "3");
  EXPECT_FALSE(deleted.after.has_value());
  EXPECT_FALSE(page.revisions[3].changes[0].before.has_value());
}

// A cursor could not be tied to one history.
TEST_P(ReadTest, TheChainIsTheOneThatIsDocumented) {
  Transaction transaction = PutOf("a", "1");
  transaction.meta.actor = "x";
  ASSERT_THAT(Commit(transaction), IsOk());
  const std::string digest = ledger::ContentDigest(
      transaction.meta, {{"a", ledger::PayloadDigest("1")}});
  EXPECT_EQ(ledger_->ReadHead()->chain,
            ledger::ChainHash(ledger::kEmptyChain, 1,
                              absl::ToUnixMicros(clock_.Now()), digest));
  EXPECT_EQ(ledger_->ReadChanges(0, 1)->revisions[0].chain,
            ledger_->ReadHead()->chain);
}

// "How many sites at year end?" would count today's.
TEST_P(ReadTest, AsOfReadsShowWhatWasRecordedThen) {
  Put("site/1", "a");
  Put("site/2", "b");
  Put("sitf", "other");
  Put("site/1", "c");
  Delete("site/2");
  EXPECT_THAT(AsOf(2), ElementsAre("site/1=a@1", "site/2=b@2"));
  EXPECT_THAT(AsOf(4, "site/"), ElementsAre("site/1=c@4", "site/2=b@2"));
  EXPECT_THAT(AsOf(5, "site/"), ElementsAre("site/1=c@4"));
  EXPECT_THAT(AsOf(5, "site/1"), ElementsAre("site/1=c@4"));
  EXPECT_THAT(AsOf(0), IsEmpty());
  EXPECT_THAT(ledger_->ReadHistory("", 6), StatusIs(StatusCode::kOutOfRange));
}

// An auditor could not see how a record came to be.
TEST_P(ReadTest, EveryVersionOfAKeyIsKept) {
  Put("a", "1");
  Put("ab", "x");
  Delete("a");
  Put("a", "2");
  ASSERT_OK_AND_ASSIGN(const auto versions, ledger_->ReadVersions("a"));
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_EQ(versions[0].value, "1");
  EXPECT_FALSE(versions[1].value.has_value());
  EXPECT_EQ(versions[1].revision, 3);
  EXPECT_EQ(versions[2].revision, 4);
  EXPECT_THAT(*ledger_->ReadVersions("none"), IsEmpty());
}

// A report "as of" a time would be that of another.
TEST_P(ReadTest, TimesFindTheirRevision) {
  const absl::Time start = clock_.Now();
  Put("a", "1");
  Put("a", "2");
  clock_.Advance(absl::Seconds(10));
  Put("a", "3");
  EXPECT_EQ(*ledger_->RevisionAt(start - absl::Microseconds(1)), 0);
  EXPECT_EQ(*ledger_->RevisionAt(start), 2);
  EXPECT_EQ(*ledger_->RevisionAt(start + absl::Seconds(9)), 2);
  EXPECT_EQ(*ledger_->RevisionAt(start + absl::Seconds(10)), 3);
  EXPECT_EQ(*ledger_->RevisionAt(absl::InfiniteFuture()), 3);
  EXPECT_EQ(*ledger_->RevisionAt(absl::InfinitePast()), 0);
}

// A watcher would learn of changes late, or never.
TEST_P(ReadTest, WaitingEndsWithTheNextCommit) {
  const absl::Duration patience = absl::Seconds(60);
  EXPECT_EQ(ledger_->WaitForHead(0, absl::Milliseconds(1))->revision, 0);
  std::thread writer([&] { Put("a", "1"); });
  EXPECT_EQ(ledger_->WaitForHead(0, patience)->revision, 1);
  writer.join();
  EXPECT_EQ(ledger_->WaitForHead(0, patience)->revision, 1);
  EXPECT_EQ(ledger_->WaitForHead(1, absl::Milliseconds(1))->revision, 1);
}

// A replica would not see what another wrote until it wrote itself.
TEST_P(ReadTest, WaitingSeesAnotherProcessCommit) {
  const auto second = engine_->OpenSecond();
  if (second == nullptr) return;  // memory has one process by nature
  std::thread writer([&] { Put("a", "1"); });
  EXPECT_EQ(second->WaitForHead(0, absl::Seconds(60))->revision, 1);
  writer.join();
}

// A service starting while others write would begin from a mixed state.
TEST_P(ReadTest, ALoadIsOneRevisionWhileCommitsGoOn) {
  std::thread writer([&] {
    for (int i = 1; i <= 300; ++i) {
      Transaction pair = PutOf("a", absl::StrCat(i));
      pair.writes.push_back({"z", absl::StrCat(i), std::nullopt});
      EXPECT_THAT(Commit(pair), IsOk());
    }
  });
  Revision seen = 0;
  while (seen < 300) {
    const Snapshot snapshot = *ledger_->Load();
    if (snapshot.head.revision == 0) continue;
    ASSERT_EQ(snapshot.records.size(), 2u);
    EXPECT_EQ(snapshot.records[0].value, snapshot.records[1].value);
    EXPECT_EQ(snapshot.records[0].revision, snapshot.head.revision);
    EXPECT_GE(snapshot.head.revision, seen);
    seen = snapshot.head.revision;
  }
  writer.join();
}

}  // namespace
}  // namespace lagesbild::testing
