// Proximity in depth, on real data and on the invented county, through the
// gateway: layers, corrections, summaries and what-ifs with their published
// figures.

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cli/places/register_fixture.h"
#include "gtest/gtest.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/reference.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;

// Published with the data: geodesic, PostGIS 3.3; the third on a sphere.
constexpr int kPreschoolPairs = 2151;
constexpr int kPreschoolSites = 413;
constexpr int kSphericalPairs = 2158;
constexpr int kSquares = 467;
constexpr int kPrimaryPairs = 483;
constexpr int kPrimarySites = 284;
// Of the 33,145 rows, without those that repeat an id.
constexpr int kGermanSchools = 31455;

constexpr char kSquaresFile[] = "squares_and_centres_candidates.geojson";
constexpr char kPreschoolsFile[] = "preschools_stockholm_county.geojson";
constexpr char kSchoolsFile[] = "schools_stockholm_county.geojson";

constexpr double kPi = 3.14159265358979323846;
// The sphere of the peer's "use_spheroid = false": the mean radius of WGS84.
constexpr double kSphereMeters = 6371008.771415059;

double OnSphere(const Position& a, const Position& b) {
  const double to_radians = kPi / 180;
  const double lat = (b.lat - a.lat) * to_radians;
  const double lon = (b.lon - a.lon) * to_radians;
  const double h = std::pow(std::sin(lat / 2), 2) +
                   std::cos(a.lat * to_radians) * std::cos(b.lat * to_radians) *
                       std::pow(std::sin(lon / 2), 2);
  return 2 * kSphereMeters * std::asin(std::sqrt(h));
}

using Pairs = std::set<std::pair<std::string, std::string>>;

Pairs PairsOnSphere(const std::vector<ReferenceFeature>& sites,
                    const std::vector<ReferenceFeature>& places) {
  Pairs pairs;
  for (const ReferenceFeature& site : sites) {
    for (const ReferenceFeature& place : places) {
      if (OnSphere(site.position, place.position) > 500) continue;
      pairs.emplace(site.id, place.id);
    }
  }
  return pairs;
}

class ProximityTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    if (RealData(kSquaresFile).empty()) {
      GTEST_SKIP() << "the real data is not at ../shared/data";
    }
    suite_ = GetParam().make();
    suite_->Start();
    suite_->Import("areas", RealData("kommuner_stockholm_county.geojson"));
    suite_->Import("places", RealData(kSchoolsFile));
    suite_->Import("sites", RealData(kSquaresFile),
                   {"--assess", "open", "--allow-duplicates"});
  }

  Json Ask(std::vector<std::string> arguments) {
    const auto answers = suite_->Json(kOffice, std::move(arguments));
    EXPECT_EQ(answers.size(), 1u);
    return answers.empty() ? Json() : answers[0];
  }

  std::vector<Json> ExposuresOf(const std::string& layer) {
    return suite_->Json(
        kOffice,
        {"exposures", "--filter",
         absl::StrCat("layer = \"regions/stockholm/layers/", layer, "\"")});
  }

  // All that there is to tell anybody of.
  int Alerts() {
    cli::Client client = suite_->As(kOffice);
    EXPECT_TRUE(client.CatchUp().ok());
    notifications::v1::ListAlertsRequest request;
    request.set_parent("regions/stockholm");
    const auto stub =
        notifications::v1::AgencyNotifications::NewStub(client.channel());
    int count = 0;
    EXPECT_TRUE(
        client
            .ListAll(stub.get(),
                     &notifications::v1::AgencyNotifications::Stub::ListAlerts,
                     request,
                     [&](const notifications::v1::ListAlertsResponse& page) {
                       count += page.alerts_size();
                     })
            .ok());
    return count;
  }

  std::unique_ptr<Deployment> suite_;
};

