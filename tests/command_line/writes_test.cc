// The commands that write: what they leave behind when something is wrong, and
// when they are repeated.

#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

using ::testing::HasSubstr;

class WritesTest : public CommandLineTest {
 protected:
  void SetUp() override {
    CommandLineTest::SetUp();
    Write("sites.geojson",
          {PointRow(R"("id": "a", "name": "A")", 18.05, 59.35)});
    Answer({"import", "sites", File("sites.geojson"), "--assess", "open"});
    const auto sites = suite_->Json(kOffice, {"sites"});
    ASSERT_EQ(sites.size(), 1u);
    site_ = sites.front()["name"];
  }

  std::vector<std::string> Plan(const std::vector<std::string>& more) const {
    std::vector<std::string> command = {"intervention", "create", "--site",
                                        site_,          "--type", "lighting"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }
  std::vector<std::string> AddContact(
      const std::vector<std::string>& more) const {
    std::vector<std::string> command = {"contact", "add", "--webhook",
                                        "http://127.0.0.1:9/hook"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  std::string site_;
};

// An error that has an effect all the same is repeated, and doubled.
TEST_F(WritesTest, AWrongFormatDoesNothing) {
  const Finished refused = Run(Plan({"--format", "xml"}));
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("--format"));
  EXPECT_EQ(Count("interventions"), 0u);
}

// Nobody learns whether a write took place whose answer was lost.
TEST_F(WritesTest, ARepeatWithTheSameRequestIdFindsTheFirst) {
  const auto first = Answer(Plan({"--request-id", "r-1"}));
  EXPECT_EQ(Answer(Plan({"--request-id", "r-1"}))["name"], first["name"]);
  EXPECT_EQ(Count("interventions"), 1u);

  const auto contact = Answer(AddContact({"--request-id", "r-1"}));
  const auto again = Answer(AddContact({"--request-id", "r-1"}));
  EXPECT_EQ(again, contact);
  EXPECT_THAT(contact["contact"]["webhook_secret"].get<std::string>(),
              HasSubstr("whsec_"));
}

// A contact without a subscription is told nothing, and its secret is gone.
TEST_F(WritesTest, AnUnknownAreaLeavesNoContactBehind) {
  const Finished refused =
      Run(AddContact({"--id", "district", "--area", "0180", "--area", "0181"}));
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--area: '0181'"));
  const Finished unknown_kind =
      Run(AddContact({"--id", "district", "--event", "gap-open"}));
  EXPECT_NE(unknown_kind.exit_code, 0);
  EXPECT_THAT(unknown_kind.err, HasSubstr("--event: 'gap-open'"));
  const auto made = Answer(AddContact({"--id", "district", "--area", "0180"}));
  EXPECT_EQ(made["subscription"]["areas"], nlohmann::json({"0180"}));
}

}  // namespace
}  // namespace lagesbild::command_line
