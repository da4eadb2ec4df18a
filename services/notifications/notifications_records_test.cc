#include "services/notifications/notifications_records.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lagesbild/notifications/store/v1/notifications_store.pb.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::StatusIs;

const absl::Time kNow = absl::FromUnixMicros(1700000000123456);
// Field 999, a string: what a newer version might store.
const std::string kNewer = "\xba\x3e\x05newer";

Event MakeEvent() {
  return {.id = "e1",
          .kind = EventKind::kGapOpened,
          .subject = "regions/r/coverageGaps/s1",
          .site = "regions/r/sites/s1",
          .municipality = "0180",
          .time = kNow,
          .catch_up = true,
          .display_name = "Torget",
          .extra = ""};
}

// What a restart reads is not what was decided.
TEST(RecordsTest, ADeliveryComesBackWhole) {
  Delivery delivery;
  delivery.id = "d1";
  delivery.subscription = "s";
  delivery.contact = "c";
  delivery.alert = "a";
  delivery.event = MakeEvent();
  delivery.attempts = {{kNow, 503, "HTTP status 503", ""}};
  delivery.next_attempt = kNow + absl::Seconds(5);
  delivery.create_time = kNow;
  delivery.ordinal = 4;
  delivery.steps = 1;
  delivery.hints = 2;
  delivery.aside = true;
  ASSERT_OK_AND_ASSIGN(const Delivery read,
                       DecodeDelivery("d1", Encode(delivery)));
  EXPECT_EQ(Encode(read), Encode(delivery));
  EXPECT_EQ(read.event.time, kNow);
  EXPECT_EQ(read.next_attempt, kNow + absl::Seconds(5));
  EXPECT_EQ(read.attempts.at(0).http_status, 503);
  EXPECT_TRUE(read.aside);
  EXPECT_TRUE(read.event.catch_up);
}

TEST(RecordsTest, ADeliveredOneHasNoNextAttempt) {
  Delivery delivery;
  delivery.state = DeliveryState::kDelivered;
  ASSERT_OK_AND_ASSIGN(const Delivery read,
                       DecodeDelivery("d1", Encode(delivery)));
  EXPECT_FALSE(read.next_attempt.has_value());
  EXPECT_EQ(read.state, DeliveryState::kDelivered);
}

TEST(RecordsTest, AnAlertComesBackWhole) {
  Alert alert = Alerted(nullptr, MakeEvent(), false, kNow);
  alert.told = {"0127", "0180"};
  alert = *Acknowledged(alert, "kommun", "on it", kNow + absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const Alert read, DecodeAlert(alert.id, Encode(alert)));
  EXPECT_EQ(Encode(read), Encode(alert));
  EXPECT_EQ(read.id, alert.id);
  EXPECT_EQ(read.acknowledge_time, kNow + absl::Hours(1));
  EXPECT_EQ(read.events.size(), 1u);
  EXPECT_EQ(read.told, alert.told);
}

// After an upgrade whoever was told of the beginning would not hear of the end.
TEST(RecordsTest, AnOlderRecordConcernsItsOneMunicipality) {
  store::v1::AlertRecord alert;
  alert.set_municipality("0180");
  ASSERT_OK_AND_ASSIGN(const Alert read,
                       DecodeAlert("a", alert.SerializeAsString()));
  EXPECT_EQ(read.told, Codes{"0180"});
  store::v1::KeptSiteRecord site;
  site.set_municipality("0180");
  ASSERT_OK_AND_ASSIGN(const KeptSite kept,
                       DecodeKeptSite(site.SerializeAsString()));
  EXPECT_EQ(kept.municipalities, Codes{"0180"});
}

// An older replica that writes beside a newer one would drop what it stored.
TEST(RecordsTest, FieldsOfANewerVersionSurvive) {
  Contact contact;
  contact.display_name = "Jour";
  ASSERT_OK_AND_ASSIGN(Contact read,
                       DecodeContact("c", Encode(contact) + kNewer));
  read.disabled = true;
  EXPECT_EQ(Encode(read), Encode([&] {
                            Contact disabled = contact;
                            disabled.disabled = true;
                            return disabled;
                          }()) +
                              kNewer);
  ASSERT_OK_AND_ASSIGN(const Delivery delivery,
                       DecodeDelivery("d", Encode(Delivery()) + kNewer));
  EXPECT_EQ(delivery.extra, kNewer);
}

TEST(RecordsTest, AlsoInsideAnEvent) {
  store::v1::AlertRecord record;
  ASSERT_TRUE(record.add_events()->ParseFromString(kNewer));
  ASSERT_OK_AND_ASSIGN(const Alert alert,
                       DecodeAlert("a", record.SerializeAsString()));
  store::v1::AlertRecord again;
  ASSERT_TRUE(again.ParseFromString(Encode(alert)));
  EXPECT_NE(again.events(0).SerializeAsString().find(kNewer),
            std::string::npos);
}

TEST(RecordsTest, KeptRecordsComeBack) {
  const KeptSite site = {"n",    SiteState::kPending, SiteState::kOpen,
                         "0180", {"0127", "0180"},    "Torget",
                         ""};
  ASSERT_OK_AND_ASSIGN(const KeptSite kept, DecodeKeptSite(Encode(site)));
  EXPECT_EQ(kept.agreed, SiteState::kOpen);
  EXPECT_EQ(kept.municipalities, site.municipalities);
  EXPECT_EQ(Encode(kept), Encode(site));
  const KeptGap gap = {"n", "s", "0180", "Torget", ""};
  ASSERT_OK_AND_ASSIGN(const KeptGap kept_gap, DecodeKeptGap(Encode(gap)));
  EXPECT_EQ(Encode(kept_gap), Encode(gap));
  const KeptExposure exposure = {"n", "s", "0180", "Skola", ""};
  ASSERT_OK_AND_ASSIGN(const KeptExposure kept_exposure,
                       DecodeKeptExposure(Encode(exposure)));
  EXPECT_EQ(Encode(kept_exposure), Encode(exposure));
}

TEST(RecordsTest, BrokenBytesAreDataLossAndNotRepeated) {
  const absl::Status status = DecodeSecret("\xff secret").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(status.ToString().find("secret\xff"), std::string::npos);
  EXPECT_THAT(DecodeContact("c", "\xff"),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace lagesbild::notifications
