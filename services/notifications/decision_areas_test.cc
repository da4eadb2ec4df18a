#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/decision_fixture.h"

namespace lagesbild::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

KeptSite SiteIn(const std::string& municipality, SiteState state,
                Codes also = {}) {
  KeptSite site = SiteOf("s1", state);
  site.municipality = municipality;
  site.municipalities = std::move(also);
  site.municipalities.insert(municipality);
  return site;
}

KeptGap GapIn(const std::string& municipality) {
  KeptGap gap = GapOf("s1");
  gap.municipality = municipality;
  return gap;
}

KeptExposure ExposureIn(const std::string& municipality) {
  KeptExposure exposure = ExposureOf("s1", "p1");
  exposure.municipality = municipality;
  return exposure;
}

// Three municipalities with a subscription each, "north", "south" and "east",
// and one for the whole region, "all". What is decided is committed at once.
class AreasTest : public ::testing::Test {
 protected:
  AreasTest() {
    for (const char* area : {"north", "south", "east"}) {
      Subscribe(area, &facts_);
      Subscription subscription = *facts_.subscriptions[area].value;
      subscription.areas = {area};
      facts_.subscriptions[area].value =
          std::make_shared<const Subscription>(subscription);
    }
    Subscribe("all", &facts_);
  }

  // "<subscription> <kind>" of everything that is told of it.
  template <typename Word>
  std::vector<std::string> Told(Word word) {
    Decision decision(&facts_, kNow);
    word(At(++revision_), &decision);
    std::vector<std::string> told;
    for (const Delivery& delivery : decision.effects().deliveries) {
      told.push_back(delivery.subscription + " " +
                     std::to_string(static_cast<int>(delivery.event.kind)));
    }
    Commit(decision.effects(), &facts_);
    return told;
  }
  std::vector<std::string> Is(const KeptSite& site) {
    return Told([&](const Origin& o, Decision* d) { d->SiteIs(o, site); });
  }
  std::vector<std::string> Is(const KeptGap& gap) {
    return Told([&](const Origin& o, Decision* d) { d->GapIs(o, gap); });
  }
  std::vector<std::string> Is(const KeptExposure& exposure) {
    return Told(
        [&](const Origin& o, Decision* d) { d->ExposureIs(o, exposure); });
  }
  std::vector<std::string> GapGone() {
    return Told(
        [&](const Origin& o, Decision* d) { d->GapGone(o, GapOf("s1").name); });
  }
  // As it was before the first start: nobody is told.
  void Knows(const KeptSite& site, const KeptGap& gap) {
    Decision decision(&facts_, kNow);
    decision.SitesAre(At(++revision_, Word::kKnown), {site});
    decision.GapsAre(At(revision_, Word::kKnown), {gap});
    Commit(decision.effects(), &facts_);
  }

  // The numbers of the contract's kinds.
  static std::string Opened(const std::string& s) { return s + " 2"; }
  static std::string Ceased(const std::string& s) { return s + " 4"; }
  static std::string Entered(const std::string& s) { return s + " 5"; }
  static std::string GapOpened(const std::string& s) { return s + " 7"; }
  static std::string GapClosed(const std::string& s) { return s + " 8"; }

  Facts facts_;
  std::int64_t revision_ = 0;
};

// The other side of a border would not know of the scene that it polices too.
TEST_F(AreasTest, ASiteOnABorderConcernsAllThatItLiesIn) {
  const KeptSite site = SiteIn("north", SiteState::kOpen, {"south"});
  EXPECT_THAT(Is(site), UnorderedElementsAre(Opened("all"), Opened("north"),
                                             Opened("south")));
  EXPECT_THAT(
      Is(ExposureIn("north")),
      UnorderedElementsAre(Entered("all"), Entered("north"), Entered("south")));
  EXPECT_THAT(Is(GapIn("north")),
              UnorderedElementsAre(GapOpened("all"), GapOpened("north"),
                                   GapOpened("south")));
  EXPECT_THAT(GapGone(),
              UnorderedElementsAre(GapClosed("all"), GapClosed("north"),
                                   GapClosed("south")));
}

