#include "lib/geo/distance.h"

#include <cmath>
#include <iostream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/geo_reference.h"

namespace lagesbild::geo {
namespace {

using reference::Along;
using reference::Offset;
using reference::Random;
using reference::RandomSliver;
using reference::RandomStar;
using reference::Uniform;

constexpr uint64_t kSeed = 20231107;
constexpr double kMillimetre = 1e-3;

// Places where careless formulas break.
const LatLng kCenters[] = {
    {.latitude = 59.33, .longitude = 18.07},
    {.latitude = 0, .longitude = 0},
    {.latitude = 64.1, .longitude = 180},
    {.latitude = -17.7, .longitude = -179.9999},
    {.latitude = 90, .longitude = 0},
    {.latitude = -89.999, .longitude = 77},
};

Shape PolygonShape(Ring outer, std::vector<Ring> holes = {}) {
  return Shape(MultiPolygon{
      .polygons = {{.outer = std::move(outer), .holes = std::move(holes)}}});
}

const MultiPolygon& PolygonsOf(const Shape& shape) {
  return std::get<MultiPolygon>(shape.geometry());
}

// Distance, screen and Within against the reference, at and around radii.
void CheckPoint(const Shape& shape, const LatLng& point) {
  const double expected = reference::Distance(point, PolygonsOf(shape));
  const double actual = Distance(shape, Shape(point)).value();
  ASSERT_NEAR(actual, expected, kMillimetre)
      << point.latitude << " " << point.longitude;
  const DistanceBounds bounds = Screen(shape, Shape(point));
  EXPECT_LE(bounds.low.value(), expected + 1e-6);
  EXPECT_GE(bounds.high.value(), expected - 1e-6);
  for (const double by : {-100.0, -kMillimetre, 0.0, kMillimetre, 100.0}) {
    const double radius = std::max(0.0, actual + by);
    EXPECT_EQ(Within(shape, Shape(point), Meters(radius)), actual <= radius);
  }
  EXPECT_EQ(Covers(shape, point), actual == 0);
}

// Points all over, on edges, and a millimetre to either side of 500 m from one.
void CheckAround(Random& random, const Shape& shape, double reach) {
  const Ring& ring = PolygonsOf(shape).polygons[0].outer;
  for (int i = 0; i < 12; ++i) {
    CheckPoint(shape, Offset(ring[0], Uniform(random, 0, 360),
                             Uniform(random, 0, 2 * reach)));
    const size_t edge = random() % (ring.size() - 1);
    const LatLng on = Along(ring[edge], ring[edge + 1], Uniform(random, 0, 1));
    CheckPoint(shape, on);
    for (const double away : {0.001, 0.02, 499.999, 500.001}) {
      CheckPoint(shape, Offset(on, Uniform(random, 0, 360), away));
    }
  }
}

// A school at 499.9995 m could drop out of the picture, or one at 500.0005 m
// be counted.
TEST(DistanceTest, PointToPolygonIsTheGeodesicsEverywhereOnEarth) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (const LatLng& center : kCenters) {
    for (const double size : {30.0, 800.0, 20'000.0, 300'000.0}) {
      const int corners = 3 + static_cast<int>(random() % 20);
      CheckAround(
          random,
          PolygonShape(RandomStar(random, center, corners, size / 3, size)),
          size);
    }
  }
}

// A school in the yard that a site surrounds would count as inside it.
TEST(DistanceTest, HolesAreOutsideAndTheirEdgesCount) {
  Random random(kSeed);
  for (const LatLng& center : kCenters) {
    const Ring outer = RandomStar(random, center, 17, 2000, 3000);
    const Ring hole = RandomStar(random, center, 9, 500, 1000);
    const Shape shape = PolygonShape(outer, {hole});
    for (int i = 0; i < 60; ++i) {
      CheckPoint(shape, Offset(center, Uniform(random, 0, 360),
                               Uniform(random, 0, 3500)));
    }
    EXPECT_GT(Distance(shape, Shape(center)).value(), 300);
  }
}

// A site of several parts would answer for one of them only.
TEST(DistanceTest, MultiPolygonsAnswerForTheNearestPart) {
  Random random(kSeed);
  const LatLng east = Offset(kCenters[0], 90, 5000);
  const Shape shape(MultiPolygon{
      .polygons = {
          {.outer = RandomStar(random, kCenters[0], 8, 300, 900), .holes = {}},
          {.outer = RandomStar(random, east, 8, 300, 900), .holes = {}}}});
  for (int i = 0; i < 80; ++i) {
    CheckPoint(shape, Offset(kCenters[0], Uniform(random, 0, 360),
                             Uniform(random, 0, 7000)));
  }
}

// A street drawn as a thin strip would lose its schools.
TEST(DistanceTest, SliversAndRepeatedPositionsKeepTheirDistance) {
  Random random(kSeed);
  for (const LatLng& center : kCenters) {
    Ring sliver = RandomSliver(random, center, 1200, 0.05);
    sliver.insert(sliver.begin() + 1, {sliver[0], sliver[0]});
    CheckAround(random, PolygonShape(sliver), 1500);
  }
}

// An outline of ten thousand positions, as a drone or a GIS export gives it,
// would be measured wrongly.
TEST(DistanceTest, RingsOfTenThousandPositionsAreExact) {
  Random random(kSeed);
  const Shape shape =
      PolygonShape(RandomStar(random, kCenters[0], 10'000, 2900, 3000));
  for (int i = 0; i < 2; ++i) {
    CheckPoint(shape, Offset(kCenters[0], Uniform(random, 0, 360),
                             Uniform(random, 2800, 3600)));
  }
}

// Two schools at one distance would be told apart by a cheap formula.
TEST(DistanceTest, PointToPointScreenHoldsItsStatedBound) {
  Random random(kSeed);
  for (int i = 0; i < 20'000; ++i) {
    const LatLng& center = kCenters[i % std::size(kCenters)];
    const double length = std::exp(Uniform(random, 0, std::log(2e6)));
    const LatLng other = Offset(center, Uniform(random, 0, 360), length);
    const double exact = reference::Distance(center, other);
    const DistanceBounds bounds = Screen(Shape(center), Shape(other));
    ASSERT_LE(bounds.low.value(), exact);
    ASSERT_GE(bounds.high.value(), exact);
    const double gap = exact * exact * exact /
                       (24 * kMinCurvatureRadius * kMinCurvatureRadius);
    ASSERT_LE(bounds.high.value() - bounds.low.value(), 1.1 * gap + 4e-6);
    ASSERT_EQ(Distance(center, other).value(), exact);
  }
}

// A site known only as a point and a radius would be measured from its centre.
TEST(DistanceTest, DiscsAreMeasuredFromTheirCircle) {
  const LatLng school = Offset(kCenters[0], 45, 700);
  const Shape site(Disc{.center = kCenters[0], .radius = Meters(250)});
  EXPECT_NEAR(Distance(site, Shape(school)).value(), 450, 1e-6);
  EXPECT_NEAR(CenterDistance(site, school).value(), 700, 1e-6);
  EXPECT_EQ(Distance(site, Shape(kCenters[0])), Meters(0));
  EXPECT_TRUE(Within(site, Shape(school), Meters(450.000001)));
  EXPECT_FALSE(Within(site, Shape(school), Meters(449.99999)));
  const Shape other(Disc{.center = school, .radius = Meters(50)});
  EXPECT_NEAR(Distance(site, other).value(), 400, 1e-6);
}

// The duplicate check at 250 m between two drawn sites would be wrong.
TEST(DistanceTest, PolygonsApartAreMeasuredEdgeToEdge) {
  Random random(kSeed);
  for (const LatLng& center : kCenters) {
    for (int i = 0; i < 4; ++i) {
      const LatLng away = Offset(center, Uniform(random, 0, 360), 1500);
      const Shape a = PolygonShape(RandomStar(random, center, 9, 200, 600));
      const Shape b = PolygonShape(RandomStar(random, away, 7, 200, 600));
      const double expected =
          reference::DistanceApart(PolygonsOf(a), PolygonsOf(b));
      const double actual = Distance(a, b).value();
      ASSERT_NEAR(actual, expected, kMillimetre);
      EXPECT_FALSE(Within(a, b, Meters(actual - kMillimetre)));
      EXPECT_TRUE(Within(a, b, Meters(actual)));
      EXPECT_LE(Screen(a, b).low.value(), actual);
      EXPECT_GE(Screen(a, b).high.value(), actual);
    }
  }
}

// Overlapping sites would pass for neighbours.
TEST(DistanceTest, PolygonsThatMeetAreAtDistanceZero) {
  Random random(kSeed);
  const LatLng c = kCenters[0];
  const Shape big = PolygonShape(RandomStar(random, c, 12, 1000, 1500),
                                 {RandomStar(random, c, 8, 400, 500)});
  const Shape cross_a = PolygonShape(RandomSliver(random, c, 3000, 10));
  EXPECT_EQ(Distance(big, cross_a), Meters(0));
  const Shape within =
      PolygonShape(RandomStar(random, Offset(c, 10, 750), 5, 20, 40));
  EXPECT_EQ(Distance(big, within), Meters(0));
  EXPECT_EQ(Distance(within, big), Meters(0));
  const Shape in_hole = PolygonShape(RandomStar(random, c, 5, 20, 40));
  EXPECT_GT(Distance(in_hole, big).value(), 200);
  EXPECT_FALSE(Within(in_hole, big, Meters(0)));
}

}  // namespace
}  // namespace lagesbild::geo
