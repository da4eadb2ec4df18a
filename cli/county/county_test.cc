#include "cli/county/county.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

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

const char* const kFiles[] = {"municipalities.geojson", "places.geojson",
                              "sites.geojson",          "history.jsonl",
                              "interventions.jsonl",    "county.json"};

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<json> ReadLines(const std::string& path) {
  std::istringstream in(Read(path));
  std::vector<json> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(json::parse(line));
  }
  return lines;
}

// A generated county read back.
struct Loaded {
  std::vector<Feature> municipalities;
  std::vector<Feature> places;
  std::vector<Feature> sites;
  std::vector<json> history;
  std::vector<json> interventions;
};

std::vector<Feature> Features(const TempDir& dir, const char* name) {
  auto features = geo::ParseFeatureCollection(Read(dir.File(name)));
  EXPECT_THAT(features, IsOk()) << name;
  return features.ok() ? *std::move(features) : std::vector<Feature>();
}

Loaded Generate(uint64_t seed, int scale, const TempDir& dir) {
  EXPECT_THAT(GenerateCounty({seed, scale, dir.path(), nullptr}), IsOk());
  return {Features(dir, kFiles[0]), Features(dir, kFiles[1]),
          Features(dir, kFiles[2]), ReadLines(dir.File(kFiles[3])),
          ReadLines(dir.File(kFiles[4]))};
}

bool IsPrimary(const Feature& place) {
  const json& kinds = place.properties["kinds"];
  return std::find(kinds.begin(), kinds.end(), "gr") != kinds.end();
}

// Great-circle distance, as a careless program would have it.
double OnASphere(const geo::LatLng& a, const geo::LatLng& b) {
  const double r = std::acos(-1) / 180;
  const double u = std::sin((b.latitude - a.latitude) * r / 2);
  const double v = std::sin((b.longitude - a.longitude) * r / 2);
  return 2 * 6371000 *
         std::asin(std::sqrt(u * u + std::cos(a.latitude * r) *
                                         std::cos(b.latitude * r) * v * v));
}

