// Polygon sites: the 26 police areas of region Stockholm stand in for sites.

#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/reference.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;

constexpr char kPoliceFile[] = "utsatta_omraden_2023_sweden.geojson";
constexpr char kSchoolsFile[] = "schools_stockholm_county.geojson";
constexpr double kToleranceMeters = 0.1;

class PoliceAreasTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    if (RealData(kPoliceFile).empty()) {
      GTEST_SKIP() << "the real data is not at ../shared/data";
    }
    suite_ = GetParam().make();
    suite_->Start();
    suite_->Import("areas", RealData("kommuner_stockholm_county.geojson"));
    suite_->Import("places", RealData(kSchoolsFile));
    const Json imported =
        suite_->Import("sites", RealData(kPoliceFile),
                       {"--map", "id=namn", "--where", "region=Stockholm",
                        "--assess", "open", "--allow-duplicates"});
    EXPECT_EQ(imported["created"], 26);
  }

  // By the area's name and the school unit's code.
  Distances Exposures() {
    std::map<std::string, std::string> names;
    for (const Json& site : suite_->Json(kOffice, {"sites"})) {
      names[site["name"]] = site["display_name"];
    }
    Distances found;
    for (const Json& exposure : suite_->Json(kOffice, {"exposures"})) {
      const std::string place = exposure["place"];
      found[{names.at(exposure["site"]), place.substr(place.size() - 8)}] =
          exposure["distance_m"];
    }
    return found;
  }

  std::unique_ptr<Deployment> suite_;
};

// A polygon measured from its middle, or by the wrong edge, moves schools in
// and out of the 500 m.
TEST_P(PoliceAreasTest, EdgeDistancesAgreeWithAnIndependentComputation) {
  const Distances expected = PairsWithin(
      500, ReadFeatures(RealData(kPoliceFile), "namn", "region", "Stockholm"),
      ReadFeatures(RealData(kSchoolsFile), "skolenhetskod", "skolformer",
                   "gr"));
  const Distances found = Exposures();
  std::set<std::string> areas;
  std::set<std::string> inside;
  int pairs_inside = 0;
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [pair, meters] : expected) {
    ASSERT_EQ(found.count(pair), 1u) << pair.first << " " << pair.second;
    EXPECT_NEAR(found.at(pair), meters, kToleranceMeters)
        << pair.first << " " << pair.second;
    areas.insert(pair.first);
    if (meters > 0) continue;
    ++pairs_inside;
    inside.insert(pair.first);
  }
  EXPECT_EQ(expected.size(), 64u);
  EXPECT_EQ(areas.size(), 23u);
  EXPECT_EQ(pairs_inside, 38);
  EXPECT_EQ(inside.size(), 18u);
}

INSTANTIATE_TEST_SUITE_P(Deployments, PoliceAreasTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
