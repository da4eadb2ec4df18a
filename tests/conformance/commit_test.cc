#include <set>

#include "lib/base/mutex.h"
#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CommitTest : public ConformanceTest {};
INSTANTIATE_TEST_SUITE_P(Engines, CommitTest, kEngines, EngineName);

Transaction Requested(const std::string& id, const std::string& digest) {
  Transaction transaction = PutOf("site/1", digest);
  transaction.meta.request = {"police", "CreateSite", id, digest};
  return transaction;
}

// What an agency reported would not be there.
TEST_P(CommitTest, ACommittedRecordIsThere) {
  EXPECT_EQ(Put("a", "1"), 1);
  EXPECT_EQ(Put("b", "2"), 2);
  EXPECT_THAT(Live(), ElementsAre("a=1@1", "b=2@2"));
  Reopen();
  EXPECT_THAT(Live(), ElementsAre("a=1@1", "b=2@2"));
  EXPECT_EQ(ledger_->ReadHead()->revision, 2);
}

// Of two officers editing one site, the slower would silently undo the other.
TEST_P(CommitTest, AStaleWriterIsAborted) {
  Put("a", "1");
  Put("a", "2");
  const auto stale = Commit(PutOf("a", "3", 1));
  EXPECT_THAT(stale, ErrorIs(StatusCode::kAborted, base::kRevisionMismatch));
  EXPECT_EQ(base::DetailOf(stale.status()).metadata.at("key"), "a");
  EXPECT_EQ(base::DetailOf(stale.status()).metadata.at("actual"), "2");
  EXPECT_THAT(Commit(PutOf("a", "3", 2)), IsOk());
  EXPECT_THAT(Live(), ElementsAre("a=3@3"));
}

// Two agencies creating one name would share a record.
TEST_P(CommitTest, ExpectingAbsenceFindsPresence) {
  EXPECT_THAT(Commit(PutOf("a", "1", 0)), IsOk());
  EXPECT_THAT(Commit(PutOf("a", "2", 0)), StatusIs(StatusCode::kAborted));
  Delete("a");
  EXPECT_THAT(Commit(PutOf("a", "3", 1)), StatusIs(StatusCode::kAborted));
  EXPECT_THAT(Commit(PutOf("a", "3", 0)), IsOk());
  EXPECT_THAT(Commit(DeleteOf("b", 3)), StatusIs(StatusCode::kAborted));
}

// A merge of two sites could be half done.
TEST_P(CommitTest, AllOrNothingOverSeveralKeys) {
  Put("a", "1");
  Transaction both = PutOf("b", "new");
  both.writes.push_back({"a", "new", 7});
  EXPECT_THAT(Commit(both), StatusIs(StatusCode::kAborted));
  EXPECT_THAT(Live(), ElementsAre("a=1@1"));
  EXPECT_EQ(ledger_->ReadHead()->revision, 1);
  both.writes[1].expected = 1;
  EXPECT_THAT(Commit(both), IsOk());
  EXPECT_THAT(Live(), ElementsAre("a=new@2", "b=new@2"));
}

// A decision resting on a record that changed meanwhile would stand.
TEST_P(CommitTest, AReadRecordIsCheckedThoughNotWritten) {
  Put("basis", "1");
  Transaction transaction = PutOf("effect", "1");
  transaction.checks = {{"basis", 1}, {"none", 0}};
  EXPECT_THAT(Commit(transaction), IsOk());
  Put("basis", "2");
  EXPECT_THAT(Commit(transaction),
              ErrorIs(StatusCode::kAborted, base::kRevisionMismatch));
}

// A caller that repeats after a lost answer would report everything twice.
TEST_P(CommitTest, ARepeatedRequestIsAnsweredFromTheFirst) {
  const auto first = Commit(Requested("r", "d"));
  Put("site/1", "moved on");
  clock_.Advance(absl::Hours(1));
  Transaction again = Requested("r", "d");
  again.writes[0].expected = 0;  // no longer so, and no matter
  const auto repeat = Commit(again);
  ASSERT_THAT(repeat, IsOk());
  EXPECT_EQ(repeat->revision, 1);
  EXPECT_EQ(repeat->recorded, first->recorded);
  EXPECT_TRUE(repeat->repeated);
  EXPECT_FALSE(first->repeated);
  EXPECT_EQ(ledger_->ReadHead()->revision, 2);
  Reopen();
  EXPECT_TRUE(Commit(Requested("r", "d"))->repeated);
}

