#include "services/proximity/proximity_commit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const base::Date kToday(2023, 11, 14);
constexpr geo::LatLng kSquare{.latitude = 59.35, .longitude = 18.1};

class ProximityCommitTest : public ::testing::Test {
 protected:
  // The default layer, and a school at the square.
  ProximityCommitTest() {
    const Layer layer = DefaultLayer();
    Apply(absl::StrCat(kLayerPrefix, layer.id), EncodeLayer(layer));
    Place school;
    school.id = "p";
    school.kinds = {PlaceKind::kPrimarySchool};
    school.position = kSquare;
    CommitBuilder builder(state_, kToday);
    builder.changes().places["p"] = school;
    builder.Derive();
    builder.NoteImport({});
    Apply(builder.Take());
  }

  void Apply(const std::string& key, const std::string& value) {
    state_.Apply(key, value, ++revision_, absl::UnixEpoch());
  }
  void Apply(const ledger::Transaction& transaction) {
    ++revision_;
    for (const ledger::Write& write : transaction.writes) {
      state_.Apply(write.key, write.value, revision_, absl::UnixEpoch());
    }
  }

  // The registry tells of a site at the square.
  ledger::Transaction TakeSite(const std::string& id,
                               const std::string& cursor) {
    CommitBuilder builder(state_, kToday);
    builder.changes().sites[id] =
        Site{.id = id, .geometry = geo::PointGeometry(kSquare)};
    builder.MoveSites({cursor, {}, 0});
    builder.Derive();
    return builder.Take();
  }

  static std::vector<std::string> KeysOf(const ledger::Transaction& t) {
    std::vector<std::string> keys;
    for (const ledger::Write& write : t.writes) keys.push_back(write.key);
    return keys;
  }

  base::NullLogger logger_;
  ProximityState state_{&logger_};
  ledger::Revision revision_ = 0;
};

// A crash between effect and cursor would lose a school near a scene, or count
// it twice; one between cursor and what is kept, the site itself.
TEST_F(ProximityCommitTest, EffectCursorAndWhatIsKeptAreOneTransaction) {
  Apply(TakeSite("first", "a"));
  const ledger::Revision followed = revision_;
  const ledger::Transaction transaction = TakeSite("s", "b");
  EXPECT_THAT(
      KeysOf(transaction),
      UnorderedElementsAre("kept/site/s", "exposure/primary-schools-500~s~p",
                           kSitesCursorKey));
  const ledger::Write& cursor = transaction.writes.back();
  EXPECT_EQ(cursor.key, kSitesCursorKey);
  EXPECT_EQ(cursor.expected, followed);
  std::map<std::string, ledger::Revision> checked;
  for (const ledger::Check& check : transaction.checks) {
    checked[check.key] = check.expected;
  }
  EXPECT_THAT(checked, UnorderedElementsAre(
                           std::pair(kAreasCursorKey, 0),
                           std::pair(kDayKey, state_.day_revision()),
                           std::pair(kPlacesKey, state_.places_revision())));
}

TEST_F(ProximityCommitTest, WhatIsKnownMovesTheCursorAlone) {
  Apply(TakeSite("s", "a"));
  EXPECT_THAT(KeysOf(TakeSite("s", "b")), ElementsAre(kSitesCursorKey));
}

// A place that opens today is decided with the day that it depends on.
TEST_F(ProximityCommitTest, ADayIsWrittenAsItWasRead) {
  CommitBuilder builder(state_, kToday + 1);
  builder.Derive();
  const ledger::Transaction transaction = builder.Take();
  ASSERT_THAT(KeysOf(transaction), ElementsAre(kDayKey));
  EXPECT_EQ(transaction.writes[0].expected, state_.day_revision());
  CommitBuilder earlier(state_, kToday - 1);
  earlier.Derive();
  EXPECT_THAT(earlier.Take().writes, IsEmpty());
}

}  // namespace
}  // namespace lagesbild::proximity
