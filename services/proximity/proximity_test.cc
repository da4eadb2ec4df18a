#include "services/proximity/proximity.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/proximity/derivation.h"
#include "services/proximity/inventory.h"
#include "services/proximity/place_import.h"
#include "services/proximity/positions.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr geo::LatLng kSquare = {.latitude = 59.3, .longitude = 18.0};
const base::Date kToday(2025, 5, 1);

// `north` metres north of the square, to some millimetres.
geo::LatLng North(double north) {
  return {.latitude = kSquare.latitude + north / 111'405.0,
          .longitude = kSquare.longitude};
}

Place School(const std::string& id, geo::LatLng position) {
  Place place;
  place.id = id;
  place.display_name = id;
  place.kinds = {PlaceKind::kPrimarySchool};
  place.source = "register";
  place.external_id = id;
  place.position = position;
  place.municipality = "0180";
  return place;
}

Site SiteAt(std::string id, geo::LatLng center, double radius = 0) {
  return {.id = std::move(id),
          .geometry = geo::Disc{center, geo::Meters(radius)},
          .municipality = "0180"};
}

// A box of a degree each way around `center`.
Municipality Box(std::string code, geo::LatLng center) {
  const double s = center.latitude - 0.5, n = center.latitude + 0.5;
  const double w = center.longitude - 0.5, e = center.longitude + 0.5;
  return {
      .code = std::move(code),
      .geometry = geo::MultiPolygon{
          {{.outer = {{s, w}, {s, e}, {n, e}, {n, w}, {s, w}}, .holes = {}}}}};
}

void Apply(const Changes& changes, const Effects& effects, Inventory* to) {
  for (const auto& [id, site] : changes.sites) {
    site ? to->PutSite(*site) : to->RemoveSite(id);
  }
  for (const auto& [id, m] : changes.municipalities) {
    m ? to->PutMunicipality(id, *m) : to->RemoveMunicipality(id);
  }
  for (const auto& [id, place] : effects.places) to->PutPlace(place);
  for (const auto& [id, exposure] : effects.exposures) {
    exposure ? to->PutExposure(id, *exposure) : to->RemoveExposure(id);
  }
}

class DerivationTest : public ::testing::Test {
 protected:
  DerivationTest() { inventory_.PutLayer(DefaultLayer()); }

  Effects Take(const Changes& changes, base::Date today = kToday) {
    Effects effects = Derive(inventory_, changes, today);
    Apply(changes, effects, &inventory_);
    return effects;
  }
  Effects TakePlace(const Place& place) {
    return Take({.places = {{place.id, place}}});
  }
  Effects TakeSite(const Site& site) {
    return Take({.sites = {{site.id, site}}});
  }
  std::vector<std::string> Pairs() const {
    std::vector<std::string> ids;
    for (const auto& [id, e] : inventory_.exposures()) ids.push_back(id);
    return ids;
  }

  Inventory inventory_;
};

// A district would be told "definitely within 500 m" of what may be farther.
TEST(VerdictTest, TheMarginDecidesHowSureTheAnswerIs) {
  const geo::Meters radius(500), margin(100);
  EXPECT_EQ(VerdictFor(geo::Meters(400), margin, radius), Verdict::kDefinite);
  EXPECT_EQ(VerdictFor(geo::Meters(400.1), margin, radius), Verdict::kPossible);
  EXPECT_EQ(VerdictFor(geo::Meters(600), margin, radius), Verdict::kPossible);
  EXPECT_EQ(VerdictFor(geo::Meters(600.1), margin, radius), Verdict::kOutside);
}

// A school at the end of the radius would be missed, or one beyond it counted.
TEST_F(DerivationTest, WithinMeansAtMostTheRadiusWhateverTheMargin) {
  TakeSite(SiteAt("s", kSquare));
  TakePlace(School("near", North(499.9)));
  TakePlace(School("far", North(500.1)));
  EXPECT_THAT(Pairs(), ElementsAre("primary-schools-500~s~near"));
  const Exposure& e = *inventory_.exposures().begin()->second;
  EXPECT_NEAR(e.distance.value(), 499.9, 0.05);
  EXPECT_EQ(e.verdict, Verdict::kPossible);
}

