#include <set>

#include "services/notifications/notifications_fixture.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::WebhookReceiver;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FollowerTest : public NotificationsFixture {
 protected:
  // A contact of the town with one subscription to everything.
  void SubscribeAll(const std::string& url) {
    ASSERT_THAT(CreateContact("c", url), IsOk());
    ASSERT_THAT(Subscribe("s", "c"), IsOk());
  }
  static std::set<std::string> Ids(const WebhookReceiver& receiver) {
    std::set<std::string> ids;
    for (const auto& request : receiver.requests()) {
      ids.insert(request.headers.at("webhook-id"));
    }
    return ids;
  }
};

// The county would find out from the newspaper.
TEST_F(FollowerTest, EveryUpstreamBecomesAlertsAndDeliveries) {
  WebhookReceiver receiver;
  Start();
  SubscribeAll(receiver.url());
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_OPEN));
  exposures_->Put(ExposureOf("s1", "p1"));
  gaps_->Put(GapOf("s1"));
  const v1::ListAlertsResponse found = Alerts();
  ASSERT_THAT(found.alerts(), SizeIs(3));
  std::set<std::string> fingerprints;
  for (const v1::Alert& alert : found.alerts()) {
    fingerprints.insert(alert.fingerprint());
    EXPECT_EQ(alert.state(), v1::ALERT_STATE_FIRING);
    EXPECT_EQ(alert.municipality(), "0180");
    EXPECT_EQ(alert.site(), "regions/r/sites/s1");
  }
  EXPECT_THAT(fingerprints, ElementsAre("exposure/s1", "gap/s1", "site/s1"));
  EXPECT_TRUE(AllDelivered(3));
}

// The other side of a border would not know.
TEST_F(FollowerTest, ASiteIsToldToAllThatItLiesInOrThatAnswerForIt) {
  WebhookReceiver receiver;
  Start();
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  ASSERT_THAT(Subscribe("s1", "c", {}, {"0127"}), IsOk());
  ASSERT_THAT(Subscribe("s2", "c", {}, {"0136"}), IsOk());
  ASSERT_THAT(Subscribe("s3", "c", {}, {"0138"}), IsOk());
  registry::v1::Site site = SiteOf("s1", registry::v1::SITE_STATE_OPEN);
  site.add_municipalities("0180");
  site.add_municipalities("0127");
  site.set_responsible_municipality("0136");
  sites_->Put(site);
  EXPECT_TRUE(AllDelivered(2));
}

// Nobody would ever know that there had been a scene.
TEST_F(FollowerTest, OpenedAndCeasedWhileDownAreTwoEvents) {
  Start();
  Stop();
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_OPEN));
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_CEASED));
  gaps_->Put(GapOf("s1"));
  gaps_->Remove(GapOf("s1").name());
  Start();
  EXPECT_THAT(Alerts("fingerprint = \"site/s1\"").alerts(0).events(),
              SizeIs(2));
  const v1::ListAlertsResponse gaps = Alerts("fingerprint = \"gap/s1\"");
  ASSERT_THAT(gaps.alerts(), SizeIs(1));
  EXPECT_EQ(gaps.alerts(0).state(), v1::ALERT_STATE_RESOLVED);
  EXPECT_EQ(gaps.alerts(0).events(0).kind(), v1::EVENT_KIND_GAP_OPENED);
  EXPECT_EQ(gaps.alerts(0).events(1).kind(), v1::EVENT_KIND_GAP_CLOSED);
  EXPECT_FALSE(gaps.alerts(0).events(1).catch_up());
}

// Connecting to an old county would page everyone about everything.
TEST_F(FollowerTest, WhatWasThereBeforeTheFirstStartIsKnown) {
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_OPEN));
  gaps_->Put(GapOf("s1"));
  Start();
  EXPECT_THAT(Alerts().alerts(), IsEmpty());
  gaps_->Remove(GapOf("s1").name());
  EXPECT_THAT(EventsAt("s1"), ElementsAre(v1::EVENT_KIND_GAP_CLOSED));
  sites_->Put(SiteOf("s1", registry::v1::SITE_STATE_OPEN));
  EXPECT_THAT(EventsAt("s1"), SizeIs(1));
}

// A gap that closed while the log was lost would stay open for ever.
TEST_F(FollowerTest, AfterCompactionWhatDiffersIsMarked) {
  Start();
  gaps_->Put(GapOf("closes"));
  gaps_->Put(GapOf("stays"));
  ASSERT_THAT(Alerts().alerts(), SizeIs(2));
  Stop();
  gaps_->Remove(GapOf("closes").name());
  gaps_->Put(GapOf("opens"));
  gaps_->CompactAndRestart();
  Start();
  EXPECT_THAT(EventsAt("closes"), ElementsAre(v1::EVENT_KIND_GAP_OPENED,
                                              v1::EVENT_KIND_GAP_CLOSED));
  EXPECT_THAT(EventsAt("stays"), ElementsAre(v1::EVENT_KIND_GAP_OPENED));
  const auto alerts = Alerts("fingerprint = \"gap/opens\"");
  EXPECT_TRUE(alerts.alerts(0).events(0).catch_up());
}

