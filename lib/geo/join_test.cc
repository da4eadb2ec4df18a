#include "lib/geo/join.h"

#include <iostream>
#include <set>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"

namespace lagesbild::geo {
namespace {

using reference::Offset;
using reference::Random;
using reference::RandomSliver;
using reference::RandomStar;
using reference::Uniform;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr uint64_t kSeed = 1127;
constexpr double kMillimetre = 1e-3;

// Where grids and planes break, and where nothing should.
const LatLng kTowns[] = {
    {.latitude = 59.33, .longitude = 18.07},
    {.latitude = 65, .longitude = 179.999},
    {.latitude = 0, .longitude = -180},
    {.latitude = 84, .longitude = 30},
    {.latitude = 90, .longitude = 0},
    {.latitude = -89.995, .longitude = -100},
};

using Pairs = std::set<std::pair<size_t, uint32_t>>;

// Fails where a pair is listed twice.
Pairs PairsOf(const NearLists& lists) {
  Pairs pairs;
  for (size_t i = 0; i < lists.size(); ++i) {
    for (const uint32_t j : lists[i]) pairs.emplace(i, j);
  }
  EXPECT_EQ(pairs.size(), lists.pair_count());
  return pairs;
}

template <typename T>
Pairs Joined(const std::vector<T>& a, const std::vector<T>& b, Meters radius) {
  const NearLists lists =
      JoinWithin(absl::MakeConstSpan(a), absl::MakeConstSpan(b), radius);
  EXPECT_EQ(lists.size(), a.size());
  return PairsOf(lists);
}

template <typename T>
Pairs ByBruteForce(const std::vector<T>& a, const std::vector<T>& b,
                   Meters radius) {
  Pairs pairs;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      if (Distance(a[i], b[j]) <= radius) pairs.emplace(i, j);
    }
  }
  return pairs;
}

// Around the towns, as far as `reach`, some of them more than once.
std::vector<LatLng> RandomPoints(Random& random, int count, double reach) {
  std::vector<LatLng> points;
  for (int i = 0; i < count; ++i) {
    const LatLng& town = kTowns[random() % std::size(kTowns)];
    points.push_back(
        Offset(town, Uniform(random, 0, 360), Uniform(random, 0, reach)));
    if (random() % 8 == 0) points.push_back(points[random() % points.size()]);
  }
  return points;
}

// A school near a site would be missed, or one too far off be counted, in the
// county or anywhere else.
TEST(JoinTest, PairsOfPointsAreThoseOfTheGeodesic) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (const double radius : {0.0, 0.3, 20.0, 500.0, 7'000.0, 90'000.0, 3e6}) {
    const double reach = std::min(4 * radius + 10, 1e7);
    const std::vector<LatLng> a = RandomPoints(random, 500, reach);
    std::vector<LatLng> b = RandomPoints(random, 600, reach);
    b.insert(b.end(), a.begin(), a.begin() + 40);
    EXPECT_EQ(Joined(a, b, Meters(radius)), ByBruteForce(a, b, Meters(radius)))
        << radius << " m";
  }
}