// A formula for a globe would put seven preschools within 500 m that are not.
TEST_P(ProximityTest, PreschoolsAreThoseOnTheEllipsoid) {
  suite_->Import("places", RealData(kPreschoolsFile));
  const int alerts = Alerts();
  const Json layer =
      Ask({"layers", "add", "preschools-500", "--name", "Preschools, 500 m",
           "--kind", "preschool", "--radius", "500"});
  EXPECT_EQ(layer["state"], "LAYER_STATE_ACTIVE") << layer.dump();
  const auto exposures = ExposuresOf("preschools-500");
  std::set<std::string> sites;
  for (const Json& e : exposures) sites.insert(e["site"]);
  EXPECT_EQ(exposures.size(), static_cast<size_t>(kPreschoolPairs));
  EXPECT_EQ(sites.size(), static_cast<size_t>(kPreschoolSites));

  const auto squares = ReadFeatures(RealData(kSquaresFile), "id");
  const auto preschools =
      ReadFeatures(RealData(kPreschoolsFile), "skolverkets_id");
  const Pairs spherical = PairsOnSphere(squares, preschools);
  EXPECT_EQ(spherical.size(), static_cast<size_t>(kSphericalPairs));
  Pairs geodesic;
  for (const auto& [pair, meters] : PairsWithin(500, squares, preschools)) {
    geodesic.insert(pair);
  }
  EXPECT_EQ(geodesic.size(), static_cast<size_t>(kPreschoolPairs));
  int only_spherical = 0;
  for (const auto& pair : spherical) only_spherical += !geodesic.contains(pair);
  EXPECT_GE(only_spherical, kSphericalPairs - kPreschoolPairs);
  // A rule that is added is no news of the world.
  EXPECT_EQ(Alerts(), alerts);
  // The standing question has its own answer still.
  EXPECT_EQ(ExposuresOf("primary-schools-500").size(),
            static_cast<size_t>(kPrimaryPairs));
}

TEST_P(ProximityTest, TheSummaryIsTheReportsFigureAndSaysOfHowMany) {
  const Json found = Ask({"summary", "--by", "municipality"});
  EXPECT_EQ(found["total"]["sites"], kSquares);
  EXPECT_EQ(found["total"]["sites_exposed"], kPrimarySites);
  EXPECT_EQ(found["total"]["pairs"], kPrimaryPairs);
  int sites = 0, exposed = 0, pairs = 0;
  for (const Json& group : found["groups"]) {
    sites += group.value("sites", 0);
    exposed += group.value("sites_exposed", 0);
    pairs += group.value("pairs", 0);
  }
  EXPECT_EQ(sites, kSquares);
  EXPECT_EQ(exposed, kPrimarySites);
  EXPECT_EQ(pairs, kPrimaryPairs);
  EXPECT_LT(found["total"]["buildings"], found["total"]["units"]);
  // Sites exist from the day they were assessed on.
  const Json before = Ask({"summary", "--valid", "2001-01-01"});
  EXPECT_EQ(before["total"].value("sites", 0), 0);
}

TEST_P(ProximityTest, TheSweepGivesTheStandingFigureAtItsRadius) {
  const Json found = Ask({"whatif"});
  ASSERT_EQ(found["steps"].size(), 10u);
  const Json& at_500 = found["steps"][4];
  EXPECT_EQ(at_500["radius_m"], 500);
  EXPECT_EQ(at_500["sites"], kPrimarySites);
  EXPECT_EQ(at_500["pairs"], kPrimaryPairs);
  for (int i = 1; i < 10; ++i) {
    EXPECT_GE(found["steps"][i].value("sites", 0),
              found["steps"][i - 1].value("sites", 0));
  }
}

// Somebody went out and looked: the next extract must not undo it.
TEST_P(ProximityTest, ACorrectedSchoolStaysWhereItIs) {
  const Json exposure = ExposuresOf("primary-schools-500")[0];
  const std::string place = exposure["place"];
  const Json moved = Ask({"places", "correct", place, "--at", "59.0,17.0",
                          "--provenance", "site visit"});
  EXPECT_EQ(moved["quality"], "POSITION_QUALITY_SURVEYED");
  EXPECT_EQ(suite_->Import("places", RealData(kSchoolsFile))["unchanged"], 703);
  for (const Json& e : ExposuresOf("primary-schools-500")) {
    EXPECT_NE(e["place"], place);
  }
  Ask({"places", "correct", place, "--withdraw"});
  EXPECT_EQ(ExposuresOf("primary-schools-500").size(),
            static_cast<size_t>(kPrimaryPairs));
}

// The "TRANSITION place" of each line after the first picture.
std::multiset<std::string> Transitions(const std::string& log) {
  std::multiset<std::string> told;
  for (absl::string_view line : absl::StrSplit(log, '\n', absl::SkipEmpty())) {
    const Json message = Json::parse(line.begin(), line.end(), nullptr, false);
    if (!message.is_object() || !message.contains("changes")) continue;
    for (const Json& change : message["changes"]) {
      const std::string transition =
          change.value("transition", "EXPOSURE_TRANSITION_UNSPECIFIED");
      if (transition == "EXPOSURE_TRANSITION_UNSPECIFIED") continue;
      told.insert(transition + " " + std::string(change["exposure"]["place"]));
    }
  }
  return told;
}