// A site with an outline would be measured from its middle.
TEST_F(DerivationTest, DistanceRunsFromTheEdgeWithTheCentreBeside) {
  TakePlace(School("p", North(600)));
  TakeSite(SiteAt("s", kSquare, 150));
  ASSERT_EQ(inventory_.exposures().size(), 1u);
  const Exposure& e = *inventory_.exposures().begin()->second;
  EXPECT_NEAR(e.distance.value(), 450, 0.05);
  EXPECT_NEAR(e.center_distance.value(), 600, 0.05);
}

// Preschools would be counted in the 500 m question for primary schools.
TEST_F(DerivationTest, AnotherKindOfPlaceIsNoneOfTheLayersBusiness) {
  TakeSite(SiteAt("s", kSquare));
  Place place = School("p", kSquare);
  place.kinds = {PlaceKind::kPreschool};
  TakePlace(place);
  EXPECT_THAT(Pairs(), IsEmpty());
  place.kinds = {PlaceKind::kPreschool, PlaceKind::kPrimarySchool};
  TakePlace(place);
  EXPECT_EQ(Pairs().size(), 1u);
}

// A moved or withdrawn site would keep schools that it is no longer near.
TEST_F(DerivationTest, ASiteThatMovesOrGoesLosesItsExposures) {
  TakePlace(School("p", kSquare));
  TakeSite(SiteAt("s", kSquare));
  EXPECT_EQ(Pairs().size(), 1u);
  Effects moved = TakeSite(SiteAt("s", North(5000)));
  EXPECT_THAT(Pairs(), IsEmpty());
  EXPECT_EQ(moved.exposures.size(), 1u);
  TakeSite(SiteAt("s", kSquare));
  Take({.sites = {{"s", std::nullopt}}});
  EXPECT_THAT(Pairs(), IsEmpty());
}

// Watchers would be told of changes where there are none.
TEST_F(DerivationTest, TheSameInputGivesNoEffect) {
  TakePlace(School("p", kSquare));
  TakeSite(SiteAt("s", kSquare));
  EXPECT_TRUE(TakeSite(SiteAt("s", kSquare)).empty());
  EXPECT_TRUE(TakePlace(School("p", kSquare)).empty());
  EXPECT_TRUE(Take({.new_day = true}).empty());
}

// A school that opens next month would open gaps today, or never.
TEST_F(DerivationTest, AnExposureIsCurrentWhileItsPlaceExists) {
  Place place = School("p", kSquare);
  place.valid = {.from = kToday + 1, .to = kToday + 2};
  TakePlace(place);
  TakeSite(SiteAt("s", kSquare));
  const auto current = [&] {
    return inventory_.exposures().begin()->second->current;
  };
  EXPECT_FALSE(current());
  Take({.new_day = true}, kToday + 1);
  EXPECT_TRUE(current());
  Take({.new_day = true}, kToday + 2);
  EXPECT_FALSE(current());
}

// What was recorded before margins had a source would never have one.
TEST_F(DerivationTest, ANewDayTellsWhereAMarginComesFrom) {
  TakePlace(School("p", kSquare));
  TakeSite(SiteAt("s", kSquare));
  const auto [id, exposure] = *inventory_.exposures().begin();
  EXPECT_EQ(exposure->margin_source, MarginSource::kQuality);
  Exposure old = *exposure;
  old.margin_source = MarginSource::kUnspecified;
  old.quality = PositionQuality::kUnspecified;
  inventory_.PutExposure(id, old);
  Take({.new_day = true}, kToday + 1);
  EXPECT_EQ(*inventory_.exposures().begin()->second, *exposure);
}