// Another report under a used id would be swallowed as a repeat.
TEST_P(CommitTest, AReusedRequestIdIsRefused) {
  ASSERT_THAT(Commit(Requested("r", "d")), IsOk());
  EXPECT_THAT(Commit(Requested("r", "other")),
              ErrorIs(StatusCode::kInvalidArgument, base::kRequestIdReused));
  Transaction elsewhere = Requested("r", "other");
  elsewhere.meta.request->agency = "customs";
  EXPECT_THAT(Commit(elsewhere), IsOk());
  Transaction method = Requested("r", "other");
  method.meta.request->method = "UpdateSite";
  EXPECT_THAT(Commit(method), IsOk());
}

// A failed attempt would use the id up.
TEST_P(CommitTest, AFailedCommitIsNotRemembered) {
  Transaction failing = Requested("r", "d");
  failing.writes[0].expected = 9;
  EXPECT_THAT(Commit(failing), StatusIs(StatusCode::kAborted));
  failing.writes[0].expected = 0;
  EXPECT_FALSE(Commit(failing)->repeated);
}

// After a restart a service would forget which requests it has answered.
TEST_P(CommitTest, RequestsAreLoadedInOrderAndForgottenAfterAWeek) {
  Commit(Requested("b", "1")).IgnoreError();
  clock_.Advance(absl::Hours(24 * 6));
  Commit(Requested("a", "2")).IgnoreError();
  clock_.Advance(absl::Hours(25));
  ASSERT_OK_AND_ASSIGN(auto requests, ledger_->LoadRequests());
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].key.request_id, "b");
  EXPECT_EQ(requests[1].key.digest, "2");
  EXPECT_EQ(requests[1].revision, 2);
  ASSERT_THAT(ledger_->Compact(0), IsOk());
  ASSERT_OK_AND_ASSIGN(requests, ledger_->LoadRequests());
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].key.request_id, "a");
}

// Figures "as of" a time would change with an operator's clock.
TEST_P(CommitTest, RecordedTimeNeverGoesBack) {
  const absl::Time start = clock_.Now();
  EXPECT_EQ(Commit(PutOf("a", "1"))->recorded, start);
  clock_.JumpWall(-absl::Hours(1));
  EXPECT_EQ(Commit(PutOf("a", "2"))->recorded, start);
  clock_.JumpWall(absl::Hours(2));
  EXPECT_EQ(Commit(PutOf("a", "3"))->recorded, start + absl::Hours(1));
  Reopen();
  clock_.JumpWall(-absl::Hours(5));
  EXPECT_EQ(Commit(PutOf("a", "4"))->recorded, start + absl::Hours(1));
}

// Fifteen years of published history could not be imported with its dates, or
// anybody could backdate a record.
TEST_P(CommitTest, OnlyImportedHistoryCarriesItsOwnTime) {
  Transaction migrated = PutOf("a", "1");
  migrated.migrated_time = absl::FromUnixSeconds(1000);
  EXPECT_EQ(Commit(migrated)->recorded, absl::FromUnixSeconds(1000));
  migrated.migrated_time = absl::FromUnixSeconds(999);
  EXPECT_THAT(Commit(migrated), StatusIs(StatusCode::kInvalidArgument));
  migrated.migrated_time = clock_.Now() + absl::Seconds(1);
  EXPECT_THAT(Commit(migrated), StatusIs(StatusCode::kInvalidArgument));
  migrated.migrated_time = absl::FromUnixSeconds(2000);
  EXPECT_EQ(Commit(migrated)->recorded, absl::FromUnixSeconds(2000));
  Put("b", "now");
  Reopen();
  migrated.migrated_time = clock_.Now();
  EXPECT_THAT(Commit(migrated), StatusIs(StatusCode::kFailedPrecondition));
}

// Bytes that are not text, and empty ones, would come back as something else.
TEST_P(CommitTest, AnyBytesComeBackAsTheyWere) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  const std::string key = " !\"#%{}[]*?~" + std::string(500, 'k');
  Put(key, all);
  Put("empty", "");
  Put("large", std::string(ledger::kMaxValueBytes, '\xff'));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const Snapshot snapshot, ledger_->Load());
  ASSERT_EQ(snapshot.records.size(), 3u);
  EXPECT_EQ(snapshot.records[0].key, key);
  EXPECT_EQ(snapshot.records[0].value, all);
  EXPECT_EQ(snapshot.records[1].value, "");
  EXPECT_EQ(snapshot.records[2].value->size(), ledger::kMaxValueBytes);
}