// Whoever follows the layers hears of each school that goes and comes, once.
TEST_P(ProximityTest, AWatchSaysWhichSchoolsLeftAndEntered) {
  std::map<std::string, std::size_t> sites_near;
  for (const Json& exposure : ExposuresOf("primary-schools-500")) {
    ++sites_near[exposure["place"]];
  }
  const std::string place = sites_near.begin()->first;
  const std::size_t sites = sites_near.begin()->second;
  const std::string token = suite_->dir().File("token");
  std::ofstream(token) << suite_->Token(kOffice);
  Child watcher({Binary("lagesbild"), "watch", "exposures", "--steady",
                 "--format", "json", "--server", suite_->server(), "--ca",
                 suite_->ca(), "--token", "@" + token},
                suite_->dir().File("watch.log"));
  watcher.Start();
  ASSERT_TRUE(Eventually([&] {
    return watcher.Log().find("SNAPSHOT_COMPLETE") != std::string::npos;
  })) << watcher.Log();
  Ask({"places", "correct", place, "--at", "59.0,17.0", "--provenance",
       "site visit"});
  Ask({"places", "correct", place, "--withdraw"});
  EXPECT_TRUE(Eventually(
      [&] { return Transitions(watcher.Log()).size() >= 2 * sites; }));
  const auto told = Transitions(watcher.Log());
  EXPECT_EQ(told.size(), 2 * sites);
  EXPECT_EQ(told.count("EXPOSURE_TRANSITION_LEFT " + place), sites);
  EXPECT_EQ(told.count("EXPOSURE_TRANSITION_ENTERED " + place), sites);
}

// A school that is to open must not be dropped because its next extract has no
// position.
TEST_P(ProximityTest, APlannedSchoolKeepsItsPosition) {
  Json unit = cli::DocumentV2();
  unit["data"]["attributes"]["status"] = "PLANERAD";
  unit["data"]["attributes"]["startdate"] = "2099-08-01";
  const testing::TempDir folder;
  const std::string file = folder.File("unit.json");
  std::ofstream(file) << unit.dump();
  EXPECT_EQ(suite_->Import("places", file, {"--source", "planned"})["created"],
            1);
  for (Json& address : unit["data"]["attributes"]["addresses"]) {
    address.erase("geoCoordinates");
  }
  std::ofstream(file) << unit.dump();
  const Json again = suite_->Import("places", file, {"--source", "planned"});
  EXPECT_EQ(again["unchanged"], 1) << again;
  EXPECT_EQ(again["closed"], 0) << again;
}

// The scale that the suite must bear: each unit once, and nothing new the
// second time.
TEST_P(ProximityTest, ACountryOfSchoolsIsImported) {
  const std::string file = RealData("schools_germany_scale.csv");
  const std::vector<std::string> more = {"--on-repeat", "first", "--source",
                                         "germany"};
  const Json first = suite_->Import("places", file, more);
  EXPECT_EQ(first["created"], kGermanSchools);
  const Json again = suite_->Import("places", file, more);
  EXPECT_EQ(again["created"], 0);
  EXPECT_EQ(again["unchanged"], kGermanSchools);
}

INSTANTIATE_TEST_SUITE_P(Deployments, ProximityTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

// The motion's figure: 24 of the city's 31, and of the county's 63.
TEST(InventedCountyTest, TheSummaryGivesTheMotionsFigure) {
  const auto suite = OneProcess();
  suite->Start();
  const std::string county = suite->dir().File("county");
  const Finished made = RunProgram({Binary("lagesbild"), "generate", county});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  suite->Import("areas", county + "/municipalities.geojson");
  suite->Import("places", county + "/places.geojson", {"--source", "county"});
  suite->Import("sites", county + "/sites.geojson",
                {"--source", "county", "--assess", "open"});
  const auto found = suite->Json(kOffice, {"summary", "--by", "municipality"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["total"]["sites"], 63);
  EXPECT_EQ(found[0]["total"]["sites_exposed"], 43);
  Json largest = {{"sites", 0}};
  for (const Json& group : found[0]["groups"]) {
    if (group["sites"] > largest["sites"]) largest = group;
  }
  EXPECT_EQ(largest["sites"], 31);
  EXPECT_EQ(largest["sites_exposed"], 24);
}

}  // namespace
}  // namespace lagesbild::end_to_end
