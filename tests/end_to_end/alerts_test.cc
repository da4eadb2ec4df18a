// From a measure to the district contact's receiver, with the built programs.

#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/webhook_receiver.h"

namespace lagesbild::end_to_end {
namespace {

using Json = nlohmann::json;
using testing::WebhookReceiver;

constexpr char kSecretLine[] =
    "whsec_bGFnZXNiaWxkLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz";

// Whether the independent library takes the request for genuine.
bool VerifiesIndependently(const WebhookReceiver::Request& request,
                           const std::string& secret) {
  const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
  const Json input = {
      {"secret", secret}, {"headers", request.headers}, {"body", request.body}};
  const Finished checked = RunProgram(
      {"node", std::string(source) + "/tests/end_to_end/verify_webhook.cjs"},
      {}, input.dump());
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  return checked.exit_code == 0;
}

// The gaps that `lagesbild watch gaps --format json` said are gone.
std::set<std::string> Removed(const std::string& log) {
  std::set<std::string> names;
  for (absl::string_view line : absl::StrSplit(log, '\n', absl::SkipEmpty())) {
    const Json message = Json::parse(line.begin(), line.end(), nullptr, false);
    if (!message.is_object() || !message.contains("changes")) continue;
    for (const Json& change : message["changes"]) {
      if (change["type"] != "CHANGE_TYPE_REMOVED") continue;
      names.insert(change["gap"]["name"]);
    }
  }
  return names;
}

class AlertsTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    if (RealData("schools_stockholm_county.geojson").empty()) {
      GTEST_SKIP() << "the real data is not at ../shared/data";
    }
    suite_ = GetParam().make();
    suite_->Start();
    WriteText(suite_->dir().File("secret"), kSecretLine);
  }

  void ImportEverything() {
    suite_->Import("areas", RealData("kommuner_stockholm_county.geojson"));
    suite_->Import("places", RealData("schools_stockholm_county.geojson"));
    suite_->Import("sites", RealData("squares_and_centres_candidates.geojson"),
                   {"--assess", "open", "--allow-duplicates"});
  }

  void AddContact(const std::vector<std::string>& events) {
    std::vector<std::string> arguments = {
        "contact",       "add",           "--webhook",
        receiver_.url(), "--secret-file", suite_->dir().File("secret")};
    for (const std::string& event : events) {
      arguments.insert(arguments.end(), {"--event", event});
    }
    suite_->Json(kOffice, arguments);
  }

  std::string CreateIntervention(const Json& gap) {
    const auto made =
        suite_->Json(kOffice, {"intervention", "create", "--site", gap["site"],
                               "--type", "outreach-buyers"});
    return made.front()["name"];
  }

  WebhookReceiver receiver_;
  std::unique_ptr<Deployment> suite_;
};

// A district that is not told, or told twice, or cannot trust what it is told.
TEST_P(AlertsTest, AGapThatClosesIsToldOnceAndSigned) {
  ImportEverything();
  ASSERT_EQ(suite_->Report()["gaps"]["total"], 284);
  AddContact({"gap-closed"});
  receiver_.AnswerNext({.status = 503, .headers = {{"Retry-After", "1"}}});
  receiver_.AnswerNext({.status = 503, .headers = {{"Retry-After", "1"}}});

  const Json gap = suite_->Json(kOffice, {"gaps"}).front();
  Child watcher({Binary("lagesbild"), "watch", "gaps", "--format", "json",
                 "--server", suite_->server(), "--ca", suite_->ca(), "--token",
                 "@" + suite_->dir().File("token")},
                suite_->dir().File("watch.log"));
  WriteText(suite_->dir().File("token"), suite_->Token(kMunicipality));
  watcher.Start();
  ASSERT_TRUE(Eventually([&] {
    return watcher.Log().find("SNAPSHOT_COMPLETE") != std::string::npos;
  })) << watcher.Log();

  suite_->Json(kOffice, {"intervention", "activate", CreateIntervention(gap)});
  EXPECT_TRUE(
      Eventually([&] { return suite_->Report()["gaps"]["total"] == 283; }));
  EXPECT_TRUE(Eventually([&] {
    return Removed(watcher.Log()).count(gap["name"]) == 1;
  })) << watcher.Log();
  EXPECT_EQ(Removed(watcher.Log()).size(), 1u);

  ASSERT_TRUE(receiver_.WaitForRequests(3));
  ASSERT_TRUE(
      Eventually([&] { return suite_->Report()["alerts"]["delivered"] == 1; }));
  EXPECT_EQ(suite_->Report()["alerts"]["pending"], 0);
  const auto requests = receiver_.requests();
  ASSERT_EQ(requests.size(), 3u);
  for (const auto& request : requests) {
    EXPECT_EQ(request.headers.at("webhook-id"),
              requests[0].headers.at("webhook-id"));
    EXPECT_TRUE(VerifiesIndependently(request, kSecretLine));
  }
  const Json event = Json::parse(requests[2].body, nullptr, false);
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["type"], "se.lagesbild.gap.closed.v1");
  EXPECT_EQ(event["subject"], gap["name"]);
}

INSTANTIATE_TEST_SUITE_P(Deployments, AlertsTest,
                         ::testing::Values(kOneProcess, kFiveProcesses),
                         KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
