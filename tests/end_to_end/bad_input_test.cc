// What is wrong with a file is said by row and field, and nothing of it is
// taken.

#include <algorithm>
#include <string>

#include "cli/places/register_fixture.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::end_to_end {
namespace {

constexpr char kAreas[] = R"({"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"code": "0180", "name": "Staden"},
   "geometry": {"type": "Polygon", "coordinates": [[[18.0, 59.3], [18.1, 59.3],
   [18.1, 59.4], [18.0, 59.4], [18.0, 59.3]]]}}]})";

std::string Collection(const std::string& features) {
  return R"({"type": "FeatureCollection", "features": [)" + features + "]}";
}

std::string Point(const std::string& id, const std::string& coordinates) {
  return R"({"type": "Feature", "properties": {"id": ")" + id +
         R"(", "name": "Namn", "skolformer": ["gr"]}, "geometry": )"
         R"({"type": "Point", "coordinates": )" +
         coordinates + "}}";
}

class BadInputTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    suite_ = GetParam().make();
    suite_->Start();
    Write("areas.geojson", kAreas);
    suite_->Json(kOffice, {"import", "areas", File("areas.geojson")});
  }

  std::string File(const std::string& name) { return suite_->dir().File(name); }
  void Write(const std::string& name, const std::string& text) {
    WriteText(File(name), text);
  }

  // The import fails, says all of `words`, and leaves nothing behind.
  void Refuses(const std::string& what, const std::string& text,
               const std::vector<std::string>& words) {
    Write("bad.geojson", text);
    const Finished done =
        suite_->Cli(kOffice, {"import", what, File("bad.geojson")});
    EXPECT_NE(done.exit_code, 0);
    for (const std::string& word : words) {
      EXPECT_NE(done.err.find(word), std::string::npos)
          << "no '" << word << "' in: " << done.err;
    }
    // The sound rows of the bad file are new to the good one.
    Write("good.geojson", Collection(Point("a", "[18.05, 59.35]")));
    EXPECT_EQ(suite_->Import(what, File("good.geojson"))["created"], 1);
    EXPECT_EQ(suite_->Json(kOffice, {"sites"}).size(), what == "sites");
  }

  std::unique_ptr<Deployment> suite_;
};

// A site in the Indian Ocean counts for nobody.
TEST_P(BadInputTest, SwappedCoordinatesAreNamed) {
  Refuses("sites",
          Collection(Point("a", "[18.05, 59.35]") + "," +
                     Point("b", "[59.35, 18.05]")),
          {"features[1]", "row 2", "swapped"});
}

TEST_P(BadInputTest, AnOpenRingIsNamed) {
  Refuses("sites",
          Collection(
              R"({"type": "Feature", "properties": {"id": "a"}, "geometry":
              {"type": "Polygon", "coordinates": [[[18.01, 59.31],
              [18.02, 59.31], [18.02, 59.32], [18.01, 59.32]]]}})"),
          {"features[0]", "row 1", "ring is open"});
}

TEST_P(BadInputTest, BrokenJsonIsNamedByLineAndColumn) {
  Refuses("places", Collection(Point("a", "[18.05, 59.35]")) + "}", {"line"});
  Refuses("sites", "{\"type\": \"FeatureCollection\",\n \"features\": [{]}",
          {"line 2"});
}

TEST_P(BadInputTest, CommaDecimalsAreNamed) {
  Refuses("places", Collection(Point("a", R"(["18,05", "59,35"])")),
          {"features[0].geometry.coordinates", "row 1", "comma decimals"});
}

TEST_P(BadInputTest, ADoubledUnitIsNamedWithBothRows) {
  Refuses("places",
          Collection(Point("a", "[18.05, 59.35]") + "," +
                     Point("b", "[18.06, 59.35]") + "," +
                     Point("a", "[18.07, 59.35]")),
          {"features[2]", "row 3", "row 1"});
}

TEST_P(BadInputTest, ASiteOutsideTheRegionIsNamed) {
  Refuses("sites",
          Collection(Point("a", "[18.05, 59.35]") + "," +
                     Point("b", "[17.0, 58.0]")),
          {"features[1]", "row 2", "outside the region"});
}

