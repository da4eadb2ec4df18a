#include "services/proximity/positions.h"

#include "services/proximity/derivation_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

// A school that closes next summer would make its neighbour's position look
// sure already now, and one that opens then would make it look doubtful.
TEST_F(DerivationTest, UnitsShareAPointWhileBothAreThere) {
  Place closing = School("a", kSquare);
  closing.valid.to = kToday + 1;
  Take({.places = {{"a", closing}}}, kToday - 1);
  Place opening = School("b", kSquare);
  opening.valid.from = kToday;
  Take({.places = {{"b", opening}}}, kToday - 1);
  EXPECT_EQ(inventory_.FindPlace("a")->quality, PositionQuality::kRegister);
  Take({.new_day = true});
  EXPECT_EQ(inventory_.FindPlace("a")->quality, PositionQuality::kShared);
  EXPECT_EQ(inventory_.FindPlace("b")->quality, PositionQuality::kShared);
  Take({.new_day = true}, kToday + 1);
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

}  // namespace
}  // namespace lagesbild::proximity
