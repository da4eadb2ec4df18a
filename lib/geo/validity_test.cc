#include "lib/geo/validity.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/geo_reference.h"
#include "lib/geo/measure.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::geo {
namespace {

using testing::ErrorIs;
using ::testing::HasSubstr;
using testing::IsOk;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

LatLng At(double latitude, double longitude) {
  return {.latitude = latitude, .longitude = longitude};
}

// A box of `size` degrees with its south-west corner there.
Ring Box(double south, double west, double size) {
  return {At(south, west), At(south, west + size),
          At(south + size, west + size), At(south + size, west),
          At(south, west)};
}

Geometry Poly(Ring outer, std::vector<Ring> holes = {}) {
  return MultiPolygon{
      .polygons = {{.outer = std::move(outer), .holes = std::move(holes)}}};
}

// The message must say where and what.
void ExpectFault(const Geometry& geometry, absl::string_view field,
                 absl::string_view what) {
  const absl::Status status = Validate(geometry, "g");
  ASSERT_THAT(status,
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
  const base::FieldViolation fault = base::DetailOf(status).violations.at(0);
  EXPECT_EQ(fault.field, std::string(field)) << fault.description;
  EXPECT_THAT(fault.description, HasSubstr(std::string(what)));
}

// Good outlines would be refused.
TEST(ValidityTest, GoodGeometriesPass) {
  EXPECT_THAT(Validate(PointGeometry(At(59, 18)), "g"), IsOk());
  EXPECT_THAT(Validate(Poly(Box(59, 18, 0.01)), "g"), IsOk());
  EXPECT_THAT(Validate(Poly(Box(59, 18, 0.1), {Box(59.02, 18.02, 0.01)}), "g"),
              IsOk());
  EXPECT_THAT(Validate(Poly(Box(10, 179.995, 0.01)), "g"),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
}

// A hole that touches its outer ring in a corner is good.
TEST(ValidityTest, RingsMayTouchInACorner) {
  Ring hole = {At(59, 18), At(59.02, 18.05), At(59.05, 18.02), At(59, 18)};
  EXPECT_THAT(Validate(Poly(Box(59, 18, 0.1), {hole}), "g"), IsOk());
}

// A repeated position from a clicked outline would be refused.
TEST(ValidityTest, RepeatedPositionsAreIgnored) {
  Ring ring = Box(59, 18, 0.01);
  ring.insert(ring.begin() + 2, ring[1]);
  EXPECT_THAT(Validate(Poly(ring), "g"), IsOk());
}

// An open ring would be closed by guess.
TEST(ValidityTest, OpenAndShortRingsAreNamed) {
  Ring open = Box(59, 18, 0.01);
  open.pop_back();
  ExpectFault(Poly(open), "g.polygons[0].rings[0]", "open");
  ExpectFault(Poly({At(59, 18), At(59, 18.1), At(59, 18)}),
              "g.polygons[0].rings[0]", "at least 4 positions, it has 3");
  ExpectFault(MultiPolygon{}, "g", "no polygon");
  ExpectFault(Poly({}), "g.polygons[0].rings[0]", "it has 0");
}

// Positions from a broken file would reach the map.
TEST(ValidityTest, PositionsOutOfRangeAreNamed) {
  Ring ring = Box(59, 18, 0.01);
  ring[2].latitude = 95;
  ExpectFault(Poly(ring), "g.polygons[0].rings[0].positions[2]",
              "latitude 95 is out of range");
  ring[2].latitude = kNan;
  ExpectFault(Poly(ring), "g.polygons[0].rings[0].positions[2]", "finite");
  ExpectFault(PointGeometry(At(59, 180.5)), "g", "longitude 180.5");
  ring[2] = At(-40, 18);
  ExpectFault(Poly(ring), "g.polygons[0].rings[0].positions[2]", "1500 km");
}

// A figure of eight has no inside anyone agrees on.
TEST(ValidityTest, CrossingRingsAreNamed) {
  const Ring eight = {At(59, 18), At(59.01, 18.01), At(59.01, 18),
                      At(59, 18.012), At(59, 18)};
  ExpectFault(Poly(eight), "g.polygons[0].rings[0]", "itself near 59.0");
  const Ring touching = {At(59, 18),       At(59, 18.02), At(59.01, 18.01),
                         At(59.02, 18.02), At(59.02, 18), At(59.01, 18.01),
                         At(59, 18)};
  ExpectFault(Poly(touching), "g.polygons[0].rings[0]", "itself near");
  ExpectFault(Poly(Box(59, 18, 0.1),
                   {Box(59.02, 18.02, 0.01), Box(59.05, 18.05, 0.06)}),
              "g.polygons[0].rings[0]", "polygon 0 ring 2");
}

// Holes and parts in the wrong place would change the area silently.
TEST(ValidityTest, MisplacedHolesAndPartsAreNamed) {
  ExpectFault(
      Poly(Box(59, 18, 0.1), {Box(59.02, 18.02, 0.01), Box(58, 17, 0.01)}),
      "g.polygons[0].rings[2]", "outside its outer ring");
  const MultiPolygon nested{
      .polygons = {{.outer = Box(59, 18, 0.1), .holes = {}},
                   {.outer = Box(59.02, 18.02, 0.01), .holes = {}}}};
  ExpectFault(nested, "g.polygons[1]", "inside polygon 0");
}

// A line passes for a site of no size.
TEST(ValidityTest, RingsWithoutAreaAreNamed) {
  ExpectFault(Poly({At(59, 18), At(59.1, 18), At(59.2, 18), At(59, 18)}),
              "g.polygons[0].rings[0]", "no area");
  ExpectFault(Poly({At(59, 18), At(59, 18), At(59, 18), At(59, 18)}),
              "g.polygons[0].rings[0]", "no area");
}

// One huge outline would stall the service for everybody.
TEST(ValidityTest, LimitsAreEnforced) {
  reference::Random random(1);
  ExpectFault(
      Poly(reference::RandomStar(random, At(59, 18), kMaxVertices, 100, 200)),
      "g", "above the limit of 100000");
  ExpectFault(Disc{.center = At(59, 18), .radius = Meters(200'000)}, "g",
              "above the limit");
  ExpectFault(Disc{.center = At(59, 18), .radius = Meters(-1)}, "g", "radius");
  ExpectFault(Disc{.center = At(59, 18), .radius = Meters(kNan)}, "g",
              "radius");
}

// "Total area smaller" would be untrue.
TEST(MeasureTest, AreasAreThoseOfTheEllipsoid) {
  // One degree square at the equator, GeographicLib's Planimeter.
  EXPECT_NEAR(AreaOf(Poly(Box(0, 0, 1))).value(), 12308778361.469, 0.01);
  const double outer = AreaOf(Poly(Box(59, 18, 0.1))).value();
  const double hole = AreaOf(Poly(Box(59.02, 18.02, 0.01))).value();
  const Geometry holed = Poly(Box(59, 18, 0.1), {Box(59.02, 18.02, 0.01)});
  EXPECT_NEAR(AreaOf(holed).value(), outer - hole, 1e-6);
  EXPECT_NEAR(AreaOf(Disc{.center = At(59, 18), .radius = Meters(10)}).value(),
              314.159265, 1e-6);
}

// The centre on the map would lie elsewhere.
TEST(MeasureTest, CentreIsTheCentroid) {
  const LatLng center = CenterOf(Poly(Box(59, 18, 0.01)));
  EXPECT_NEAR(center.latitude, 59.005, 1e-5);
  EXPECT_NEAR(center.longitude, 18.005, 1e-5);
  const Geometry across =
      MultiPolygon{.polygons = {{.outer = {At(10, 179.99), At(10, -179.99),
                                           At(10.01, -179.99),
                                           At(10.01, 179.99), At(10, 179.99)},
                                 .holes = {}}}};
  EXPECT_NEAR(std::abs(CenterOf(across).longitude), 180, 1e-6);
  const BoundingBox box = BoundingBoxOf(across);
  EXPECT_GT(box.west, box.east);
  EXPECT_TRUE(box.Contains(At(10.005, 179.995)));
  EXPECT_TRUE(box.Contains(At(10.005, -179.995)));
  EXPECT_FALSE(box.Contains(At(10.005, 0)));
}

// A filter by box would drop what lies at its rim.
TEST(MeasureTest, BoxesHoldTheWholeShape) {
  reference::Random random(7);
  for (int i = 0; i < 50; ++i) {
    const LatLng center = At(reference::Uniform(random, -85, 85),
                             reference::Uniform(random, -180, 180));
    const Ring ring = reference::RandomStar(random, center, 6, 1000, 90'000);
    const BoundingBox box = BoundingBoxOf(Poly(ring));
    for (size_t e = 0; e + 1 < ring.size(); ++e) {
      for (double f = 0; f <= 1; f += 0.125) {
        const LatLng on = reference::Along(ring[e], ring[e + 1], f);
        ASSERT_TRUE(box.Contains(on))
            << on.latitude << " " << on.longitude << " not in " << box.south
            << " … " << box.north << ", " << box.west << " … " << box.east;
      }
    }
    const BoundingBox disc =
        BoundingBoxOf(Disc{.center = center, .radius = Meters(9999)});
    EXPECT_TRUE(disc.Contains(reference::Offset(center, i * 7.2, 9998)));
  }
}

}  // namespace
}  // namespace lagesbild::geo