// A school registered at its head office in another county would pass unseen.
TEST_F(DerivationTest, PositionsThatContradictTheRegisterAreSuspect) {
  Take({.municipalities = {{"municipality-0180", Box("0180", kSquare)}}});
  TakePlace(School("inside", kSquare));
  TakePlace(School("gothenburg", {.latitude = 57.7, .longitude = 11.97}));
  Place other = School("other", kSquare);
  other.municipality = "0136";
  other.position.latitude += 0.1;
  TakePlace(other);
  EXPECT_EQ(inventory_.FindPlace("inside")->quality,
            PositionQuality::kRegister);
  EXPECT_EQ(inventory_.FindPlace("inside")->margin, geo::Meters(235));
  const auto outside = inventory_.FindPlace("gothenburg");
  EXPECT_TRUE(outside->outside_region);
  EXPECT_EQ(outside->quality, PositionQuality::kSuspect);
  EXPECT_EQ(outside->margin, geo::Meters(1000));
  EXPECT_THAT(inventory_.FindPlace("other")->flags,
              ElementsAre(HasSubstr("the source says 0136")));
}

// Schools imported before the areas would never be checked against them.
TEST_F(DerivationTest, PositionsAreJudgedAnewWhenAreasArrive) {
  TakePlace(School("p", {.latitude = 57.7, .longitude = 11.97}));
  EXPECT_FALSE(inventory_.FindPlace("p")->outside_region);
  Take({.municipalities = {{"municipality-0180", Box("0180", kSquare)}}});
  EXPECT_TRUE(inventory_.FindPlace("p")->outside_region);
  Take({.municipalities = {{"municipality-0180", std::nullopt}}});
  EXPECT_FALSE(inventory_.FindPlace("p")->outside_region);
}

// A school in the Indian Ocean would be taken for one of another county.
TEST_F(DerivationTest, ExchangedAxesAreFlaggedAsLongAsTheyLookSo) {
  const geo::LatLng swapped = {.latitude = kSquare.longitude,
                               .longitude = kSquare.latitude};
  TakePlace(School("p", swapped));
  EXPECT_EQ(inventory_.FindPlace("p")->quality, PositionQuality::kSuspect);
  EXPECT_THAT(inventory_.FindPlace("p")->flags,
              ElementsAre(HasSubstr("look exchanged")));
  Take({.municipalities = {{"municipality-0180", Box("0180", kSquare)}}});
  EXPECT_THAT(
      inventory_.FindPlace("p")->flags,
      ElementsAre(HasSubstr("no municipality"), HasSubstr("look exchanged")));
  Take({.municipalities = {{"municipality-0180", Box("0180", swapped)}}});
  EXPECT_THAT(inventory_.FindPlace("p")->flags, IsEmpty());
  EXPECT_EQ(inventory_.FindPlace("p")->quality, PositionQuality::kRegister);
}

// Six schools on one point would look as sure as six surveyed ones.
TEST_F(DerivationTest, UnitsOnOnePointAreSharedUntilTheyPart) {
  TakePlace(School("a", kSquare));
  TakePlace(School("b", kSquare));
  EXPECT_EQ(inventory_.FindPlace("a")->quality, PositionQuality::kShared);
  EXPECT_THAT(inventory_.FindPlace("b")->flags,
              ElementsAre("2 units share the position"));
  TakePlace(School("b", North(50)));
  EXPECT_EQ(inventory_.FindPlace("a")->quality, PositionQuality::kRegister);
  EXPECT_EQ(inventory_.FindPlace("b")->quality, PositionQuality::kRegister);
}

// What somebody measured would be doubted because a polygon is coarse.
TEST_F(DerivationTest, ASurveyedPositionIsFlaggedButBelieved) {
  Take({.municipalities = {{"municipality-0180", Box("0180", kSquare)}}});
  Place place = School("p", {.latitude = 57.7, .longitude = 11.97});
  place.given_quality = PositionQuality::kSurveyed;
  TakePlace(place);
  EXPECT_TRUE(inventory_.FindPlace("p")->outside_region);
  EXPECT_EQ(inventory_.FindPlace("p")->quality, PositionQuality::kSurveyed);
  EXPECT_EQ(inventory_.FindPlace("p")->margin, geo::Meters(5));
}

std::string PlainId(const std::string& source, const std::string& external) {
  return source + "-" + external;
}

class ImportTest : public DerivationTest {
 protected:
  ImportPlan Import(std::vector<Place> rows, bool keep_missing = false) {
    ImportPlan plan = PlanImport(inventory_, std::move(rows),
                                 {.source = "register",
                                  .extract_date = kToday - 3,
                                  .keep_missing = keep_missing,
                                  .today = kToday},
                                 PlainId);
    Take({.places = plan.places});
    return plan;
  }
};

