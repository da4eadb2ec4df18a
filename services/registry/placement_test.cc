// If these fail, a place is counted in another municipality than it lies in.
#include "services/registry/placement.h"

#include <algorithm>
#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;

base::Date Day(const std::string& text) { return *base::ParseDate(text); }

geo::Geometry Box(double south, double west, double north, double east) {
  geo::Ring ring = {{.latitude = south, .longitude = west},
                    {.latitude = south, .longitude = east},
                    {.latitude = north, .longitude = east},
                    {.latitude = north, .longitude = west},
                    {.latitude = south, .longitude = west}};
  return geo::MultiPolygon{{geo::Polygon{.outer = ring, .holes = {}}}};
}

std::shared_ptr<const Area> MakeArea(AreaKind kind, const std::string& code,
                                     geo::Geometry geometry) {
  Area area;
  area.kind = kind;
  area.code = code;
  area.geometry = std::move(geometry);
  return std::make_shared<const Area>(std::move(area));
}

std::vector<std::shared_ptr<const Area>> TwoMunicipalities() {
  return {MakeArea(AreaKind::kMunicipality, "0182", Box(59, 18, 59.1, 18.1)),
          MakeArea(AreaKind::kMunicipality, "0180", Box(59, 18.1, 59.1, 18.2)),
          MakeArea(AreaKind::kPoliceArea, "south", Box(59, 18, 59.05, 18.2))};
}

TEST(PlacementTest, TheLargestShareIsTheMainOne) {
  const AreaSet areas(TwoMunicipalities(), Day("2024-01-01"));
  const auto placed = areas.Place(geo::Shape(Box(59.06, 18.09, 59.07, 18.105)));
  ASSERT_TRUE(placed.has_value());
  EXPECT_EQ(placed->municipality, "0182");
  EXPECT_THAT(placed->municipalities, ElementsAre("0180", "0182"));
  EXPECT_TRUE(placed->police_areas.empty());
  EXPECT_GT(placed->area.value(), 900'000);
}

TEST(PlacementTest, APointOnTheBorderGoesToTheLowestCode) {
  const AreaSet areas(TwoMunicipalities(), Day("2024-01-01"));
  const auto placed = areas.Place(
      geo::Shape(geo::LatLng{.latitude = 59.02, .longitude = 18.1}));
  ASSERT_TRUE(placed.has_value());
  EXPECT_EQ(placed->municipality, "0180");
  EXPECT_THAT(placed->police_areas, ElementsAre("south"));
}

TEST(PlacementTest, SwappedCoordinatesAreRecognised) {
  const AreaSet areas(TwoMunicipalities(), Day("2024-01-01"));
  const geo::Geometry swapped =
      geo::PointGeometry({.latitude = 18.05, .longitude = 59.05});
  EXPECT_FALSE(areas.Place(geo::Shape(swapped)).has_value());
  EXPECT_TRUE(areas.HoldsSwapped(swapped));
}

TEST(PlacementTest, AnAreaHoldsUntilTheDayBeforeItsEnd) {
  Area area;
  area.valid_from = Day("2020-01-01");
  area.valid_to = Day("2023-01-01");
  EXPECT_FALSE(area.HoldsOn(Day("2019-12-31")));
  EXPECT_TRUE(area.HoldsOn(Day("2022-12-31")));
  EXPECT_FALSE(area.HoldsOn(Day("2023-01-01")));
}

TEST(PlacementTest, NeighboursShareACell) {
  const auto here =
      CellsNear(geo::PointGeometry({.latitude = 59.2, .longitude = 18.2}),
                geo::Meters(125));
  const auto there =
      CellsNear(geo::PointGeometry({.latitude = 59.2021, .longitude = 18.2}),
                geo::Meters(125));
  std::vector<std::string> shared;
  std::set_intersection(here.begin(), here.end(), there.begin(), there.end(),
                        std::back_inserter(shared));
  EXPECT_FALSE(shared.empty());
}

}  // namespace
}  // namespace lagesbild::registry