// Last year's extract would move schools back and close new ones.
TEST_P(BadInputTest, AnOlderExtractIsRefusedUntilItIsMeant) {
  Write("a.geojson", Collection(Point("a", "[18.05, 59.35]")));
  suite_->Import("places", File("a.geojson"),
                 {"--source", "ext", "--extract-date", "2026-06-01"});
  const std::vector<std::string> older = {
      "places", "import",         File("a.geojson"), "--source",
      "ext",    "--extract-date", "2025-01-01"};
  const Finished refused = suite_->Cli(kOffice, older);
  EXPECT_NE(refused.exit_code, 0);
  for (const char* word :
       {"2025-01-01", "2026-06-01", "\"ext\"", "--allow-older"}) {
    EXPECT_NE(refused.err.find(word), std::string::npos) << refused.err;
  }
  suite_->Import(
      "places", File("a.geojson"),
      {"--source", "ext", "--extract-date", "2025-01-01", "--allow-older"});
}

// One exchanged unit must not keep the register out, nor pass unseen; a file of
// one's own has its columns exchanged.
TEST_P(BadInputTest, ASwappedUnitOfTheRegisterIsTakenAndNamed) {
  nlohmann::json units = nlohmann::json::array();
  for (const char* code : {"1", "2"}) units.push_back(cli::DocumentV2(code));
  units[1]["data"]["attributes"]["displayName"] = "Bytskolan";
  units[1]["data"]["attributes"]["addresses"][1]["geoCoordinates"] = {
      {"latitude", "18.05"}, {"longitude", "59.35"}};
  Write("units.json", units.dump());
  const Finished done =
      suite_->Cli(kOffice, {"places", "import", File("units.json")});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.out.find("1: latitude and longitude look exchanged\n"
                          "    row 2, Bytskolan (2)"),
            std::string::npos)
      << done.out;
  Write("own.csv", "id,name,lat,lon\n1,A,18.05,59.35\n");
  const Finished refused =
      suite_->Cli(kOffice, {"places", "import", File("own.csv")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_NE(refused.err.find("line 2.position: row 1: "), std::string::npos);
  EXPECT_NE(refused.err.find("--keep-swapped"), std::string::npos);
  suite_->Import("places", File("own.csv"), {"--keep-swapped"});
}

// Nobody looks at the flags of a place that they have just corrected.
TEST_P(BadInputTest, ACorrectionOutsideTheRegionIsWarnedOf) {
  Write("a.geojson", Collection(Point("a", "[18.05, 59.35]")));
  suite_->Import("places", File("a.geojson"));
  const auto correct = [&](const std::string& at) {
    return suite_->Cli(kOffice, {"places", "correct", "import-a", "--at", at,
                                 "--provenance", "orthophoto"});
  };
  const Finished outside = correct("48,11");
  EXPECT_EQ(outside.exit_code, 0) << outside.err;
  EXPECT_EQ(outside.err,
            "warning: the position lies in no municipality of the region\n");
  EXPECT_EQ(correct("59.36,18.06").err, "");
}

TEST_P(BadInputTest, AFileWithoutAnyPlaceLeftSaysWhy) {
  nlohmann::json lost = cli::DocumentV2("1");
  lost["data"]["attributes"]["addresses"][1].erase("geoCoordinates");
  Write("lost.json", lost.dump());
  const Finished refused =
      suite_->Cli(kOffice, {"places", "import", File("lost.json")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_NE(refused.err.find("1 records read; dropped 1: no position"),
            std::string::npos)
      << refused.err;
}

TEST_P(BadInputTest, ClearLinesForWrongCommands) {
  const auto fails = [&](const Finished& done, const std::string& word) {
    EXPECT_NE(done.exit_code, 0);
    EXPECT_NE(done.err.find(word), std::string::npos) << done.err;
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1)
        << done.err;
  };
  fails(suite_->Cli(kOffice, {"report", "--no-such-flag"}), "no-such-flag");
  fails(suite_->Cli(kOffice, {"import", "sites", "/no/such/file"}),
        "/no/such/file");
  fails(suite_->Cli("nobody-known", {"report"}), "not allowed");
  fails(RunProgram({Binary("lagesbild"), "report", "--server", "127.0.0.1:1",
                    "--token", "x", "--ca", suite_->ca()}),
        "cannot reach");
}

INSTANTIATE_TEST_SUITE_P(Deployments, BadInputTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
