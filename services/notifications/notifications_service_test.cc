#include "absl/strings/match.h"
#include "lib/api/time.h"
#include "nlohmann/json.hpp"
#include "services/notifications/alert_watcher.h"
#include "services/notifications/notifications_fixture.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;
using ::lagesbild::testing::WebhookReceiver;
using ::testing::SizeIs;
using Stub = v1::AgencyNotifications::Stub;

class ServiceTest : public NotificationsFixture {
 protected:
  absl::StatusOr<v1::Alert> Acknowledge(const std::string& name,
                                        const Caller& caller,
                                        const std::string& etag = "",
                                        const std::string& note = "") {
    v1::AcknowledgeAlertRequest request;
    request.set_name(name);
    request.set_etag(etag);
    request.set_note(note);
    return Call(&Stub::AcknowledgeAlert, caller, request);
  }
};

// The receiver's people would not learn that the gap is closed, or could not
// trust it.
TEST_F(ServiceTest, AClosedGapReachesTheReceiverSignedAndThin) {
  WebhookReceiver receiver;
  Start();
  ASSERT_OK_AND_ASSIGN(const v1::Contact contact,
                       CreateContact("c", receiver.url()));
  ASSERT_THAT(Subscribe("s", "c", {v1::EVENT_KIND_GAP_CLOSED}, {"0180"}),
              IsOk());
  gaps_->Put(GapOf("s1"));
  gaps_->Remove(GapOf("s1").name());
  ASSERT_TRUE(AllDelivered(1));
  ASSERT_THAT(receiver.requests(), SizeIs(1));
  const auto request = receiver.requests()[0];
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  EXPECT_EQ(body["type"], "se.lagesbild.gap.closed.v1");
  EXPECT_EQ(body["source"], "lagesbild/regions/r");
  EXPECT_EQ(body["data"]["site"], "regions/r/sites/s1");
  EXPECT_EQ(body["data"]["display_name"], "Torget s1");
  ASSERT_OK_AND_ASSIGN(const std::string key,
                       ParseSecret(contact.webhook_secret()));
  EXPECT_EQ(request.headers.at("webhook-signature"),
            SignWebhook(key, request.headers.at("webhook-id"), clock_.Now(),
                        request.body));
  const auto deliveries = Deliveries();
  ASSERT_THAT(deliveries.deliveries(), SizeIs(1));
  EXPECT_EQ(
      deliveries.deliveries(0).name(),
      absl::StrCat("regions/r/deliveries/", request.headers.at("webhook-id")));
  EXPECT_EQ(deliveries.deliveries(0).attempts(0).http_status(), 200);
}

// An event for law enforcement alone would leave the suite by the back door.
TEST_F(ServiceTest, NothingAboveTheAudienceLeavesInAWebhook) {
  WebhookReceiver receiver;
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s", "c"), IsOk());
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_OPEN));
  ASSERT_TRUE(AllDelivered(1));
  EXPECT_FALSE(absl::StrContains(receiver.requests()[0].body, "hemligt"));
}

