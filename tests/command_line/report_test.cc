// `lagesbild report`: a figure that is published is asked for again.

#include <vector>

#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ReportTest : public CommandLineTest {
 protected:
  // A site in the open, with a school beside it or not.
  void ImportSite(const std::string& id, double longitude, bool school) {
    Write("sites.geojson",
          {PointRow(absl::StrCat(R"("id": ")", id, R"(", "name": ")", id, "\""),
                    longitude, 59.35)});
    Answer({"import", "sites", File("sites.geojson"), "--assess", "open"});
    if (!school) return;
    schools_.push_back(PointRow(
        absl::StrCat(R"("id": ")", id, R"(", "name": "School", "kind": "gr")"),
        longitude, 59.352));
    Write("places.geojson", schools_);
    Answer({"import", "places", File("places.geojson"), "--source", "test"});
  }

  std::vector<std::string> schools_;
};

// Nobody could come to the figures again that were told in the county's paper.
TEST_F(ReportTest, TheSameTimeGivesTheSameReportAfterAnyChanges) {
  std::vector<json> told = {suite_->Report()};
  ImportSite("a", 18.03, true);
  told.push_back(suite_->Report());
  ImportSite("b", 18.05, false);
  told.push_back(suite_->Report());
  ImportSite("c", 18.07, true);
  told.push_back(suite_->Report());
  const std::string site =
      Answer({"sites", "--filter", "display_name = \"a\""})["name"];
  const json lights =
      Answer({"intervention", "create", "--site", site, "--type", "lighting"});
  Answer({"intervention", "activate", lights["name"]});
  told.push_back(suite_->Report());

  for (const json& report : told) {
    const std::string as_of = report["as_of"];
    EXPECT_EQ(suite_->Report({"--as-of", as_of}), report) << as_of;
  }
  EXPECT_EQ(told[0]["sites"]["total"], 0);
  EXPECT_EQ(told[3]["sites"]["total"], 3);
  EXPECT_EQ(told[3]["exposure"]["sites"], 2);
  EXPECT_EQ(told[3]["exposure"]["radius_m"], 500);
  EXPECT_EQ(told[3]["gaps"]["total"], 2);
  EXPECT_EQ(told[4]["gaps"]["total"], 1);
}

// Year-end figures could not be had at all.
TEST_F(ReportTest, AValidDateIsAnswered) {
  ImportSite("a", 18.03, true);
  const json then = suite_->Report({"--valid", "2001-12-31"});
  EXPECT_EQ(then["valid_date"], "2001-12-31");
  EXPECT_EQ(then["sites"]["total"], 0);
  const json again =
      suite_->Report({"--valid", "2001-12-31", "--as-of", then["as_of"]});
  EXPECT_EQ(again, then);
}

// "As recorded in 2099" over today's figures is a false document.
TEST_F(ReportTest, ATimeToComeIsRefused) {
  const Finished refused = Run({"report", "--as-of", "2099-01-01T00:00:00Z"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_THAT(refused.err, HasSubstr("as_of.recorded_time"));
}

// A program that reads the members must not fail over what its role does not
// see.
TEST_F(ReportTest, EveryMemberIsThereForEveryCaller) {
  for (const char* agency : {end_to_end::kPolice, end_to_end::kMunicipality,
                             end_to_end::kCountyBoard}) {
    const auto asked = suite_->Cli(agency, {"report", "--format", "json"});
    ASSERT_EQ(asked.exit_code, 0) << agency << asked.err;
    const json report = json::parse(asked.out, nullptr, false);
    ASSERT_TRUE(report["alerts"].is_object()) << agency;
    for (const char* member : {"known", "delivered", "pending", "dead"}) {
      EXPECT_TRUE(report["alerts"].contains(member)) << agency << member;
    }
    EXPECT_TRUE(report["gaps"].contains("total")) << agency;
  }
}

}  // namespace
}  // namespace lagesbild::command_line
