#include <GeographicLib/Geodesic.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "gtest/gtest.h"
#include "lib/geo/geojson.h"
#include "services/proximity/apply_effects.h"
#include "services/proximity/derivation.h"
#include "services/proximity/place_import.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::proximity {
namespace {

const base::Date kToday(2026, 6, 1);

std::optional<std::string> ReadData(const std::string& name) {
  const char* root = std::getenv("LAGESBILD_SOURCE_DIR");
  if (root == nullptr) return std::nullopt;
  std::ifstream file(std::string(root) + "/../shared/data/" + name);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<geo::Feature> Features(const std::string& text) {
  auto features = geo::ParseFeatureCollection(text);
  EXPECT_THAT(features, testing::IsOk());
  return features.ok() ? *std::move(features) : std::vector<geo::Feature>{};
}

std::string Text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

geo::LatLng PointIn(const geo::Feature& feature) {
  return std::get<geo::Disc>(feature.geometry).center;
}

Place SchoolFrom(const geo::Feature& feature) {
  Place place;
  place.external_id = Text(feature.properties["skolenhetskod"]);
  place.display_name = Text(feature.properties["name"]);
  place.municipality = Text(feature.properties["kommun_reg"]);
  place.position = PointIn(feature);
  place.kinds = {PlaceKind::kOther};
  for (const auto& form : feature.properties["skolformer"]) {
    if (form == "gr") place.kinds = {PlaceKind::kPrimarySchool};
  }
  return place;
}

class RealDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto areas = ReadData("kommuner_stockholm_county.geojson");
    const auto schools = ReadData("schools_stockholm_county.geojson");
    const auto squares = ReadData("squares_and_centres_candidates.geojson");
    if (!areas || !schools || !squares) {
      GTEST_SKIP() << "no real data in ../shared/data beside the checkout";
    }
    areas_ = Features(*areas);
    schools_ = Features(*schools);
    squares_ = Features(*squares);
    inventory_.PutLayer(DefaultLayer());
  }

  Effects Take(const Changes& changes) {
    Effects effects = Derive(inventory_, changes, kToday);
    Apply(changes, effects, &inventory_);
    return effects;
  }

  void TakeAreas() {
    Changes changes;
    for (const auto& feature : areas_) {
      const std::string code = Text(feature.properties["code"]);
      changes.municipalities[code] = {.code = code,
                                      .geometry = feature.geometry};
    }
    Take(changes);
  }

  ImportPlan TakeSchools() {
    std::vector<Place> rows;
    for (const auto& feature : schools_) rows.push_back(SchoolFrom(feature));
    ImportPlan plan = PlanImport(
        inventory_, rows, {.source = "register", .today = kToday},
        [](const std::string&, const std::string& id) { return id; });
    Take({.places = plan.places});
    return plan;
  }

  void TakeSquares() {
    for (const auto& feature : squares_) {
      const std::string id = Text(feature.properties["id"]);
      Take({.sites = {{id, Site{.id = id, .geometry = feature.geometry}}}});
    }
  }

  std::vector<geo::Feature> areas_, schools_, squares_;
  Inventory inventory_;
};

// The county's own 500 m question would be answered wrongly.
TEST_F(RealDataTest, PairsAreThoseOfAGeodesicBruteForce) {
  TakeAreas();
  TakeSquares();
  EXPECT_EQ(TakeSchools().created, 703);
  std::set<std::string> expected, sites, found;
  for (const auto& square : squares_) {
    for (const auto& school : schools_) {
      const Place place = SchoolFrom(school);
      if (place.kinds[0] != PlaceKind::kPrimarySchool) continue;
      const geo::LatLng a = PointIn(square);
      double meters = 0;
      GeographicLib::Geodesic::WGS84().Inverse(
          a.latitude, a.longitude, place.position.latitude,
          place.position.longitude, meters);
      if (meters > 500) continue;
      expected.insert(ExposureId(kDefaultLayer, Text(square.properties["id"]),
                                 place.external_id));
    }
  }
  for (const auto& [id, exposure] : inventory_.exposures()) {
    found.insert(id);
    sites.insert(exposure->site);
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.size(), 483u);
  EXPECT_EQ(sites.size(), 284u);
}

// Schools at their head office's position would pass as sound.
TEST_F(RealDataTest, TheRegistersWrongPositionsAreFlagged) {
  TakeAreas();
  TakeSchools();
  int outside = 0;
  std::set<std::string> marked, suspect;
  for (const auto& feature : schools_) {
    const std::string id = Text(feature.properties["skolenhetskod"]);
    if (!Text(feature.properties["coord_flag"]).empty()) marked.insert(id);
    const auto place = inventory_.FindPlace(id);
    outside += place->outside_region;
    if (place->quality == PositionQuality::kSuspect) suspect.insert(id);
  }
  EXPECT_EQ(outside, 8);
  EXPECT_EQ(suspect.size(), 20u);
  EXPECT_EQ(suspect, marked);
}

}  // namespace
}  // namespace lagesbild::proximity