TEST_P(CommitTest, WhatIsNotValidIsRefused) {
  EXPECT_THAT(Commit(Transaction()), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Commit(PutOf("a\n", "")), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(Live(), IsEmpty());
}

// Deleting what is not there must be seen by watchers like any revision, or
// they would wait for it in vain.
TEST_P(CommitTest, DeletingAnAbsentKeyIsARevision) {
  EXPECT_EQ(Delete("none"), 1);
  ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(0, 10));
  ASSERT_EQ(page.revisions.size(), 1u);
  ASSERT_EQ(page.revisions[0].changes.size(), 1u);
  EXPECT_FALSE(page.revisions[0].changes[0].before.has_value());
  EXPECT_FALSE(page.revisions[0].changes[0].after.has_value());
}

// A whole county could not be imported as one file, all or nothing.
TEST_P(CommitTest, ManyRecordsAreOneRevision) {
  Transaction large;
  for (int i = 0; i < 20000; ++i) {
    large.writes.push_back({absl::StrCat("place/", i), "v", 0});
  }
  ASSERT_THAT(Commit(large), IsOk());
  EXPECT_EQ(ledger_->Load()->records.size(), 20000u);
  ASSERT_OK_AND_ASSIGN(const ChangePage page, ledger_->ReadChanges(0, 10));
  ASSERT_EQ(page.revisions.size(), 1u);
  EXPECT_EQ(page.revisions[0].changes.size(), 20000u);
  EXPECT_THAT(Commit(large), StatusIs(StatusCode::kAborted));
}

// An answer could be lost, come twice, or two commits share a revision.
TEST_P(CommitTest, EveryCompletionRunsOnceAndInOrder) {
  base::Mutex mutex;
  base::CondVar all;
  std::vector<Revision> told;
  constexpr int kCommits = 500;
  for (int i = 0; i < kCommits; ++i) {
    ledger_->Commit(PutOf(absl::StrCat("k", i % 7), "v"),
                    [&](absl::StatusOr<Committed> committed) {
                      base::MutexLock lock(&mutex);
                      told.push_back(committed.ok() ? committed->revision : 0);
                      all.Signal();
                    });
  }
  base::MutexLock lock(&mutex);
  while (told.size() < kCommits) all.Wait(&mutex);
  for (int i = 0; i < kCommits; ++i) EXPECT_EQ(told[i], i + 1);
}

// Closing the suite would drop reports that were accepted.
TEST_P(CommitTest, ClosingCompletesWhatWasAccepted) {
  int done = 0;
  for (int i = 0; i < 200; ++i) {
    ledger_->Commit(PutOf("k", "v"),
                    [&](const absl::StatusOr<Committed>& committed) {
                      done += committed.ok() ? 1 : 0;
                    });
  }
  Reopen();
  EXPECT_THAT(Commit(PutOf("k", "v")), IsOk());
  EXPECT_EQ(done, 200);
  EXPECT_EQ(ledger_->ReadHead()->revision, 201);
}

// Two processes on one store would overwrite each other's revisions.
TEST_P(CommitTest, TwoProcessesShareOneStore) {
  const auto second = engine_->OpenSecond();
  if (second == nullptr) return;  // memory has one process by nature
  EXPECT_EQ(second->StoreId(), ledger_->StoreId());
  std::set<Revision> revisions;
  for (int i = 0; i < 20; ++i) {
    revisions.insert(Put("a", "1"));
    revisions.insert(CommitAndWait(second.get(), PutOf("b", "2"))->revision);
  }
  EXPECT_EQ(revisions.size(), 40u);
  EXPECT_EQ(*revisions.rbegin(), 40);
  EXPECT_THAT(CommitAndWait(second.get(), PutOf("a", "3", 1)),
              StatusIs(StatusCode::kAborted));
  EXPECT_THAT(second->VerifyChain(), IsOk());
  EXPECT_EQ(second->ReadHead()->chain, ledger_->ReadHead()->chain);
}

}  // namespace
}  // namespace lagesbild::testing