Exposure Near(double distance, double center) {
  Exposure exposure;
  exposure.distance = exposure.steady_distance = geo::Meters(distance);
  exposure.center_distance = exposure.steady_center_distance =
      geo::Meters(center);
  return exposure;
}

// A stream that wants them steady would hear of every hand's breadth, or go on
// telling a distance that is metres off.
TEST(SteadyTest, DistancesStayUntilEitherDiffersByAMetre) {
  const Exposure before = Near(300, 350);
  const auto steady = [&](Exposure now) {
    KeepSteady(before, &now);
    return std::pair(now.steady_distance.value(),
                     now.steady_center_distance.value());
  };
  EXPECT_EQ(steady(Near(300.9, 349.1)), std::pair(300.0, 350.0));
  EXPECT_EQ(steady(Near(301, 350.5)), std::pair(301.0, 350.5));
  EXPECT_EQ(steady(Near(300.5, 349)), std::pair(300.5, 349.0));
}

TEST(SteadyTest, WhateverElseChangesBringsTheExactOnes) {
  Exposure before = Near(300, 350);
  before.distance = geo::Meters(300.6);
  Exposure now = before;
  KeepSteady(before, &now);
  EXPECT_EQ(now.steady_distance, geo::Meters(300));
  now.current = true;
  KeepSteady(before, &now);
  EXPECT_EQ(now.steady_distance, geo::Meters(300.6));
}

// The same file twice would double the schools or shake every exposure.
TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
  const std::vector<Place> rows = {School("1", kSquare),
                                   School("2", North(10))};
  EXPECT_EQ(Import(rows).created, 2);
  const ImportPlan again = Import(rows);
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_THAT(again.places, IsEmpty());
}

// A school that the register dropped would stand for ever.
TEST_F(ImportTest, PlacesThatTheSourceLostAreClosedFromTheExtractsDay) {
  Import({School("1", kSquare), School("2", North(10))});
  EXPECT_EQ(Import({School("1", kSquare)}, /*keep_missing=*/true).closed, 0);
  EXPECT_EQ(Import({School("1", kSquare)}).closed, 1);
  const auto closed = inventory_.FindPlace("register-2");
  EXPECT_EQ(closed->valid.to, kToday - 3);
  EXPECT_EQ(Import({School("1", kSquare)}).closed, 0);
  EXPECT_EQ(Import({School("1", kSquare), School("2", North(10))}).updated, 1);
  EXPECT_EQ(inventory_.FindPlace("register-2")->valid.to, std::nullopt);
}

// Somebody would search a file of thousands for the row that is wrong.
TEST_F(ImportTest, FaultsBetweenRowsNameTheRows) {
  const std::vector<Place> rows = {
      School("1", kSquare), School("2", {.latitude = 18, .longitude = 59}),
      School("1", North(1))};
  const MunicipalityMap map(std::vector<Municipality>{}, kToday);
  const auto faults = FindRowFaults(rows, map, {});
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].field, "places[2].position");
  EXPECT_THAT(faults[0].description, HasSubstr("exchanged"));
  EXPECT_EQ(faults[1].field, "places[3].external_id");
  EXPECT_THAT(faults[1].description, HasSubstr("that of places[1]"));
  const auto kept = FindRowFaults(rows, map, {.keep_swapped = true});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].field, "places[3].external_id");
}

// What was imported before extracts were noted would be open to any older one.
TEST_F(ImportTest, WithoutANoteThePlacesTellTheLastExtract) {
  EXPECT_EQ(LastExtract(inventory_, "register"), std::nullopt);
  Import({School("1", kSquare), School("2", North(10))});
  Import({School("1", kSquare)});
  inventory_.RemovePlace("register-1");
  EXPECT_EQ(LastExtract(inventory_, "register"), kToday - 3);
  EXPECT_EQ(LastExtract(inventory_, "another"), std::nullopt);
  inventory_.PutExtract({"register", kToday - 9});
  EXPECT_EQ(LastExtract(inventory_, "register"), kToday - 9);
}

}  // namespace
}  // namespace lagesbild::proximity