// The sites with a primary school near, by trying every pair.
std::set<std::string> NearSchool(const Loaded& county, double radius) {
  std::set<std::string> near;
  std::vector<Shape> schools;
  for (const Feature& place : county.places) {
    if (IsPrimary(place)) schools.emplace_back(place.geometry);
  }
  for (const Feature& site : county.sites) {
    const Shape shape(site.geometry);
    for (const Shape& school : schools) {
      // A far pair cannot count; a degree is over 50 km here.
      if (std::abs(shape.center().latitude - school.center().latitude) > 1) {
        continue;
      }
      if (OnASphere(shape.center(), school.center()) < 2000 &&
          geo::Distance(shape, school) <= Meters(radius)) {
        near.insert(site.properties["id"]);
      }
    }
  }
  return near;
}

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
double OnASphere(const geo::Geometry& site, const geo::LatLng& point) {
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
          OnASphere(site.geometry, at) <= 500) {
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
  for (const char* file : kFiles) {
    EXPECT_EQ(Read(a.File(file)), Read(b.File(file))) << file;
    EXPECT_NE(Read(a.File(file)), Read(c.File(file))) << file;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(a.path())) {
    files += entry.is_regular_file();
  }
  EXPECT_EQ(files, std::size(kFiles));
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

// What a reader of the history knows of a site.
struct SiteState {
  std::string municipality;
  std::string parties[2];  // verdicts of the municipality and the police
  bool superseded = false;
  bool disputed = false;
};

struct Tally {
  int open = 0;
  int contested = 0;
  std::set<std::string> municipalities;
};

// The state after all acts recorded before `known` and valid at the end of
// 2023.
class Reader {
 public:
  explicit Reader(std::string known) : known_(std::move(known)) {}

  void Read(const json& act) {
    if (act["time"].get<std::string>() >= known_) return;
    const std::string kind = act["act"];
    if (kind == "create") Create(act["site"], act["municipality"]);
    if (kind == "assess") Assess(act);
    if (kind == "dispute") Live(act["site"]).disputed = true;
    if (kind == "split") {
      for (const json& child : act["children"]) {
        Create(child["site"], Live(act["site"]).municipality);
      }
      Live(act["site"]).superseded = true;
    }
    if (kind == "merge") {
      Create(act["into"]["site"], Live(act["sites"][0]).municipality);
      for (const json& site : act["sites"]) Live(site).superseded = true;
    }
  }

  Tally Count() const {
    Tally tally;
    for (const auto& [id, site] : sites_) {
      if (site.superseded) continue;
      if (site.disputed) {
        ++tally.contested;
      } else if (site.parties[0] == "OPEN" && site.parties[1] == "OPEN") {
        ++tally.open;
        tally.municipalities.insert(site.municipality);
      } else {
        EXPECT_EQ(site.parties[0], "CEASED") << id;
        EXPECT_EQ(site.parties[1], "CEASED") << id;
      }
    }
    return tally;
  }

 private:
  void Create(const std::string& id, const std::string& municipality) {
    EXPECT_TRUE(sites_.insert({id, {municipality, {}, false, false}}).second)
        << id;
  }

  // The site, which must exist and not be superseded.
  SiteState& Live(const std::string& id) {
    EXPECT_EQ(sites_.count(id), 1) << id;
    EXPECT_FALSE(sites_[id].superseded) << id;
    return sites_[id];
  }

  void Assess(const json& act) {
    EXPECT_LE(act["valid_from"], act["time"]);
    EXPECT_LE(act["evidence_date"], act["time"]);
    Live(act["site"]).parties[act["party"] == "POLICE"] = act["verdict"];
  }

  const std::string known_;
  std::map<std::string, SiteState> sites_;
};

Tally CountAsKnown(const Loaded& county, const std::string& known) {
  Reader reader(known);
  for (const json& act : county.history) reader.Read(act);
  return reader.Count();
}

// The trend, the reconciliation and the dispute would have nothing to show.
TEST(CountyTest, TheHistoryLeadsFromTheFirstYearEndToTheSecond) {
  for (const int scale : {1, 3}) {
    TempDir dir;
    const Loaded county = Generate(8, scale, dir);
    std::string last;
    std::map<std::string, int> acts;
    for (const json& act : county.history) {
      EXPECT_LE(last, act["time"]);
      last = act["time"];
      ++acts[act["act"]];
    }
    EXPECT_EQ(acts["create"], 63 * scale);
    EXPECT_EQ(acts["split"], 2 * scale);
    EXPECT_EQ(acts["merge"], 2 * scale);
    EXPECT_EQ(acts["dispute"], scale);

    const Tally first = CountAsKnown(county, "2023-01-01");
    EXPECT_EQ(first.open, 63 * scale);
    EXPECT_EQ(first.municipalities.size(), 13 * scale);
    EXPECT_EQ(first.contested, 0);
    EXPECT_EQ(CountAsKnown(county, "2024-01-01").open, 55 * scale);
    const Tally second = CountAsKnown(county, "2024-02-20");
    EXPECT_EQ(second.open, 53 * scale);
    EXPECT_EQ(second.contested, scale);
    EXPECT_EQ(second.municipalities.size(), 8 * scale);
  }
}

// A successor that lies elsewhere, or an outline that cannot be imported.
TEST(CountyTest, SuccessorsHaveValidOutlinesWithinTheirParents) {
  TempDir dir;
  const Loaded county = Generate(4, 1, dir);
  std::map<std::string, Shape> shapes;
  const auto add = [&shapes](const json& site) {
    auto geometry = geo::ParseGeometry(site["geometry"], "geometry");
    ASSERT_THAT(geometry, IsOk());
    shapes.emplace(site["site"], Shape(*std::move(geometry)));
  };
  for (const json& act : county.history) {
    if (act["act"] == "create") add(act);
    if (act["act"] == "merge") add(act["into"]);
    if (act["act"] != "split") continue;
    for (const json& child : act["children"]) {
      add(child);
      EXPECT_EQ(geo::Distance(shapes.at(child["site"]), shapes.at(act["site"])),
                Meters(0));
    }
    EXPECT_GT(geo::Distance(shapes.at(act["children"][0]["site"]),
                            shapes.at(act["children"][1]["site"])),
              Meters(0));
  }
  EXPECT_EQ(shapes.size(), 63 + 5 + 2);
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

// Interventions would be refused for want of their site.
TEST(CountyTest, InterventionsStandOnSitesThatStay) {
  TempDir dir;
  const Loaded county = Generate(2, 1, dir);
  std::set<std::string> staying;
  for (const Feature& site : county.sites) {
    staying.insert(site.properties["id"]);
  }
  for (const json& act : county.history) {
    if (act["act"] == "split") staying.erase(act["site"]);
    if (act["act"] == "merge") {
      for (const json& site : act["sites"]) staying.erase(site);
    }
    if (act["act"] == "assess" && act["verdict"] == "CEASED") {
      staying.erase(act["site"]);
    }
  }
  std::set<std::string> helped;
  for (const json& intervention : county.interventions) {
    EXPECT_EQ(staying.count(intervention["site"]), 1);
    helped.insert(intervention["site"]);
  }
  std::set<std::string> near = NearSchool(county, 500);
  for (const std::string& site : helped) near.erase(site);
  EXPECT_GE(near.size(), 10) << "too few gaps left to show";
}

// Real municipalities or schools would be shown beside invented sites.
TEST(CountyTest, NoNameIsThatOfARealMunicipalityOrSchool) {
  const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
  const std::string real = absl::StrCat(source == nullptr ? "." : source,
                                        "/../shared/data/schools_sweden.csv");
  if (!std::ifstream(real)) GTEST_SKIP() << "no data at " << real;
  const std::string schools = Read(real);
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
