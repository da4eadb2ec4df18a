#include "services/notifications/notifications_state.h"

#include <iostream>
#include <random>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::notifications {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

Delivery Pending(const std::string& id, absl::Duration after) {
  Delivery delivery;
  delivery.id = id;
  delivery.subscription = "sub";
  delivery.contact = "con";
  delivery.create_time = kNow + after;
  delivery.next_attempt = kNow + after;
  return delivery;
}

class StateTest : public ::testing::Test {
 protected:
  template <typename T>
  void Put(const std::string& key, const T& record) {
    state_.Apply(key, Encode(record), ++revision_, kNow);
  }
  void Delete(const std::string& key) {
    state_.Apply(key, std::nullopt, ++revision_, kNow);
  }

  base::NullLogger logger_;
  NotificationsState state_{&logger_};
  ledger::Revision revision_ = 0;
};

// The report's "alerts delivered" would drift from what was delivered.
TEST_F(StateTest, TotalsFollowEveryChange) {
  Delivery delivery = Pending("d1", absl::ZeroDuration());
  Put("delivery/d1", delivery);
  Put("delivery/d2", Pending("d2", absl::Seconds(1)));
  const DeliveryTotals& totals = state_.totals().at("con");
  EXPECT_EQ(totals.pending, 2);
  delivery.state = DeliveryState::kDelivered;
  Put("delivery/d1", delivery);
  EXPECT_EQ(totals.pending, 1);
  EXPECT_EQ(totals.delivered, 1);
  Delete("delivery/d1");
  EXPECT_EQ(totals.delivered, 0);
}

TEST_F(StateTest, ALineIsInTheOrderOfEvents) {
  Put("delivery/b", Pending("b", absl::Seconds(2)));
  Put("delivery/a", Pending("a", absl::Seconds(3)));
  Put("delivery/c", Pending("c", absl::Seconds(1)));
  std::vector<std::string> ids;
  for (const auto& [time, ordinal, id] : state_.lines().at("sub").waiting) {
    ids.push_back(id);
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("c", "b", "a"));
}

TEST_F(StateTest, WhatStepsAsideLeavesTheLine) {
  Delivery delivery = Pending("d1", absl::ZeroDuration());
  Put("delivery/d1", delivery);
  delivery.aside = true;
  Put("delivery/d1", delivery);
  EXPECT_TRUE(state_.lines().at("sub").waiting.empty());
  EXPECT_EQ(state_.lines().at("sub").aside.size(), 1u);
  delivery.state = DeliveryState::kDead;
  Put("delivery/d1", delivery);
  EXPECT_TRUE(state_.lines().empty());
}

TEST_F(StateTest, OpenAlertsAreFoundByFingerprint) {
  Event event;
  event.id = "e";
  event.kind = EventKind::kGapOpened;
  event.site = "regions/r/sites/s1";
  Alert alert = Alerted(nullptr, event, false, kNow);
  Put("alert/" + alert.id, alert);
  EXPECT_EQ(state_.facts().open_alerts.at("gap/s1"), alert.id);
  alert.state = AlertState::kResolved;
  Put("alert/" + alert.id, alert);
  EXPECT_TRUE(state_.facts().open_alerts.empty());
  EXPECT_EQ(state_.facts().alerts.size(), 1u);
}

TEST_F(StateTest, ExposuresAreCountedBySite) {
  for (const char* place : {"p1", "p2"}) {
    Put(absl::StrCat("kept/exposure/", place),
        KeptExposure{place, "regions/r/sites/s1", "", "", ""});
  }
  EXPECT_EQ(state_.facts().exposures_at.at("regions/r/sites/s1"), 2);
  Delete("kept/exposure/p1");
  Delete("kept/exposure/p2");
  EXPECT_TRUE(state_.facts().exposures_at.empty());
}

TEST_F(StateTest, ARecordThatCannotBeReadIsLeftOut) {
  state_.Apply("contact/c1", "\xff", 1, kNow);
  state_.Apply("nobody/knows", "x", 2, kNow);
  EXPECT_TRUE(state_.facts().contacts.empty());
}

TEST_F(StateTest, CursorsAndRosterCarryTheirRevision) {
  watch::Followed followed;
  followed.cursor = "abc";
  state_.Apply("cursor/registry", watch::EncodeFollowed(followed), 1, kNow);
  EXPECT_EQ(state_.FollowedOf("registry").revision, 1);
  EXPECT_EQ(state_.FollowedOf("registry").cursor, "abc");
  EXPECT_EQ(state_.FollowedOf("proximity").revision, 0);
  state_.Apply("roster", EncodeRoster("x"), 7, kNow);
  EXPECT_EQ(state_.roster_revision(), 7);
}

// A replica that loaded and one that followed would decide differently.
TEST_F(StateTest, LoadingAndFollowingGiveTheSamePicture) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  std::map<std::string, std::pair<std::string, ledger::Revision>> live;
  for (int i = 0; i < 2000; ++i) {
    const std::string key = absl::StrCat("delivery/d", random() % 40);
    if (random() % 10 == 0) {
      Delete(key);
      live.erase(key);
      continue;
    }
    Delivery delivery =
        Pending(key.substr(9), absl::Seconds(static_cast<int>(random() % 9)));
    delivery.state = static_cast<DeliveryState>(1 + random() % 3);
    delivery.aside = random() % 3 == 0;
    Put(key, delivery);
    live[key] = {Encode(delivery), revision_};
  }
  NotificationsState loaded(&logger_);
  for (const auto& [key, record] : live) {
    loaded.Apply(key, record.first, record.second, kNow);
  }
  EXPECT_EQ(loaded.totals().at("con").pending,
            state_.totals().at("con").pending);
  EXPECT_EQ(loaded.totals().at("con").dead, state_.totals().at("con").dead);
  ASSERT_EQ(loaded.lines().size(), state_.lines().size());
  for (const auto& [id, line] : loaded.lines()) {
    EXPECT_EQ(line.waiting, state_.lines().at(id).waiting);
    EXPECT_EQ(line.aside, state_.lines().at(id).aside);
  }
}

}  // namespace
}  // namespace lagesbild::notifications