// A second click, or a second colleague, must not take the alert from the
// first.
TEST_F(ServiceTest, AcknowledgingIsIdempotentAndForThoseResponsible) {
  Start();
  gaps_->Put(GapOf("s1"));
  const v1::Alert fired = Alerts().alerts(0);
  EXPECT_THAT(Acknowledge(fired.name(), OtherTown()),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
  ASSERT_OK_AND_ASSIGN(
      const v1::Alert taken,
      Acknowledge(fired.name(), Town(), fired.etag(), "vi tar det"));
  EXPECT_EQ(taken.state(), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(taken.acknowledged_by(), "town");
  EXPECT_EQ(taken.acknowledge_note(), "vi tar det");
  EXPECT_NE(taken.etag(), fired.etag());
  ASSERT_OK_AND_ASSIGN(const v1::Alert again,
                       Acknowledge(fired.name(), Office()));
  EXPECT_EQ(again.SerializeAsString(), taken.SerializeAsString());
  EXPECT_THAT(Acknowledge(fired.name(), Town(), fired.etag()),
              ErrorIs(absl::StatusCode::kAborted, base::kEtagMismatch));
  EXPECT_THAT(Acknowledge("regions/r/alerts/none", Town()),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ServiceTest, WhatIsOverCannotBeTaken) {
  Start();
  gaps_->Put(GapOf("s1"));
  gaps_->Remove(GapOf("s1").name());
  EXPECT_THAT(Acknowledge(Alerts().alerts(0).name(), Town()),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ServiceTest, ANoteHoldsNoPersons) {
  Start();
  gaps_->Put(GapOf("s1"));
  EXPECT_THAT(
      Acknowledge(Alerts().alerts(0).name(), Town(), "", "811218-9876 vet mer"),
      ErrorIs(absl::StatusCode::kInvalidArgument,
              base::kPersonalIdentityNumber));
}

// "What did we know on Monday" would be answered with what is known now.
TEST_F(ServiceTest, ListAlertsAnswersAsOfThePast) {
  Start();
  gaps_->Put(GapOf("s1"));
  ASSERT_THAT(Alerts().alerts(), SizeIs(1));
  const absl::Time then = clock_.Now();
  clock_.Advance(absl::Hours(1));
  gaps_->Put(GapOf("s2"));
  gaps_->Remove(GapOf("s1").name());
  ASSERT_THAT(Alerts().alerts(), SizeIs(2));
  v1::ListAlertsRequest request;
  request.set_parent(kParent);
  request.mutable_as_of()->set_recorded_time(api::FormatTime(then));
  ASSERT_OK_AND_ASSIGN(const auto past,
                       Call(&Stub::ListAlerts, Office(), request));
  ASSERT_THAT(past.alerts(), SizeIs(1));
  EXPECT_EQ(past.alerts(0).state(), v1::ALERT_STATE_FIRING);
  request.mutable_as_of()->Clear();
  request.mutable_as_of()->set_valid_date("2023-12-31");
  EXPECT_THAT(Call(&Stub::ListAlerts, Office(), request),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
}

TEST_F(ServiceTest, PagesHoldEverythingOnce) {
  Start();
  for (int i = 0; i < 7; ++i) gaps_->Put(GapOf(absl::StrCat("s", i)));
  ASSERT_THAT(Alerts().alerts(), SizeIs(7));
  v1::ListAlertsRequest request;
  request.set_parent(kParent);
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         Call(&Stub::ListAlerts, Office(), request));
    for (const v1::Alert& alert : page.alerts()) names.push_back(alert.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, SizeIs(7));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(ServiceTest, ARoleThatTheContractDoesNotNameIsRefused) {
  Start();
  Caller viewer = Town();
  viewer.clear_roles();
  viewer.add_roles(access::v1::ROLE_VIEWER);
  EXPECT_THAT(CreateContact("c", "https://example.se/", viewer),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::ListDeliveriesRequest request;
  request.set_parent(kParent);
  EXPECT_THAT(Call(&Stub::ListDeliveries, viewer, request),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

// A screen that follows the alerts would miss one, or show one twice.
TEST_F(ServiceTest, WatchAlertsShowsEveryChangeOnce) {
  Start();
  gaps_->Put(GapOf("s0"));
  ASSERT_THAT(Alerts().alerts(), SizeIs(1));
  AlertWatcher watcher(processes_.at("one")->stub.get(), Town(),
                       {"gap/s0", "gap/s1"}, &ledger_, &clock_);
  const auto& shown = watcher.states();
  ASSERT_TRUE(watcher.ReadUntil([&] { return shown.count("gap/s0") > 0; }));
  gaps_->Put(GapOf("hidden"));
  gaps_->Put(GapOf("s1"));
  gaps_->Remove(GapOf("s0").name());
  ASSERT_TRUE(watcher.ReadUntil(
      [&] { return shown.at("gap/s0") == v1::ALERT_STATE_RESOLVED; }));
  EXPECT_EQ(shown.at("gap/s1"), v1::ALERT_STATE_FIRING);
  EXPECT_EQ(shown.count("gap/hidden"), 0u);
}

// A read that carries another service's token must reflect it.
TEST_F(ServiceTest, AReadWaitsForWhatItsTokenNames) {
  Start();
  for (int i = 0; i < 20; ++i) {
    gaps_->Put(GapOf(absl::StrCat("s", i)));
    EXPECT_THAT(Alerts().alerts(), SizeIs(i + 1));
  }
  ASSERT_OK_AND_ASSIGN(const auto token,
                       access::DecodeConsistencyToken(last_token_));
  EXPECT_THAT(token.positions(), SizeIs(4));
}

// The log would grow until the disk is full.
TEST_F(ServiceTest, KeepsAWeekOfItsLog) {
  Start();
  Settle();
  const ledger::Revision head = store_->ReadHead()->revision;
  ASSERT_GT(head, 0);
  clock_.Advance(absl::Hours(24 * 7));
  Stop();
  Start();
  EXPECT_TRUE(Eventually([&] { return *store_->CompactedThrough() >= head; }));
}

}  // namespace
}  // namespace lagesbild::notifications
