// The suite's main job on real data, through the gateway, with the built
// programs: as one process on SQLite and as five on Redis.

#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/reference.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;

// Published with the data: geodesic, PostGIS 3.3.
constexpr int kPairs = 483;
constexpr int kExposedSites = 284;
constexpr int kSquares = 467;
constexpr int kSchools = 703;
// A place's name ends with its school unit code.
constexpr int kSchoolCodeDigits = 8;

constexpr char kAreasFile[] = "kommuner_stockholm_county.geojson";
constexpr char kSchoolsFile[] = "schools_stockholm_county.geojson";
constexpr char kSquaresFile[] = "squares_and_centres_candidates.geojson";

bool HaveRealData() { return !RealData(kSchoolsFile).empty(); }

class RealDataTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    if (!HaveRealData()) {
      GTEST_SKIP() << "the real data is not at ../shared/data";
    }
    suite_ = GetParam().make();
    suite_->Start();
  }

  Json Import(const std::string& what, const std::string& file,
              std::vector<std::string> more = {}) {
    return suite_->Import(what, RealData(file), std::move(more));
  }

  void ImportEverything() {
    EXPECT_EQ(Import("areas", kAreasFile)["created"], 26);
    EXPECT_EQ(Import("places", kSchoolsFile)["created"], kSchools);
    EXPECT_EQ(Import("sites", kSquaresFile,
                     {"--assess", "open", "--allow-duplicates"})["created"],
              kSquares);
  }

  std::unique_ptr<Deployment> suite_;
};

using Pairs = std::set<std::pair<std::string, std::string>>;

// Every (square, school unit) pair within 500 m, by brute force, by their ids.
Pairs BruteForcePairs() {
  Pairs pairs;
  for (const auto& [pair, meters] :
       PairsWithin(500, ReadFeatures(RealData(kSquaresFile), "id"),
                   ReadFeatures(RealData(kSchoolsFile), "skolenhetskod",
                                "skolformer", "gr"))) {
    pairs.insert(pair);
  }
  return pairs;
}

// Resource names to the ids of the files.
std::map<std::string, std::string> SquareIds(Deployment* suite) {
  std::map<std::string, std::string> ids;
  for (const Json& site : suite->Json(kOffice, {"sites"})) {
    for (const Json& ref : site["external_refs"]) ids[site["name"]] = ref["id"];
  }
  return ids;
}

// A figure that is off ends in a city council's decision.
TEST_P(RealDataTest, TheFiguresAreThePublishedOnes) {
  ImportEverything();
  const Json report = suite_->Report();
  EXPECT_EQ(report["sites"]["total"], kSquares);
  EXPECT_EQ(report["sites"]["by_state"]["OPEN"], kSquares);
  EXPECT_EQ(report["exposure"]["pairs"], kPairs);
  EXPECT_EQ(report["exposure"]["sites"], kExposedSites);
  EXPECT_EQ(report["gaps"]["total"], kExposedSites);

  const auto exposures = suite_->Json(kOffice, {"exposures"});
  EXPECT_EQ(exposures.size(), static_cast<size_t>(kPairs));
  const auto squares = SquareIds(suite_.get());
  std::set<std::string> sites;
  Pairs pairs;
  for (const Json& exposure : exposures) {
    sites.insert(exposure["site"]);
    const std::string place = exposure["place"];
    pairs.emplace(squares.at(exposure["site"]),
                  place.substr(place.size() - kSchoolCodeDigits));
  }
  EXPECT_EQ(sites.size(), static_cast<size_t>(kExposedSites));
  EXPECT_EQ(pairs, BruteForcePairs());
}

// The same file again must change nothing, nor tell anyone anything.
TEST_P(RealDataTest, ImportingAgainChangesNothing) {
  ImportEverything();
  EXPECT_EQ(Import("areas", kAreasFile)["unchanged"], 26);
  EXPECT_EQ(Import("places", kSchoolsFile)["unchanged"], kSchools);
  const Json again =
      Import("sites", kSquaresFile, {"--assess", "open", "--allow-duplicates"});
  EXPECT_EQ(again["unchanged"], kSquares);
  EXPECT_EQ(again["assessments"], 0);
}

// A place whose register position lies in another county is somebody's school:
// it must not vanish, and its position must not pass for good.
TEST_P(RealDataTest, PlacesOutsideTheRegionAreKeptAndNamed) {
  EXPECT_EQ(Import("areas", kAreasFile)["created"], 26);
  const Json summary = Import("places", kSchoolsFile);
  int outside = 0;
  for (const Json& flag : summary["flags"]) {
    outside += absl::StrContains(flag["flag"].get<std::string>(), "region");
  }
  EXPECT_EQ(outside, 8) << summary["flags"].dump(1);
  EXPECT_EQ(summary["created"], kSchools);
}

INSTANTIATE_TEST_SUITE_P(Deployments, RealDataTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
