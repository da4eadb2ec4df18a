#include "services/proximity/proximity.h"

#include "services/proximity/derivation_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace lagesbild::proximity
