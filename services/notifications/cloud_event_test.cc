#include "services/notifications/cloud_event.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace lagesbild::notifications {
namespace {

Event GapClosed() {
  Event event;
  event.id = "e1";
  event.kind = EventKind::kGapClosed;
  event.subject = "regions/r/coverageGaps/s1";
  event.site = "regions/r/sites/s1";
  event.municipality = "0180";
  event.time = absl::FromUnixMillis(1700000000123);
  event.display_name = "Sergels torg";
  return event;
}

// A receiver that was built for these names would stop understanding.
TEST(CloudEventTest, HoldsWhatTheContractPromises) {
  const auto body = nlohmann::json::parse(
      CloudEventBody(GapClosed(), "lagesbild/regions/r", "https://l.example/"),
      nullptr, false);
  EXPECT_EQ(body, nlohmann::json::parse(R"({
    "specversion": "1.0",
    "id": "e1",
    "source": "lagesbild/regions/r",
    "type": "se.lagesbild.gap.closed.v1",
    "subject": "regions/r/coverageGaps/s1",
    "time": "2023-11-14T22:13:20.123Z",
    "datacontenttype": "application/json",
    "data": {
      "name": "regions/r/coverageGaps/s1",
      "kind": "GAP_CLOSED",
      "display_name": "Sergels torg",
      "site": "regions/r/sites/s1",
      "link": "https://l.example/regions/r/coverageGaps/s1"
    }})"));
}

TEST(CloudEventTest, EveryKindHasItsType) {
  EXPECT_EQ(CloudEventType(EventKind::kSiteProposed),
            "se.lagesbild.site.proposed.v1");
  EXPECT_EQ(CloudEventType(EventKind::kSiteOpened),
            "se.lagesbild.site.opened.v1");
  EXPECT_EQ(CloudEventType(EventKind::kSiteContested),
            "se.lagesbild.site.contested.v1");
  EXPECT_EQ(CloudEventType(EventKind::kSiteCeased),
            "se.lagesbild.site.ceased.v1");
  EXPECT_EQ(CloudEventType(EventKind::kSiteReopened),
            "se.lagesbild.site.reopened.v1");
  EXPECT_EQ(CloudEventType(EventKind::kExposureEntered),
            "se.lagesbild.exposure.entered.v1");
  EXPECT_EQ(CloudEventType(EventKind::kExposureLeft),
            "se.lagesbild.exposure.left.v1");
  EXPECT_EQ(CloudEventType(EventKind::kGapOpened),
            "se.lagesbild.gap.opened.v1");
}

// A retry that differs from the first try is another message.
TEST(CloudEventTest, TheSameEventHasTheSameBytes) {
  EXPECT_EQ(CloudEventBody(GapClosed(), "s", ""),
            CloudEventBody(GapClosed(), "s", ""));
}

TEST(CloudEventTest, WithoutABaseThereIsNoLinkAndACatchUpSaysSo) {
  Event event = GapClosed();
  event.catch_up = true;
  const auto body =
      nlohmann::json::parse(CloudEventBody(event, "s", ""), nullptr, false);
  EXPECT_FALSE(body["data"].contains("link"));
  EXPECT_EQ(body["data"]["catch_up"], true);
}

TEST(CloudEventTest, BrokenTextStaysJson) {
  Event event = GapClosed();
  event.display_name = "x\xff\"\n";
  EXPECT_TRUE(nlohmann::json::accept(CloudEventBody(event, "s", "")));
}

}  // namespace
}  // namespace lagesbild::notifications
