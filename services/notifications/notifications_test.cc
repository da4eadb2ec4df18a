#include "services/notifications/notifications.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::notifications {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

Event MakeEvent(EventKind kind, const std::string& id = "e1") {
  Event event;
  event.id = id;
  event.kind = kind;
  event.subject = "regions/r/coverageGaps/s1";
  event.site = "regions/r/sites/s1";
  event.municipality = "0180";
  event.time = kNow;
  return event;
}

// A receiver that sees two ids for one happening tells its people twice.
TEST(StableIdTest, FollowsFromThePartsAndTheirOrder) {
  EXPECT_EQ(StableId({"a", "b"}), StableId({"a", "b"}));
  EXPECT_NE(StableId({"a", "b"}), StableId({"b", "a"}));
  EXPECT_NE(StableId({"ab", "c"}), StableId({"a", "bc"}));
  EXPECT_EQ(StableId({"a"}).size(), 32u);
  // Ids that are already at receivers must not change with the program.
  EXPECT_EQ(DeliveryId("s1", "e1"), "5ca6af711a4fd957eb49436e521ceb3b");
}

// A district would be told of its neighbour's sites, or not of its own.
TEST(WantsTest, KindsAndAreasBothMatch) {
  struct Case {
    std::vector<EventKind> kinds;
    std::vector<std::string> areas;
    bool wanted;
  };
  const Case cases[] = {
      {{}, {}, true},
      {{EventKind::kGapOpened}, {}, true},
      {{EventKind::kGapClosed}, {}, false},
      {{EventKind::kGapClosed, EventKind::kGapOpened}, {"0180"}, true},
      {{}, {"0180"}, true},
      {{}, {"0127", "0180"}, true},
      {{}, {"0127"}, false},
      {{EventKind::kGapOpened}, {"0127"}, false}};
  for (const Case& c : cases) {
    Subscription subscription;
    subscription.kinds = c.kinds;
    subscription.areas = c.areas;
    EXPECT_EQ(Wants(subscription, EventKind::kGapOpened, {"0180"}), c.wanted);
  }
}

TEST(WantsTest, WhatConcernsNobodyIsForTheWholeRegionOnly) {
  EXPECT_TRUE(Wants({}, EventKind::kGapOpened, {}));
  Subscription one;
  one.areas = {"0180"};
  EXPECT_FALSE(Wants(one, EventKind::kGapOpened, {}));
}

// Across the border nobody would know.
TEST(WantsTest, AnyOfThoseConcernedIsEnough) {
  Subscription two;
  two.areas = {"0127", "0180"};
  EXPECT_TRUE(Wants(two, EventKind::kGapOpened, {"0136", "0180"}));
  EXPECT_FALSE(Wants(two, EventKind::kGapOpened, {"0136", "0138"}));
}

// An alert that nobody took would look taken, or one that is over open.
TEST(AlertTest, FiresThenResolvesAndTheNextIsAnother) {
  const Alert fired =
      Alerted(nullptr, MakeEvent(EventKind::kGapOpened), false, kNow);
  EXPECT_EQ(fired.state, AlertState::kFiring);
  EXPECT_EQ(fired.severity, Severity::kWarning);
  EXPECT_EQ(fired.fingerprint, "gap/s1");
  const Alert over = Alerted(&fired, MakeEvent(EventKind::kGapClosed, "e2"),
                             true, kNow + absl::Hours(1));
  EXPECT_EQ(over.id, fired.id);
  EXPECT_EQ(over.state, AlertState::kResolved);
  EXPECT_EQ(over.severity, Severity::kWarning);
  EXPECT_EQ(over.events.size(), 2u);
  EXPECT_EQ(over.create_time, kNow);
  EXPECT_EQ(over.update_time, kNow + absl::Hours(1));
  const Alert next =
      Alerted(nullptr, MakeEvent(EventKind::kGapOpened, "e3"), false, kNow);
  EXPECT_NE(next.id, fired.id);
}

TEST(AlertTest, AcknowledgingTwiceKeepsTheFirst) {
  const Alert fired =
      Alerted(nullptr, MakeEvent(EventKind::kGapOpened), false, kNow);
  const auto taken = Acknowledged(fired, "kommun", "on it", kNow);
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->state, AlertState::kAcknowledged);
  EXPECT_EQ(taken->acknowledged_by, "kommun");
  EXPECT_EQ(taken->acknowledge_note, "on it");
  EXPECT_FALSE(Acknowledged(*taken, "police", "", kNow).has_value());
}

TEST(AlertTest, OneThatEndedUnseenCannotBeTakenAnyMore) {
  Alert fired = Alerted(nullptr, MakeEvent(EventKind::kGapOpened), false, kNow);
  Alert taken = *Acknowledged(fired, "kommun", "", kNow);
  fired.state = AlertState::kResolved;
  taken.state = AlertState::kResolved;
  EXPECT_FALSE(CanAcknowledge(fired));
  EXPECT_TRUE(CanAcknowledge(taken));
}

// Whoever took an alert that then got worse must hear of it again.
TEST(AlertTest, FiresAgainOnlyWhenItGetsMoreSevere) {
  const Alert proposed =
      Alerted(nullptr, MakeEvent(EventKind::kSiteProposed), false, kNow);
  const Alert taken = *Acknowledged(proposed, "kommun", "", kNow);
  const Alert same =
      Alerted(&taken, MakeEvent(EventKind::kSiteProposed, "e2"), false, kNow);
  EXPECT_EQ(same.state, AlertState::kAcknowledged);
  const Alert worse =
      Alerted(&taken, MakeEvent(EventKind::kSiteOpened, "e2"), false, kNow);
  EXPECT_EQ(worse.state, AlertState::kFiring);
  EXPECT_EQ(worse.severity, Severity::kWarning);
}

// One restless site must not make a record that cannot be stored.
TEST(AlertTest, ListsTheNewestEventsOnly) {
  Alert alert = Alerted(nullptr, MakeEvent(EventKind::kExposureEntered, "e0"),
                        false, kNow);
  for (int i = 1; i <= kMaxEventsPerAlert; ++i) {
    alert = Alerted(
        &alert, MakeEvent(EventKind::kExposureEntered, "e" + std::to_string(i)),
        false, kNow);
  }
  ASSERT_EQ(alert.events.size(), static_cast<size_t>(kMaxEventsPerAlert));
  EXPECT_EQ(alert.events.front().id, "e1");
  EXPECT_EQ(alert.events.back().id, "e" + std::to_string(kMaxEventsPerAlert));
}

TEST(DeliveryTest, ANewOneIsDueAtOnce) {
  Subscription subscription;
  subscription.id = "s1";
  subscription.contact = "c1";
  const Delivery delivery = NewDelivery(
      subscription, MakeEvent(EventKind::kGapOpened), "a1", kNow, 3);
  EXPECT_EQ(delivery.id, DeliveryId("s1", "e1"));
  EXPECT_EQ(delivery.state, DeliveryState::kPending);
  EXPECT_EQ(delivery.next_attempt, kNow);
  EXPECT_EQ(delivery.contact, "c1");
  EXPECT_EQ(delivery.ordinal, 3);
}

}  // namespace
}  // namespace lagesbild::notifications