// A school at 500.001 m would count, or one at 499.999 m would not.
TEST(JoinTest, TheRadiusIsExactToTheMillimetre) {
  Random random(kSeed);
  for (const LatLng& town : kTowns) {
    for (const double radius : {3.0, 500.0, 20'000.0}) {
      std::vector<LatLng> places;
      Pairs expected;
      for (uint32_t i = 0; i < 400; ++i) {
        const double by = i % 2 == 0 ? -kMillimetre : kMillimetre;
        places.push_back(Offset(town, Uniform(random, 0, 360), radius + by));
        if (by < 0) expected.emplace(0, i);
      }
      EXPECT_EQ(Joined({town}, places, Meters(radius)), expected)
          << town.latitude << "° " << radius << " m";
    }
  }
}

// A point on the other side of the earth would be taken for a neighbour, or a
// radius that covers everything would lose something.
TEST(JoinTest, RadiiAroundTheWholeEarthReachEverything) {
  Random random(kSeed);
  const std::vector<LatLng> points = RandomPoints(random, 100, 5e6);
  for (const double radius : {1.5e7, 1.99e7, 2.0004e7, 3e7}) {
    EXPECT_EQ(Joined(points, points, Meters(radius)),
              ByBruteForce(points, points, Meters(radius)))
        << radius << " m";
  }
}

Polygon RandomPolygon(Random& random, const LatLng& at, double size) {
  const int corners = 5 + static_cast<int>(random() % 16);
  Polygon polygon = {.outer = RandomStar(random, at, corners, size / 2, size),
                     .holes = {}};
  if (random() % 3 == 0) {
    polygon.holes.push_back(RandomStar(random, at, 7, size / 8, size / 4));
  }
  return polygon;
}

Geometry RandomArea(Random& random, const LatLng& at, double size) {
  if (random() % 4 == 0) {
    const Ring sliver = RandomSliver(random, at, 4 * size, 0.05);
    return MultiPolygon{.polygons = {{.outer = sliver, .holes = {}}}};
  }
  MultiPolygon multi{.polygons = {RandomPolygon(random, at, size)}};
  if (random() % 3 == 0) {
    const LatLng beside = Offset(at, Uniform(random, 0, 360), 2.5 * size);
    multi.polygons.push_back(RandomPolygon(random, beside, size));
  }
  return multi;
}

Shape RandomShape(Random& random) {
  const LatLng at = Offset(kTowns[random() % std::size(kTowns)],
                           Uniform(random, 0, 360), Uniform(random, 0, 6000));
  const double size = std::exp(Uniform(random, 2, 8.5));
  switch (random() % 4) {
    case 0:
      return Shape(Disc{.center = at, .radius = Meters(size)});
    case 1:
    case 2:
      return Shape(RandomArea(random, at, size));
    default:
      return Shape(at);
  }
}

std::vector<Shape> RandomShapes(Random& random, int count) {
  std::vector<Shape> shapes;
  shapes.reserve(count);
  for (int i = 0; i < count; ++i) shapes.push_back(RandomShape(random));
  return shapes;
}

// A drawn site would lose schools, by its hole, its second part, or its size.
TEST(JoinTest, PairsOfShapesOfAnyKindAreThoseOfTheDistance) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (const double radius : {0.0, 30.0, 500.0, 4'000.0}) {
    const std::vector<Shape> a = RandomShapes(random, 40);
    const std::vector<Shape> b = RandomShapes(random, 40);
    EXPECT_EQ(Joined(a, b, Meters(radius)), ByBruteForce(a, b, Meters(radius)))
        << radius << " m";
  }
}

// Expects the place just within a millimetre more than the reference's distance
// from the area, and just outside a millimetre less.
void CheckEdge(const Shape& area, const LatLng& place) {
  const double expected =
      reference::Distance(place, std::get<MultiPolygon>(area.geometry()));
  const std::vector<Shape> a = {area};
  const std::vector<Shape> b = {Shape(place)};
  const Meters beyond(expected + kMillimetre);
  EXPECT_THAT(Joined(a, b, beyond), SizeIs(1));
  EXPECT_THAT(Joined(b, a, beyond), SizeIs(1));
  if (expected == 0) return;
  EXPECT_THAT(Joined(a, b, Meters(expected - kMillimetre)), IsEmpty());
}

// A school that a step of a millimetre would bring in or out of a drawn site's
// 500 m would be on the wrong side.
TEST(JoinTest, TheRadiusFromAnEdgeIsExactToTheMillimetre) {
  Random random(kSeed);
  for (const LatLng& town : kTowns) {
    const Shape area(RandomArea(random, town, 400));
    for (int i = 0; i < 40; ++i) {
      CheckEdge(area, Offset(town, Uniform(random, 0, 360),
                             Uniform(random, 0, 2500)));
    }
  }
}

// An outline of ten thousand positions would be answered for by some of them.
TEST(JoinTest, RingsOfTenThousandPositionsAreJoinedExactly) {
  Random random(kSeed);
  for (const LatLng& town : {kTowns[0], kTowns[1], kTowns[5]}) {
    const Shape area(MultiPolygon{
        .polygons = {{.outer = RandomStar(random, town, 10'000, 2900, 3000),
                      .holes = {RandomStar(random, town, 100, 500, 600)}}}});
    for (const double away : {400.0, 2000.0, 2950.0, 3500.0}) {
      CheckEdge(area, Offset(town, Uniform(random, 0, 360), away));
    }
  }
}

// A county without sites, or without schools, would stop the picture.
TEST(JoinTest, EmptySetsHaveNoPairs) {
  const std::vector<LatLng> none;
  const std::vector<LatLng> one = {kTowns[0]};
  EXPECT_THAT(Joined(none, one, Meters(500)), IsEmpty());
  EXPECT_THAT(Joined(one, none, Meters(500)), IsEmpty());
  EXPECT_THAT(Joined(std::vector<Shape>(), std::vector<Shape>(), Meters(500)),
              IsEmpty());
}

// Twenty school units on one position would count as one.
TEST(JoinTest, EveryOneOfSeveralAtTheSamePlaceIsListed) {
  const std::vector<LatLng> sites(3, kTowns[0]);
  const std::vector<LatLng> places(20, Offset(kTowns[0], 10, 499));
  EXPECT_THAT(Joined(sites, places, Meters(500)), SizeIs(60));
  EXPECT_THAT(Joined(sites, sites, Meters(0)), SizeIs(9));
}

// The antimeridian has two names, and a place there would have to be asked for
// by the right one.
TEST(JoinTest, BothNamesOfTheAntimeridianAreOnePlace) {
  const std::vector<LatLng> a = {{.latitude = 65, .longitude = 180}};
  const std::vector<LatLng> b = {{.latitude = 65, .longitude = -180},
                                 {.latitude = 65, .longitude = 180},
                                 {.latitude = 65, .longitude = -179.995},
                                 {.latitude = 65, .longitude = 179.995}};
  EXPECT_THAT(Joined(a, b, Meters(500)),
              UnorderedElementsAre(std::pair(0, 0), std::pair(0, 1),
                                   std::pair(0, 2), std::pair(0, 3)));
}

}  // namespace
}  // namespace lagesbild::geo
