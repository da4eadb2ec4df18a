// Processes that die and come back while there is work, with the built
// programs: nothing lost, nothing doubled.

#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/webhook_receiver.h"

namespace lagesbild::end_to_end {
namespace {

namespace rv = ::lagesbild::registry::v1;
using Json = nlohmann::json;
using testing::IsOk;
using testing::WebhookReceiver;

constexpr char kSquaresFile[] = "squares_and_centres_candidates.geojson";
constexpr char kSecretLine[] =
    "whsec_bGFnZXNiaWxkLXRlc3Qtc2VjcmV0LW9mLTMyLWJ5dGVz";
// A kill comes within this of the beginning of an import.
constexpr int kMostMicros = 400'000;
// How long the receiver takes for each event, so that there are always some
// under way.
constexpr std::chrono::milliseconds kReceiverTakes(10);

class KillsTest : public ::testing::TestWithParam<DeploymentKind> {
 protected:
  void SetUp() override {
    if (RealData(kSquaresFile).empty()) {
      GTEST_SKIP() << "the real data is not at ../shared/data";
    }
    std::cout << "seed " << seed_ << std::endl;
    receiver_.OnRequest([] { std::this_thread::sleep_for(kReceiverTakes); });
    suite_ = GetParam().make();
    suite_->Start();
    suite_->Import("areas", RealData("kommuner_stockholm_county.geojson"));
    suite_->Import("places", RealData("schools_stockholm_county.geojson"));
  }

  void AddContact(const std::vector<std::string>& events) {
    WriteText(suite_->dir().File("secret"), kSecretLine);
    std::vector<std::string> arguments = {
        "contact",       "add",           "--webhook",
        receiver_.url(), "--secret-file", suite_->dir().File("secret")};
    for (const std::string& event : events) {
      arguments.insert(arguments.end(), {"--event", event});
    }
    suite_->Json(kOffice, arguments);
  }

  // Part `i` of `parts` of the squares, as a file of its own.
  std::string PartOfSquares(std::size_t i, std::size_t parts) {
    Json part = Json::parse(ReadText(RealData(kSquaresFile)));
    Json& features = part["features"];
    Json kept = Json::array();
    for (std::size_t f = i; f < features.size(); f += parts) {
      kept.push_back(features[f]);
    }
    features = std::move(kept);
    std::string path = suite_->dir().File(absl::StrCat("part", i, ".geojson"));
    WriteText(path, part.dump());
    return path;
  }

  // Imports until it succeeds, as its operator would.
  void ImportStubbornly(const std::string& path) {
    Finished last;
    EXPECT_TRUE(Eventually([&] {
      last =
          suite_->Cli(kOffice, {"import", "sites", path, "--source", "squares",
                                "--assess", "open", "--allow-duplicates"});
      return last.exit_code == 0;
    })) << last.err;
  }

  void ImportWhileKilling(const std::string& path, const std::string& process) {
    suite_->Token(kOffice);
    std::thread importer([&] { ImportStubbornly(path); });
    std::this_thread::sleep_for(
        std::chrono::microseconds(random_() % kMostMicros));
    suite_->KillAndRestart(process);
    importer.join();
  }

  void AwaitDelivered(int events) {
    Json report;
    ASSERT_TRUE(Eventually(
        [&] {
          report = suite_->Report();
          return report["alerts"]["delivered"] == events &&
                 report["alerts"]["pending"] == 0;
        },
        absl::Minutes(3)))
        << report.dump(1);
  }

  // The webhook-ids under which each (type, site) reached the receiver.
  std::map<std::string, std::set<std::string>> IdsByEvent() const {
    std::map<std::string, std::set<std::string>> ids;
    for (const auto& request : receiver_.requests()) {
      const Json event = Json::parse(request.body, nullptr, false);
      ids[absl::StrCat(event["type"].get<std::string>(), " ",
                       event["subject"].get<std::string>())]
          .insert(request.headers.at("webhook-id"));
    }
    return ids;
  }

  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  WebhookReceiver receiver_;
  std::unique_ptr<Deployment> suite_;
};

// Whatever dies during the load, the figures are right afterwards, and every
// event reaches the contact under one id.
TEST_P(KillsTest, KilledProcessesLoseAndDoubleNothing) {
  AddContact({"gap-opened"});
  const std::vector<std::string> processes = suite_->Processes();
  for (std::size_t i = 0; i < processes.size(); ++i) {
    ImportWhileKilling(PartOfSquares(i, processes.size()), processes[i]);
  }
  AwaitDelivered(284);
  const Json report = suite_->Report();
  EXPECT_EQ(report["sites"]["total"], 467);
  EXPECT_EQ(report["exposure"]["pairs"], 483);
  EXPECT_EQ(report["gaps"]["total"], 284);
  const auto ids = IdsByEvent();
  EXPECT_EQ(ids.size(), 284u);
  for (const auto& [event, of_event] : ids) {
    EXPECT_EQ(of_event.size(), 1u) << event;
  }
}

INSTANTIATE_TEST_SUITE_P(Deployments, KillsTest,
                         ::testing::Values(kOneProcess, kFiveProcesses,
                                           kTwoReplicas),
                         KindName);

std::string TodayInSweden() {
  absl::TimeZone sweden;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Stockholm", &sweden));
  return absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), sweden));
}

class NotificationsAwayTest : public KillsTest {
 protected:
  // A verdict of both parties, recorded on their behalf.
  void Assess(const std::string& site, rv::Verdict verdict) {
    cli::Client office = suite_->As(kOffice);
    const auto stub = rv::SiteRegistry::NewStub(office.channel());
    for (const rv::Party party : {rv::PARTY_MUNICIPALITY, rv::PARTY_POLICE}) {
      rv::AssessSiteRequest request;
      request.set_name(site);
      request.mutable_assessment()->set_party(party);
      request.mutable_assessment()->set_verdict(verdict);
      request.mutable_assessment()->set_valid_from(TodayInSweden());
      request.mutable_assessment()->set_evidence_date(TodayInSweden());
      EXPECT_THAT(
          office.Call(stub.get(), &rv::SiteRegistry::Stub::AssessSite, request),
          IsOk());
    }
  }
};

// What came and went while nobody listened would be told as nothing at all.
TEST_P(NotificationsAwayTest, ASiteThatOpensAndCeasesIsTwoEvents) {
  AddContact({"site-opened", "site-ceased"});
  suite_->Kill("notifications");
  ImportStubbornly(PartOfSquares(0, 467));
  const std::string site =
      suite_->Json(kOffice, {"sites"}).front()["name"].get<std::string>();
  Assess(site, rv::VERDICT_CEASED);
  suite_->Restart("notifications");
  AwaitDelivered(2);
  const auto ids = IdsByEvent();
  EXPECT_EQ(ids.size(), 2u);
  EXPECT_EQ(ids.count("se.lagesbild.site.opened.v1 " + site), 1u);
  EXPECT_EQ(ids.count("se.lagesbild.site.ceased.v1 " + site), 1u);
}

INSTANTIATE_TEST_SUITE_P(Deployments, NotificationsAwayTest,
                         ::testing::Values(kFiveProcesses), KindName);

}  // namespace
}  // namespace lagesbild::end_to_end