// Whoever answers for a gap from now on would not know that there is one; whom
// it left would go on looking after it.
TEST_F(AreasTest, AGapThatMovesIsToldToTheNewAndItsEndToBoth) {
  Is(GapIn("north"));
  EXPECT_THAT(Is(GapIn("south")), ElementsAre(GapOpened("south")));
  EXPECT_THAT(Is(GapIn("south")), IsEmpty());
  EXPECT_THAT(Is(GapIn("north")), IsEmpty());
  EXPECT_THAT(GapGone(),
              UnorderedElementsAre(GapClosed("all"), GapClosed("north"),
                                   GapClosed("south")));
}

TEST_F(AreasTest, ASiteThatMovesIsToldToTheNewAndItsEndToBoth) {
  Is(SiteIn("north", SiteState::kOpen));
  EXPECT_THAT(Is(SiteIn("south", SiteState::kOpen)),
              ElementsAre(Opened("south")));
  EXPECT_THAT(
      Is(SiteIn("south", SiteState::kCeased)),
      UnorderedElementsAre(Ceased("all"), Ceased("north"), Ceased("south")));
  // A new beginning concerns only where it lies.
  Is(SiteIn("east", SiteState::kCeased));
  EXPECT_THAT(Is(SiteIn("east", SiteState::kProposed)),
              UnorderedElementsAre("all 1", "east 1"));
}

TEST_F(AreasTest, ASiteThatMovesAsItCeasesIsToldToBoth) {
  Knows(SiteIn("north", SiteState::kOpen), GapIn("north"));
  EXPECT_THAT(
      Is(SiteIn("south", SiteState::kCeased)),
      UnorderedElementsAre(Ceased("all"), Ceased("north"), Ceased("south")));
}

// What pends counts as what was agreed; what has ceased is no news to anybody.
TEST_F(AreasTest, OnlyWhatGoesOnIsToldToTheNew) {
  Is(SiteIn("north", SiteState::kOpen));
  EXPECT_THAT(Is(SiteIn("south", SiteState::kPending)),
              ElementsAre(Opened("south")));
  Is(SiteIn("south", SiteState::kCeased));
  EXPECT_THAT(Is(SiteIn("east", SiteState::kCeased)), IsEmpty());
}

// The upstreams run at their own pace: a gap may be heard of before its site.
TEST_F(AreasTest, TheSitesWordWidensWhatIsOpenThere) {
  Is(GapIn("north"));
  Is(ExposureIn("north"));
  EXPECT_THAT(Is(SiteIn("north", SiteState::kPending, {"south"})),
              UnorderedElementsAre(GapOpened("south"), Entered("south")));
  EXPECT_THAT(GapGone(),
              UnorderedElementsAre(GapClosed("all"), GapClosed("north"),
                                   GapClosed("south")));
}

// A county that joined late would not tell where its old gaps have moved.
TEST_F(AreasTest, WhatWasKnownAndMovesIsToldToTheNew) {
  Knows(SiteIn("north", SiteState::kOpen), GapIn("north"));
  EXPECT_THAT(Is(SiteIn("south", SiteState::kOpen)),
              ElementsAre(Opened("south")));
  EXPECT_THAT(Is(GapIn("south")), ElementsAre(GapOpened("south")));
}

// The new municipality could not take the alert, and the old one still could.
TEST_F(AreasTest, TheAlertFollowsWhatMoves) {
  Is(SiteIn("north", SiteState::kOpen));
  Is(GapIn("north"));
  const std::string alert = facts_.open_alerts.at("gap/s1");
  Is(SiteIn("south", SiteState::kOpen, {"north"}));
  EXPECT_EQ(facts_.alerts.at(alert).value->municipality, "north");
  Is(GapIn("south"));
  EXPECT_EQ(facts_.alerts.at(alert).value->municipality, "south");
  EXPECT_EQ(facts_.alerts.at(alert).value->told, (Codes{"north", "south"}));
}

}  // namespace
}  // namespace lagesbild::notifications
