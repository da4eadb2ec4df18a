#include "cli/county/county.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/county/county_loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/area_lookup.h"
#include "lib/geo/distance.h"
#include "lib/geo/geojson.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::county {
namespace {

using geo::Feature;
using geo::Meters;
using geo::Shape;
using nlohmann::json;
using testing::IsOk;
using testing::StatusIs;
using testing::TempDir;

// The last two digits of a largest municipality's code.
bool InCity(const std::string& code) {
  return code.substr(code.size() - 2) == "01";
}

void CheckFirstYearEnd(const Loaded& county, int scale) {
  EXPECT_EQ(county.municipalities.size(), 26 * scale);
  EXPECT_EQ(county.places.size(), 700 * scale);
  EXPECT_EQ(county.sites.size(), 63 * scale);
  EXPECT_EQ(county.interventions.size(), 45 * scale);
  const std::set<std::string> near = NearSchool(county, 500);
  EXPECT_EQ(near.size(), 43 * scale);
  std::map<std::string, int> sites_in;
  int city_near = 0;
  for (const Feature& site : county.sites) {
    const std::string code = site.properties["municipality"];
    ++sites_in[code];
    city_near += InCity(code) && near.count(site.properties["id"]) > 0;
  }
  EXPECT_EQ(city_near, 24 * scale);
  EXPECT_EQ(sites_in.size(), 13 * scale);
  for (const auto& [code, sites] : sites_in) {
    EXPECT_EQ(sites == 31, InCity(code)) << code;
  }
}

// Every later figure is measured against these.
TEST(CountyTest, ThePublishedFiguresHoldByBruteForce) {
  for (const uint64_t seed : {1, 2, 77}) {
    TempDir dir;
    CheckFirstYearEnd(Generate(seed, 1, dir), 1);
  }
}

// A county three times as large would no longer look like the real one.
TEST(CountyTest, TheFiguresGrowWithTheScale) {
  TempDir dir;
  CheckFirstYearEnd(Generate(5, 3, dir), 3);
}

// The least great-circle distance from a point outside to steps along the
// edges.
double EdgeOnASphere(const geo::Geometry& site, const geo::LatLng& point) {
  constexpr int kSteps = 500;
  const auto& ring = std::get<geo::MultiPolygon>(site).polygons[0].outer;
  double best = 1e9;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    for (int step = 0; step <= kSteps; ++step) {
      const double t = static_cast<double>(step) / kSteps;
      const geo::LatLng at = {
          .latitude =
              ring[i].latitude + t * (ring[i + 1].latitude - ring[i].latitude),
          .longitude = ring[i].longitude +
                       t * (ring[i + 1].longitude - ring[i].longitude)};
      best = std::min(best, OnASphere(at, point));
    }
  }
  return best;
}

// A formula that is wrong by a third of a per cent would pass every test.
TEST(CountyTest, ASphereWouldCountOneSiteMore) {
  TempDir dir;
  const Loaded county = Generate(1, 1, dir);
  EXPECT_EQ(NearSchool(county, 500).size(), 43);
  std::set<std::string> near;
  for (const Feature& site : county.sites) {
    const Shape shape(site.geometry);
    for (const Feature& place : county.places) {
      const geo::LatLng at = Shape(place.geometry).center();
      if (IsPrimary(place) && OnASphere(shape.center(), at) < 1000 &&
          EdgeOnASphere(site.geometry, at) <= 500) {
        near.insert(site.properties["id"]);
      }
    }
  }
  EXPECT_EQ(near.size(), 44);
}

// Figures of two runs could not be compared.
TEST(CountyTest, TheSameSeedGivesTheSameBytes) {
  TempDir a, b, c;
  Generate(9, 2, a);
  Generate(9, 2, b);
  Generate(10, 2, c);
  for (const char* file : kCountyFiles) {
    EXPECT_EQ(ReadFile(a.File(file)), ReadFile(b.File(file))) << file;
    EXPECT_NE(ReadFile(a.File(file)), ReadFile(c.File(file))) << file;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(a.path())) {
    files += entry.is_regular_file();
  }
  EXPECT_EQ(files, std::size(kCountyFiles));
}

// Sites and schools would lie in no municipality, or in the wrong one.
TEST(CountyTest, MunicipalitiesTileTheCountyAndHoldWhatIsTheirs) {
  TempDir dir;
  const Loaded county = Generate(3, 2, dir);
  geo::AreaLookup areas;
  for (const Feature& m : county.municipalities) {
    areas.Put(m.properties["code"].get<std::string>(), m.geometry);
  }
  EXPECT_EQ(areas.size(), 52);
  for (const auto* features : {&county.sites, &county.places}) {
    for (const Feature& feature : *features) {
      const auto found = areas.Find(Shape(feature.geometry));
      ASSERT_EQ(found.size(), 1) << feature.properties["id"];
      EXPECT_EQ(found[0].code, feature.properties["municipality"]);
    }
  }
  // Borders are shared: a municipality overlaps none of its neighbours.
  for (const Feature& m : county.municipalities) {
    const auto found = areas.Find(Shape(m.geometry));
    ASSERT_EQ(found.size(), 1);
    EXPECT_NEAR(found[0].share, 1, 1e-9);
  }
}

// The import would refuse two sites as likely duplicates.
TEST(CountyTest, SitesKeepApartMoreThanTheDuplicateCheck) {
  TempDir dir;
  const Loaded county = Generate(6, 1, dir);
  for (const Feature& a : county.sites) {
    for (const Feature& b : county.sites) {
      if (a.row < b.row) {
        EXPECT_FALSE(
            geo::Within(Shape(a.geometry), Shape(b.geometry), Meters(250)));
      }
    }
  }
}

// Real municipalities or schools would be shown beside invented sites.
TEST(CountyTest, NoNameIsThatOfARealMunicipalityOrSchool) {
  const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
  const std::string real = absl::StrCat(source == nullptr ? "." : source,
                                        "/../shared/data/schools_sweden.csv");
  if (!std::ifstream(real)) GTEST_SKIP() << "no data at " << real;
  const std::string schools = ReadFile(real);
  TempDir dir;
  const Loaded county = Generate(1, 3, dir);
  for (const auto* features :
       {&county.municipalities, &county.places, &county.sites}) {
    for (const Feature& feature : *features) {
      const std::string name = feature.properties["name"];
      EXPECT_EQ(schools.find(name), std::string::npos) << name;
    }
  }
}

// A typing error would fill the disk or give nothing without a word.
TEST(CountyTest, BadScalesAndFoldersAreRefused) {
  TempDir dir;
  for (const int scale : {0, -1, kMaxScale + 1}) {
    EXPECT_THAT(GenerateCounty({1, scale, dir.path(), nullptr}),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  std::ofstream(dir.File("file")) << "in the way";
  EXPECT_THAT(GenerateCounty({1, 1, dir.File("file"), nullptr}),
              StatusIs(absl::StatusCode::kUnavailable));
}

// Who waits for a large county would think that it hangs.
TEST(CountyTest, ProgressCountsTheCounties) {
  TempDir dir;
  std::vector<int> seen;
  EXPECT_THAT(GenerateCounty({1, 3, dir.path(),
                              [&seen](int done, int of) {
                                EXPECT_EQ(of, 3);
                                seen.push_back(done);
                              }}),
              IsOk());
  EXPECT_THAT(seen, ::testing::ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace lagesbild::county
