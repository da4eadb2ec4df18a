// `lagesbild watch`, which somebody leaves running.

#include "absl/strings/match.h"
#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

using end_to_end::Binary;
using end_to_end::Child;
using end_to_end::Eventually;
using ::testing::HasSubstr;

class WatchTest : public CommandLineTest {
 protected:
  void ImportSite(const std::string& id, double latitude) {
    Write("site.geojson",
          {PointRow(absl::StrCat(R"("id": ")", id, R"(", "name": "Square )", id,
                                 "\""),
                    18.05, latitude)});
    EXPECT_EQ(Answer({"import", "sites", File("site.geojson")})["created"], 1);
  }
};

// A terminal that went quiet with the first restart passes for a quiet county.
TEST_F(WatchTest, ItGoesOnAfterTheSuiteWasRestarted) {
  ImportSite("one", 59.32);
  Child watch(
      {Binary("lagesbild"), "watch", "sites", "--server", suite_->server(),
       "--token", suite_->Token(kOffice), "--ca", suite_->ca()},
      File("watch.log"));
  watch.Start();
  const auto shows = [&](const std::string& text) {
    return Eventually([&] { return absl::StrContains(watch.Log(), text); });
  };
  ASSERT_TRUE(shows("that is all there is")) << watch.Log();
  suite_->KillAndRestart("up");
  ImportSite("two", 59.38);
  EXPECT_TRUE(shows("changed")) << watch.Log();
  EXPECT_TRUE(shows("Square two")) << watch.Log();
  EXPECT_THAT(watch.Log(), HasSubstr("going on from the last message"));
  // What was shown before is not shown again.
  const std::string log = watch.Log();
  EXPECT_EQ(log.find("Square one"), log.rfind("Square one")) << log;
}

// A filter that is not applied shows everything as if it matched.
TEST_F(WatchTest, TheWholePictureHasNoFilter) {
  const Finished refused = Run({"watch", "picture", "--filter", "x = 1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--filter"));
}

}  // namespace
}  // namespace lagesbild::command_line
