#include <fstream>
#include <set>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/area_lookup.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"
#include "lib/geo/geojson.h"
#include "lib/geo/spatial_index.h"
#include "tests/testing/status_matchers.h"

// Against open data beside the checkout, with figures from PostGIS on its
// ellipsoid.
namespace lagesbild::geo {
namespace {

constexpr Meters kRadius{500};

std::string DataDir() {
  const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
  return absl::StrCat(source == nullptr ? "." : source, "/../shared/data/");
}

class RealDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::ifstream(DataDir() + "README.md")) {
      GTEST_SKIP() << "no data in " << DataDir();
    }
  }

  static std::string ReadText(const std::string& file) {
    std::ifstream in(DataDir() + file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  static std::vector<Feature> Load(const std::string& file) {
    auto features = ParseFeatureCollection(ReadText(file));
    EXPECT_THAT(features, testing::IsOk()) << file;
    return features.ok() ? *std::move(features) : std::vector<Feature>();
  }

  static std::vector<Feature> PrimarySchools() {
    std::vector<Feature> schools = Load("schools_stockholm_county.geojson");
    EXPECT_EQ(schools.size(), 703);
    std::erase_if(schools, [](const Feature& f) {
      const auto& forms = f.properties["skolformer"];
      return std::find(forms.begin(), forms.end(), "gr") == forms.end();
    });
    EXPECT_EQ(schools.size(), 433);
    return schools;
  }

  static std::vector<Feature> PoliceAreas() {
    std::vector<Feature> areas = Load("utsatta_omraden_2023_sweden.geojson");
    EXPECT_EQ(areas.size(), 59);
    std::erase_if(areas, [](const Feature& f) {
      return f.properties["region"] != "Stockholm";
    });
    EXPECT_EQ(areas.size(), 26);
    return areas;
  }
};

struct Count {
  int pairs = 0;
  int sites = 0;
  friend bool operator==(const Count&, const Count&) = default;
};

// Through the index, with both roles, and by brute force: all three agree.
Count CountNear(const std::vector<Feature>& sites,
                const std::vector<Feature>& places, Meters radius) {
  SpatialIndex index;
  for (const Feature& place : places) {
    index.Put(absl::StrCat(place.row), Shape(place.geometry));
  }
  SpatialIndex site_index;
  Count count;
  for (const Feature& site : sites) {
    const Shape shape(site.geometry);
    site_index.Put(absl::StrCat(site.row), shape);
    const auto near = index.Within(shape, radius);
    count.pairs += static_cast<int>(near.size());
    count.sites += !near.empty();
  }
  Count reversed;
  Count brute;
  std::set<std::string> touched;
  for (const Feature& place : places) {
    const Shape shape(place.geometry);
    const auto near = site_index.Within(shape, radius);
    reversed.pairs += static_cast<int>(near.size());
    touched.insert(near.begin(), near.end());
    for (const Feature& site : sites) {
      brute.pairs += Distance(Shape(site.geometry), shape) <= radius;
    }
  }
  EXPECT_EQ(reversed.pairs, count.pairs);
  EXPECT_EQ(touched.size(), count.sites);
  EXPECT_EQ(brute.pairs, count.pairs);
  return count;
}

std::ostream& operator<<(std::ostream& out, const Count& count) {
  return out << count.pairs << " pairs, " << count.sites << " sites";
}

// The suite's headline figure would differ from everybody else's.
TEST_F(RealDataTest, SquaresNearPrimarySchools) {
  const auto squares = Load("squares_and_centres_candidates.geojson");
  EXPECT_EQ(squares.size(), 467);
  EXPECT_EQ(CountNear(squares, PrimarySchools(), kRadius), (Count{483, 284}));
}

// On a sphere it would be 2,158 pairs.
TEST_F(RealDataTest, SquaresNearPreschools) {
  const auto squares = Load("squares_and_centres_candidates.geojson");
  const auto preschools = Load("preschools_stockholm_county.geojson");
  EXPECT_EQ(CountNear(squares, preschools, kRadius).pairs, 2151);
}

// A drawn site would count fewer or more schools than it has.
TEST_F(RealDataTest, PoliceAreasNearPrimarySchoolsFromTheEdge) {
  const auto areas = PoliceAreas();
  const auto schools = PrimarySchools();
  EXPECT_EQ(CountNear(areas, schools, kRadius), (Count{64, 23}));
  EXPECT_EQ(CountNear(areas, schools, Meters(0)), (Count{38, 18}));
}

// The distance shown would be off.
TEST_F(RealDataTest, PoliceAreasEdgeDistancesAreTheReferences) {
  const auto schools = PrimarySchools();
  for (const Feature& area : PoliceAreas()) {
    const Shape shape(area.geometry);
    for (const Feature& school : schools) {
      const Shape point(school.geometry);
      if (!Within(shape, point, kRadius)) continue;
      EXPECT_NEAR(Distance(shape, point).value(),
                  reference::Distance(point.center(),
                                      std::get<MultiPolygon>(area.geometry)),
                  1e-3);
    }
  }
}

// Sites, schools and areas would end up in the wrong municipality.
TEST_F(RealDataTest, SquaresAndPoliceAreasLieInTheirMunicipalities) {
  AreaLookup municipalities;
  for (const Feature& f : Load("kommuner_stockholm_county.geojson")) {
    municipalities.Put(f.properties["code"].get<std::string>(), f.geometry);
  }
  EXPECT_EQ(municipalities.size(), 26);
  int same = 0;
  for (const Feature& f : Load("squares_and_centres_candidates.geojson")) {
    const auto found = municipalities.Find(Shape(f.geometry));
    same += !found.empty() && found[0].code == f.properties["kommun"];
  }
  // The outlines are simplified: a square at the water's edge may fall off.
  EXPECT_GE(same, 460);
  for (const Feature& f : PoliceAreas()) {
    const auto found = municipalities.Find(Shape(f.geometry));
    ASSERT_FALSE(found.empty()) << f.properties["namn"];
    EXPECT_GT(found[0].share, 0.5);
  }
}

// An outline that the suite refuses could not be imported at all.
TEST_F(RealDataTest, DistrictOutlinesAreValid) {
  EXPECT_EQ(Load("stadsdelar_stockholm_city.geojson").size(), 117);
}

// A crossing made by simplifying an outline would give an area that is wrong.
TEST_F(RealDataTest, SimplifiedOutlinesThatCrossThemselvesAreNamed) {
  std::vector<int> bad;
  EXPECT_THAT(
      ReadFeatures(ReadText("deso_stockholm_county.geojson"), {},
                   [&bad](int row, const absl::StatusOr<Feature>& feature) {
                     if (!feature.ok()) bad.push_back(row);
                   }),
      testing::IsOk());
  EXPECT_THAT(bad, ::testing::ElementsAre(121, 220, 356, 479, 1062, 1274));
}

}  // namespace
}  // namespace lagesbild::geo
