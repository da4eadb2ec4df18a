#include "services/notifications/derivation.h"

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/notifications_records.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

std::string CursorAt(ledger::Revision revision,
                     const std::string& store = "store") {
  return watch::EncodeCursor({store, revision, "chain"});
}

access::v1::Position At(const std::string& service, ledger::Revision revision,
                        const std::string& store = "store") {
  access::v1::Position position;
  position.set_service(service);
  position.set_store_id(store);
  position.set_revision(revision);
  return position;
}

KeptGap GapOf(const std::string& id) {
  return {.name = "regions/r/coverageGaps/" + id,
          .site = "regions/r/sites/" + id,
          .municipality = "0180",
          .site_display_name = "Torget",
          .extra = ""};
}

Told Opens(ledger::Revision revision, const std::string& id) {
  return {watch::DeliveryKind::kChanges,
          CursorAt(revision),
          kNow,
          {At(kInterventions, revision)},
          [id](const Origin& origin, Decision* decision) {
            decision->GapIs(origin, GapOf(id));
          }};
}

Told Nothing(ledger::Revision revision) {
  return {watch::DeliveryKind::kBookmark,
          CursorAt(revision),
          kNow,
          {At(kInterventions, revision)},
          [](const Origin&, Decision*) {}};
}

class DerivationTest : public ::testing::Test {
 protected:
  void Apply(const ledger::Transaction& transaction) {
    ++revision_;
    for (const ledger::Write& write : transaction.writes) {
      state_.Apply(write.key, write.value, revision_, kNow);
    }
  }
  // Takes the very first picture, which is empty, at this revision.
  void Begin(ledger::Revision revision) {
    Told first = Nothing(revision);
    first.kind = watch::DeliveryKind::kSnapshot;
    const auto transaction = Derive(state_, kInterventions, {first}, "", kNow);
    ASSERT_THAT(transaction, ::lagesbild::testing::IsOk());
    Apply(*transaction);
  }
  static std::vector<std::string> KeysOf(const ledger::Transaction& t) {
    std::vector<std::string> keys;
    for (const ledger::Write& write : t.writes) {
      keys.push_back(write.key.substr(0, write.key.find('/')));
    }
    return keys;
  }

  static std::vector<std::string> CheckedKeys(
      const ledger::Transaction& transaction) {
    std::vector<std::string> keys;
    for (const ledger::Check& check : transaction.checks) {
      keys.push_back(check.key);
    }
    return keys;
  }

  base::NullLogger logger_;
  NotificationsState state_{&logger_};
  ledger::Revision revision_ = 0;
};

// A crash between effect and cursor would tell it twice, or never.
TEST_F(DerivationTest, EffectCursorAndWhatIsKeptAreOneTransaction) {
  Begin(3);
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction transaction,
      Derive(state_, kInterventions, {Opens(4, "s1")}, CursorAt(3), kNow));
  EXPECT_THAT(KeysOf(transaction),
              UnorderedElementsAre("kept", "alert", "cursor"));
  const ledger::Write& cursor = transaction.writes.back();
  EXPECT_EQ(cursor.key, "cursor/interventions");
  EXPECT_EQ(cursor.expected, revision_);
  EXPECT_THAT(
      CheckedKeys(transaction),
      UnorderedElementsAre("roster", "cursor/proximity", "cursor/registry"));
}

TEST_F(DerivationTest, ABookmarkMovesTheCursorAlone) {
  Begin(3);
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction transaction,
      Derive(state_, kInterventions, {Nothing(9)}, CursorAt(3), kNow));
  EXPECT_THAT(KeysOf(transaction), UnorderedElementsAre("cursor"));
  Apply(transaction);
  EXPECT_EQ(state_.FollowedOf(kInterventions).cursor, CursorAt(9));
}

// Two followers that commit at the same time: the later one's basis would
// forget what the earlier one reached, and whoever waits for that would wait in
// vain.
TEST_F(DerivationTest, TheBasisHoldsOnlyWithTheCursorsItSpeaksOf) {
  Begin(3);
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction transaction,
      Derive(state_, kInterventions, {Nothing(9)}, CursorAt(3), kNow));
  EXPECT_FALSE(transaction.meta.basis.empty());
  EXPECT_THAT(CheckedKeys(transaction),
              UnorderedElementsAre("cursor/proximity", "cursor/registry"));
}

// Of two replicas one has been first; the other must add nothing to it.
TEST_F(DerivationTest, WhatAnotherReplicaTookIsLeftOut) {
  Begin(3);
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction first,
      Derive(state_, kInterventions, {Opens(4, "s1")}, CursorAt(3), kNow));
  Apply(first);
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction again,
      Derive(state_, kInterventions, {Opens(4, "s1")}, CursorAt(3), kNow));
  EXPECT_THAT(again.writes, IsEmpty());
  ASSERT_OK_AND_ASSIGN(
      const ledger::Transaction rest,
      Derive(state_, kInterventions, {Opens(4, "s1"), Opens(5, "s2")},
             CursorAt(3), kNow));
  EXPECT_THAT(KeysOf(rest), UnorderedElementsAre("kept", "alert", "cursor"));
  EXPECT_EQ(rest.writes[0].key, "kept/gap/s2");
}

// What opened and ceased between the pictures of two replicas would be compared
// away: nobody would ever know that there had been a gap.
TEST_F(DerivationTest, APictureDoesNotReplaceAnotherReplicas) {
  Begin(100);
  Told later = Nothing(105);
  later.kind = watch::DeliveryKind::kSnapshot;
  for (const std::string& refused : {CursorAt(9), std::string()}) {
    EXPECT_THAT(Derive(state_, kInterventions, {later}, refused, kNow),
                StatusIs(absl::StatusCode::kAborted));
  }
}

TEST_F(DerivationTest, AStreamOfAnotherStoreIsNotMixedIn) {
  Begin(3);
  Told other = Opens(4, "s1");
  other.cursor = CursorAt(4, "other");
  EXPECT_THAT(Derive(state_, kInterventions, {other}, CursorAt(3), kNow),
              StatusIs(absl::StatusCode::kAborted));
}

TEST_F(DerivationTest, RecordsThatDidNotChangeAreNotWritten) {
  Begin(3);
  for (ledger::Revision revision : {4, 5}) {
    ASSERT_OK_AND_ASSIGN(const ledger::Transaction transaction,
                         Derive(state_, kInterventions, {Opens(revision, "s1")},
                                CursorAt(3), kNow));
    EXPECT_THAT(transaction.writes, SizeIs(revision == 4 ? 3 : 1));
    Apply(transaction);
  }
}

// A read with a token would be answered from before what it names.
TEST(BasisTest, IsTheLowestWordOfAllThatReflectALedger) {
  std::map<std::string, watch::Followed> followed;
  followed[kRegistry].reached = {At(kRegistry, 9)};
  EXPECT_THAT(BasisOf(followed), IsEmpty());
  followed[kProximity].reached = {At(kProximity, 5), At(kRegistry, 7)};
  followed[kInterventions].reached = {At(kInterventions, 3), At(kProximity, 4),
                                      At(kRegistry, 8)};
  const watch::Basis basis = BasisOf(followed);
  EXPECT_EQ(watch::PositionOf(basis, kRegistry).revision(), 7);
  EXPECT_EQ(watch::PositionOf(basis, kProximity).revision(), 4);
  EXPECT_EQ(watch::PositionOf(basis, kInterventions).revision(), 3);
}

}  // namespace
}  // namespace lagesbild::notifications