TEST_F(FollowerTest, AnUpstreamThatStartsOverIsComparedWithWhatIsKept) {
  Start();
  gaps_->Put(GapOf("s1"));
  ASSERT_THAT(Alerts().alerts(), SizeIs(1));
  Stop();
  gaps_->StartOver();
  gaps_->Put(GapOf("s1"));
  Start();
  EXPECT_THAT(EventsAt("s1"), ElementsAre(v1::EVENT_KIND_GAP_OPENED));
}

// A restart would tell the whole county everything again.
TEST_F(FollowerTest, ARestartTellsNothingTwice) {
  WebhookReceiver receiver;
  Start();
  SubscribeAll(receiver.url());
  for (int i = 0; i < 10; ++i) gaps_->Put(GapOf(absl::StrCat("s", i)));
  ASSERT_TRUE(AllDelivered(10));
  for (int i = 0; i < 3; ++i) {
    Stop();
    gaps_->Put(GapOf(absl::StrCat("t", i)));
    Start();
  }
  ASSERT_TRUE(AllDelivered(13));
  EXPECT_THAT(Ids(receiver), SizeIs(13));
  EXPECT_THAT(Alerts().alerts(), SizeIs(13));
}

// Two replicas that both derive would double every alert.
TEST_F(FollowerTest, TwoReplicasDeriveEverythingOnce) {
  WebhookReceiver receiver;
  Start("one");
  Start("two");
  SubscribeAll(receiver.url());
  for (int i = 0; i < 50; ++i) {
    gaps_->Put(GapOf(absl::StrCat("s", i)));
    sites_->Put(SiteOf(absl::StrCat("s", i), registry::v1::SITE_STATE_OPEN));
    if (i % 2 == 0) gaps_->Remove(GapOf(absl::StrCat("s", i)).name());
  }
  ASSERT_TRUE(AllDelivered(125));
  EXPECT_THAT(Ids(receiver), SizeIs(125));
  EXPECT_THAT(Alerts("", "two").alerts(), SizeIs(100));
  std::set<std::string> ids;
  std::size_t events = 0;
  const v1::ListAlertsResponse alerts = Alerts();
  for (const v1::Alert& alert : alerts.alerts()) {
    for (const v1::Event& event : alert.events()) {
      ids.insert(event.id());
      ++events;
    }
  }
  EXPECT_EQ(events, 125u);
  EXPECT_THAT(ids, SizeIs(125));
}

// Three upstreams that are busy at once would make each other's commits fail,
// until one of them has failed so often that its stream starts anew.
TEST_F(FollowerTest, CommitsOfOneReplicaDoNotRefuseEachOther) {
  Start();
  ledger_.HoldCommits("");
  for (int i = 0; i < 50; ++i) {
    const std::string id = absl::StrCat("s", i);
    sites_->Put(SiteOf(id, registry::v1::SITE_STATE_OPEN));
    exposures_->Put(ExposureOf(id, "p1"));
    gaps_->Put(GapOf(id));
    ASSERT_TRUE(Eventually([this] { return ledger_.held() > 0; }));
    ledger_.PassHeld();
  }
  ledger_.Release();
  EXPECT_THAT(Alerts().alerts(), SizeIs(150));
  EXPECT_THAT(ledger_.outcomes(), ::testing::Each(IsOk()));
}

// "Ready" would be said before the first site of a new county could be missed.
TEST_F(FollowerTest, ReadyOnceEveryUpstreamIsFollowed) {
  Process* process = Start();
  EXPECT_TRUE(process->component->Ready());
  process->component->Drain();
  EXPECT_FALSE(process->component->Ready());
}

// Whoever subscribed a moment ago would miss the next event.
TEST_F(FollowerTest, ASubscriptionHoldsFromItsAnswerOn) {
  WebhookReceiver receiver;
  Start("one");
  Start("two");
  ASSERT_THAT(CreateContact("c", receiver.url()), IsOk());
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Subscribe(absl::StrCat("sub", i), "c"), IsOk());
    gaps_->Put(GapOf(absl::StrCat("s", i)));
  }
  // The n-th event is told to n subscriptions at least; later ones may see it.
  std::map<std::string, int> told;
  const v1::ListDeliveriesResponse found = Deliveries();
  for (const v1::Delivery& delivery : found.deliveries()) {
    ++told[delivery.event().site()];
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_GE(told[absl::StrCat("regions/r/sites/s", i)], i + 1);
  }
}

}  // namespace
}  // namespace lagesbild::notifications
