#include "lib/watch/followed.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::watch {
namespace {

std::string Cursor(const std::string& store, ledger::Revision revision) {
  return EncodeCursor({store, revision, std::string(32, 'c')});
}

access::v1::Position At(const std::string& store, ledger::Revision revision) {
  access::v1::Position position;
  position.set_service("registry");
  position.set_store_id(store);
  position.set_revision(revision);
  return position;
}

struct FakeDelivery {
  DeliveryKind kind;
  std::string cursor;
};

// A restart would begin anew, or derived data would claim the wrong basis.
TEST(FollowedTest, SurvivesItsBytes) {
  const Followed followed{Cursor("a", 7), {At("a", 7)}, 0};
  ASSERT_OK_AND_ASSIGN(const Followed read,
                       DecodeFollowed(EncodeFollowed(followed), 3));
  EXPECT_EQ(read.cursor, followed.cursor);
  EXPECT_EQ(read.revision, 3);
  EXPECT_EQ(PositionOf(read.reached, "registry").revision(), 7);
  EXPECT_EQ(PositionOf(read.reached, "proximity").revision(), 0);
}

// Two replicas would both derive one change.
TEST(FollowedTest, WhatAnotherReplicaTookIsLeftOut) {
  const std::vector<FakeDelivery> batch = {
      {DeliveryKind::kChanges, Cursor("a", 5)},
      {DeliveryKind::kChanges, Cursor("a", 6)},
      {DeliveryKind::kBookmark, Cursor("a", 7)}};
  ASSERT_OK_AND_ASSIGN(const auto fresh,
                       FreshOf(batch, Cursor("a", 5), Cursor("a", 4)));
  ASSERT_EQ(fresh.size(), 2u);
  EXPECT_EQ(fresh[0]->cursor, Cursor("a", 6));
  ASSERT_OK_AND_ASSIGN(const auto none, FreshOf(batch, Cursor("a", 9), ""));
  EXPECT_TRUE(none.empty());
}

// Changes of a restored store would be laid over the picture of the old one.
TEST(FollowedTest, ChangesOfAnotherStoreAreRefused) {
  EXPECT_EQ(Judge(DeliveryKind::kChanges, Cursor("b", 9), Cursor("a", 5), ""),
            Freshness::kLost);
  EXPECT_EQ(Judge(DeliveryKind::kChanges, Cursor("a", 9), "", ""),
            Freshness::kLost);
}

// A ledger that lost its tail, or was restored, would be followed as if nothing
// had happened.
TEST(FollowedTest, ASnapshotReplacesTheRefusedCursor) {
  const std::string refused = Cursor("a", 9);
  for (const std::string& snapshot :
       {Cursor("a", 5), Cursor("a", 90), Cursor("b", 1)}) {
    EXPECT_EQ(Judge(DeliveryKind::kSnapshot, snapshot, refused, refused),
              Freshness::kFresh);
  }
  EXPECT_EQ(Judge(DeliveryKind::kSnapshot, Cursor("a", 5), "", ""),
            Freshness::kFresh);
}

// What happened between the snapshots of two replicas would be compared away.
TEST(FollowedTest, ASnapshotDoesNotReplaceWhatAnotherReplicaStored) {
  const std::string refused = Cursor("a", 9);
  const auto judge = [](const std::string& snapshot, const std::string& stored,
                        const std::string& refused) {
    return Judge(DeliveryKind::kSnapshot, snapshot, stored, refused);
  };
  EXPECT_EQ(judge(Cursor("a", 105), Cursor("a", 100), refused),
            Freshness::kLost);
  EXPECT_EQ(judge(Cursor("a", 12), Cursor("a", 10), ""), Freshness::kLost);
  EXPECT_EQ(judge(Cursor("a", 5), Cursor("a", 6), refused), Freshness::kLost);
  EXPECT_EQ(judge(Cursor("b", 1), Cursor("a", 10), refused), Freshness::kLost);
  // The very same one: go on from there.
  EXPECT_EQ(judge(Cursor("a", 6), Cursor("a", 6), refused), Freshness::kTaken);
}

// Derived data would be taken for newer than it is.
TEST(FollowedTest, TheLowerPositionIsWhatBothReflect) {
  EXPECT_EQ(Lower(At("a", 5), At("a", 3)).revision(), 3);
  EXPECT_EQ(Lower(At("a", 5), At("b", 3)).revision(), 0);
  EXPECT_TRUE(Reaches(At("a", 5), At("a", 5)));
  EXPECT_FALSE(Reaches(At("a", 5), At("a", 6)));
  EXPECT_FALSE(Reaches(At("a", 5), At("b", 1)));
}

// A join would show a site that its other half does not know yet.
TEST(FollowedTest, WhatIsStillToComeIsWaitedForWhatNeverComesIsNot) {
  const Followed at_five{Cursor("a", 5), {At("a", 5)}, 1};
  EXPECT_FALSE(IsBehind(at_five, At("a", 5)));
  EXPECT_TRUE(IsBehind(at_five, At("a", 6)));
  EXPECT_FALSE(IsBehind(at_five, At("b", 6)));
  EXPECT_TRUE(IsBehind(Followed(), At("a", 1)));
  EXPECT_FALSE(IsBehind(Followed(), access::v1::Position()));
}

}  // namespace
}  // namespace lagesbild::watch
