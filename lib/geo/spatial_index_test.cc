#include "lib/geo/spatial_index.h"

#include <iostream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/area_lookup.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"

namespace lagesbild::geo {
namespace {

using reference::Offset;
using reference::Random;
using reference::RandomStar;
using reference::Uniform;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kSeed = 4711;

const LatLng kTowns[] = {
    {.latitude = 59.33, .longitude = 18.07},
    {.latitude = 65, .longitude = 179.999},
    {.latitude = 89.99, .longitude = 10},
    {.latitude = -89.999, .longitude = -100},
    {.latitude = 0, .longitude = -180},
};

Geometry Star(Random& random, const LatLng& at, double size) {
  const int corners = 3 + static_cast<int>(random() % 9);
  return MultiPolygon{
      .polygons = {{.outer = RandomStar(random, at, corners, size / 3, size),
                    .holes = {}}}};
}

// A point, a disc or a polygon, of any size, near one of the towns.
Shape RandomShape(Random& random) {
  const LatLng at = Offset(kTowns[random() % std::size(kTowns)],
                           Uniform(random, 0, 360), Uniform(random, 0, 9000));
  const double size = std::exp(Uniform(random, 1, 10));
  switch (random() % 4) {
    case 0:
      return Shape(Disc{.center = at, .radius = Meters(size)});
    case 1:
      return Shape(Star(random, at, size));
    default:
      return Shape(at);
  }
}

std::vector<std::string> ByBruteForce(
    const std::map<std::string, Shape>& shapes, const Shape& around,
    Meters radius) {
  std::vector<std::string> ids;
  for (const auto& [id, shape] : shapes) {
    if (Distance(around, shape) <= radius) ids.push_back(id);
  }
  return ids;
}

// A school near a site would be missed after some unlucky order of changes.
TEST(SpatialIndexTest, AnswersAreThoseOfBruteForceThroughAnyChanges) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  SpatialIndex index;
  std::map<std::string, Shape> model;
  for (int step = 0; step < 3000; ++step) {
    const std::string id = absl::StrCat("s", random() % 400);
    if (random() % 4 == 0) {
      EXPECT_EQ(index.Remove(id), model.erase(id) > 0);
    } else {
      const Shape shape = RandomShape(random);
      index.Put(id, shape);
      model.insert_or_assign(id, shape);
    }
    ASSERT_EQ(index.size(), model.size());
    if (step % 10 != 0) continue;
    const Shape around = RandomShape(random);
    const Meters radius(std::exp(Uniform(random, 0, 10)) - 1);
    ASSERT_EQ(index.Within(around, radius), ByBruteForce(model, around, radius))
        << "step " << step;
  }
}

// A school exactly on the radius would come and go with the index.
TEST(SpatialIndexTest, TheRadiusIsExactToTheMillimetre) {
  Random random(kSeed);
  for (const LatLng& town : kTowns) {
    SpatialIndex index;
    index.Put("in", Shape(Offset(town, Uniform(random, 0, 360), 499.999)));
    index.Put("out", Shape(Offset(town, Uniform(random, 0, 360), 500.001)));
    EXPECT_THAT(index.Within(Shape(town), Meters(500)), ElementsAre("in"));
    EXPECT_THAT(index.Within(Shape(town), Meters(500.0011)),
                ElementsAre("in", "out"));
    EXPECT_THAT(index.Within(Shape(town), Meters(20'100'000)),
                ElementsAre("in", "out"));
  }
}

// Two shapes on opposite sides of the earth would overlap.
TEST(SpatialIndexTest, AntipodesDoNotMeet) {
  Random random(kSeed);
  for (int i = 0; i < 20; ++i) {
    const Shape north(Star(random, {.latitude = 89.9, .longitude = 10}, 5e4));
    const Shape south(
        Star(random, {.latitude = -89.9, .longitude = 190 - 360}, 5e4));
    EXPECT_GT(Distance(north, south).value(), 1e7);
    EXPECT_FALSE(Within(north, south, Meters(1000)));
  }
}

// A removed school would go on counting.
TEST(SpatialIndexTest, FindAndRemoveFollowTheId) {
  SpatialIndex index;
  index.Put("a", Shape(kTowns[0]));
  ASSERT_NE(index.Find("a"), nullptr);
  EXPECT_EQ(index.Find("a")->center(), kTowns[0]);
  EXPECT_TRUE(index.Remove("a"));
  EXPECT_EQ(index.Find("a"), nullptr);
  EXPECT_FALSE(index.Remove("a"));
  EXPECT_THAT(index.Within(Shape(kTowns[0]), Meters(1e6)), IsEmpty());
}

Geometry Box(double south, double west, double height, double width) {
  const auto at = [&](double up, double right) {
    return LatLng{.latitude = south + up * height,
                  .longitude = west + right * width};
  };
  return MultiPolygon{
      .polygons = {{.outer = {at(0, 0), at(0, 1), at(1, 1), at(1, 0), at(0, 0)},
                    .holes = {}}}};
}

// A site on a border would be answered for by the wrong municipality.
TEST(AreaLookupTest, TheMainAreaHoldsTheLargestShare) {
  AreaLookup areas;
  areas.Put("0127", Box(59, 18, 0.1, 0.1));
  areas.Put("0126", Box(59, 18.1, 0.1, 0.1));
  const auto quarter = areas.Find(Shape(Box(59.05, 18.1 - 0.0075, 0.01, 0.01)));
  ASSERT_EQ(quarter.size(), 2);
  EXPECT_EQ(quarter[0].code, "0127");
  EXPECT_NEAR(quarter[0].share, 0.75, 2e-6);
  EXPECT_EQ(quarter[1].code, "0126");
  EXPECT_NEAR(quarter[1].share, 0.25, 2e-6);
  const auto half = areas.Find(Shape(Disc{
      .center = {.latitude = 59.05, .longitude = 18.1}, .radius = Meters(80)}));
  ASSERT_EQ(half.size(), 2);
  EXPECT_EQ(half[0].code, "0126");
  EXPECT_NEAR(half[1].share, 0.5, 2e-6);
}

// Points, and sites that reach past the last border.
TEST(AreaLookupTest, OutsideMeansMeetingNoArea) {
  AreaLookup areas;
  areas.Put("0127", Box(59, 18, 0.1, 0.1));
  areas.Put("0126", Box(59, 18.1, 0.1, 0.1));
  const auto at = [](double latitude, double longitude) {
    return Shape(LatLng{.latitude = latitude, .longitude = longitude});
  };
  EXPECT_THAT(areas.Find(at(59.05, 18.05)), ElementsAre(AreaShare{"0127", 1}));
  EXPECT_THAT(areas.Find(at(59.05, 18.1)),
              ElementsAre(AreaShare{"0126", 1}, AreaShare{"0127", 1}));
  EXPECT_THAT(areas.Find(at(58, 18.05)), IsEmpty());
  const auto past = areas.Find(Shape(Box(59.05, 18.15, 0.01, 0.06)));
  ASSERT_EQ(past.size(), 1);
  EXPECT_NEAR(past[0].share, 5.0 / 6, 2e-6);
  EXPECT_THAT(areas.Find(Shape(Box(59.05, 18.25, 0.01, 0.06))), IsEmpty());
}

// A border shared edge by edge is not a share.
TEST(AreaLookupTest, TouchingIsNotASharing) {
  AreaLookup areas;
  areas.Put("a", Box(59, 18, 0.1, 0.1));
  areas.Put("b", Box(59, 18.1, 0.1, 0.1));
  const auto found = areas.Find(Shape(Box(59, 18.1, 0.1, 0.1)));
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(found[0], (AreaShare{"b", 1}));
  areas.Put("b", Box(0, 0, 0.1, 0.1));
  EXPECT_EQ(areas.size(), 2);
  EXPECT_EQ(
      areas.Find(Shape(LatLng{.latitude = 59.05, .longitude = 18.15})).size(),
      0);
}

}  // namespace
}  // namespace lagesbild::geo
