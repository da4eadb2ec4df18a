#include "services/notifications/decision.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/notifications/decision_fixture.h"

namespace lagesbild::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<EventKind> KindsOf(const Effects& effects) {
  std::vector<EventKind> kinds;
  for (const Event& event : effects.events) kinds.push_back(event.kind);
  return kinds;
}

// People would be told of what did not happen, or not of what did.
TEST(SiteEventTest, EveryTransition) {
  using S = SiteState;
  using E = EventKind;
  constexpr E kNone = E::kUnspecified;
  struct Case {
    S from;    // kUnspecified: nothing was kept
    S agreed;  // before
    S to;
    E event;
  };
  const Case cases[] = {
      {S::kUnspecified, S::kUnspecified, S::kProposed, E::kSiteProposed},
      {S::kUnspecified, S::kUnspecified, S::kOpen, E::kSiteOpened},
      {S::kUnspecified, S::kUnspecified, S::kCeased, E::kSiteCeased},
      {S::kUnspecified, S::kUnspecified, S::kContested, E::kSiteContested},
      {S::kUnspecified, S::kUnspecified, S::kPending, kNone},
      {S::kUnspecified, S::kUnspecified, S::kWithdrawn, kNone},
      {S::kProposed, S::kUnspecified, S::kProposed, kNone},
      {S::kProposed, S::kUnspecified, S::kOpen, E::kSiteOpened},
      {S::kProposed, S::kUnspecified, S::kContested, E::kSiteContested},
      {S::kProposed, S::kUnspecified, S::kWithdrawn, kNone},
      {S::kOpen, S::kOpen, S::kOpen, kNone},
      {S::kOpen, S::kOpen, S::kPending, kNone},
      {S::kOpen, S::kOpen, S::kContested, E::kSiteContested},
      {S::kOpen, S::kOpen, S::kCeased, E::kSiteCeased},
      {S::kOpen, S::kOpen, S::kSuperseded, kNone},
      // Pending goes on counting as what was agreed.
      {S::kPending, S::kOpen, S::kOpen, kNone},
      {S::kPending, S::kOpen, S::kCeased, E::kSiteCeased},
      {S::kPending, S::kOpen, S::kContested, E::kSiteContested},
      {S::kPending, S::kCeased, S::kCeased, kNone},
      {S::kPending, S::kCeased, S::kOpen, E::kSiteReopened},
      {S::kContested, S::kOpen, S::kOpen, E::kSiteOpened},
      {S::kContested, S::kCeased, S::kOpen, E::kSiteReopened},
      {S::kContested, S::kCeased, S::kCeased, E::kSiteCeased},
      {S::kCeased, S::kCeased, S::kOpen, E::kSiteReopened},
      {S::kCeased, S::kCeased, S::kContested, E::kSiteContested},
      {S::kWithdrawn, S::kUnspecified, S::kOpen, E::kSiteOpened}};
  for (const Case& c : cases) {
    KeptSite before = SiteOf("s1", c.from);
    before.agreed = c.agreed;
    const bool kept = c.from != S::kUnspecified;
    EXPECT_EQ(SiteEvent(kept ? &before : nullptr, c.to).value_or(kNone),
              c.event)
        << static_cast<int>(c.from) << " -> " << static_cast<int>(c.to);
  }
}

TEST(SiteEventTest, WhatWasAgreedIsRememberedUntilWithdrawn) {
  const KeptSite open = KeepSite(nullptr, SiteOf("s1", SiteState::kOpen));
  EXPECT_EQ(open.agreed, SiteState::kOpen);
  const KeptSite contested =
      KeepSite(&open, SiteOf("s1", SiteState::kContested));
  EXPECT_EQ(contested.agreed, SiteState::kOpen);
  const KeptSite ceased =
      KeepSite(&contested, SiteOf("s1", SiteState::kCeased));
  EXPECT_EQ(ceased.agreed, SiteState::kCeased);
  EXPECT_EQ(KeepSite(&ceased, SiteOf("s1", SiteState::kWithdrawn)).agreed,
            SiteState::kUnspecified);
}

// A site that opened and ceased while nobody looked would be none, not two.
TEST(DecisionTest, OpenedAndCeasedInOneCommitAreTwoEvents) {
  Facts facts;
  Subscribe("sub", &facts);
  Decision decision(&facts, kNow);
  decision.SiteIs(At(5), SiteOf("s1", SiteState::kOpen));
  decision.SiteIs(At(7), SiteOf("s1", SiteState::kCeased));
  EXPECT_THAT(KindsOf(decision.effects()),
              ElementsAre(EventKind::kSiteOpened, EventKind::kSiteCeased));
  ASSERT_THAT(decision.effects().alerts, SizeIs(1));
  const Alert& alert = decision.effects().alerts.begin()->second;
  EXPECT_EQ(alert.state, AlertState::kResolved);
  EXPECT_THAT(alert.events, SizeIs(2));
  ASSERT_THAT(decision.effects().deliveries, SizeIs(2));
  EXPECT_LT(decision.effects().deliveries[0].ordinal,
            decision.effects().deliveries[1].ordinal);
  EXPECT_EQ(decision.effects().deliveries[0].alert, alert.id);
  EXPECT_EQ(decision.effects().events[0].time, kNow + absl::Seconds(5));
}

// After a crash the same revisions are read again: the ids must be the same.
TEST(DecisionTest, TheSameWordsGiveTheSameIds) {
  Facts facts;
  Subscribe("sub", &facts);
  Decision one(&facts, kNow);
  Decision two(&facts, kNow + absl::Hours(3));
  for (Decision* decision : {&one, &two}) {
    decision->GapIs(At(5), GapOf("s1"));
    decision->GapGone(At(6), GapOf("s1").name);
  }
  ASSERT_THAT(one.effects().deliveries, SizeIs(2));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(one.effects().deliveries[i].id, two.effects().deliveries[i].id);
    EXPECT_EQ(one.effects().events[i].id, two.effects().events[i].id);
  }
  EXPECT_EQ(one.effects().alerts.begin()->first,
            two.effects().alerts.begin()->first);
}

TEST(DecisionTest, AnotherStoreOrRevisionIsAnotherHappening) {
  Origin other = At(5);
  other.store_id = "restored";
  std::set<std::string> ids = {EventId(At(5), EventKind::kGapOpened, "a"),
                               EventId(At(6), EventKind::kGapOpened, "a"),
                               EventId(other, EventKind::kGapOpened, "a"),
                               EventId(At(5), EventKind::kGapClosed, "a"),
                               EventId(At(5), EventKind::kGapOpened, "b")};
  EXPECT_THAT(ids, SizeIs(5));
}

// Connecting to an old county would page everyone about everything.
TEST(DecisionTest, TheVeryFirstPictureIsKnownNotNews) {
  Facts facts;
  Subscribe("sub", &facts);
  Decision decision(&facts, kNow);
  decision.SitesAre(At(9, Word::kKnown), {SiteOf("s1", SiteState::kOpen)});
  decision.GapsAre(At(9, Word::kKnown), {GapOf("s1")});
  decision.ExposuresAre(At(9, Word::kKnown), {ExposureOf("s1", "p1")});
  EXPECT_THAT(decision.effects().events, IsEmpty());
  EXPECT_THAT(decision.effects().alerts, IsEmpty());
  EXPECT_THAT(decision.effects().deliveries, IsEmpty());
  EXPECT_THAT(decision.effects().sites, SizeIs(1));
  Commit(decision.effects(), &facts);
  Decision next(&facts, kNow);
  next.GapGone(At(10), GapOf("s1").name);
  EXPECT_THAT(KindsOf(next.effects()), ElementsAre(EventKind::kGapClosed));
  EXPECT_EQ(next.effects().alerts.begin()->second.state, AlertState::kResolved);
}

// What happened between is not known, and the receiver must be told so.
TEST(DecisionTest, AfterCompactionTheDifferencesAreMarked) {
  Facts facts;
  Decision first(&facts, kNow);
  first.GapsAre(At(3, Word::kKnown), {GapOf("stays"), GapOf("closes")});
  Commit(first.effects(), &facts);
  Decision later(&facts, kNow);
  later.GapsAre(At(90, Word::kCatchUp), {GapOf("stays"), GapOf("opens")});
  EXPECT_THAT(KindsOf(later.effects()),
              ElementsAre(EventKind::kGapClosed, EventKind::kGapOpened));
  for (const Event& event : later.effects().events) {
    EXPECT_TRUE(event.catch_up);
    EXPECT_EQ(event.time, kNow);
  }
}

TEST(DecisionTest, AnExposureAlertEndsWithTheLastOne) {
  Facts facts;
  Decision first(&facts, kNow);
  first.ExposureIs(At(1), ExposureOf("s1", "p1"));
  first.ExposureIs(At(1), ExposureOf("s1", "p2"));
  Commit(first.effects(), &facts);
  ASSERT_THAT(facts.alerts, SizeIs(1));
  Decision second(&facts, kNow);
  second.ExposureGone(At(2), ExposureOf("s1", "p1").name);
  EXPECT_EQ(second.effects().alerts.begin()->second.state, AlertState::kFiring);
  second.ExposureGone(At(3), ExposureOf("s1", "p2").name);
  EXPECT_EQ(second.effects().alerts.begin()->second.state,
            AlertState::kResolved);
  EXPECT_THAT(second.effects().alerts.begin()->second.events, SizeIs(4));
}

TEST(DecisionTest, AChangedExposureIsNoNews) {
  Facts facts;
  Decision decision(&facts, kNow);
  decision.ExposureIs(At(1), ExposureOf("s1", "p1"));
  KeptExposure renamed = ExposureOf("s1", "p1");
  renamed.place_display_name = "Nya skolan";
  decision.ExposureIs(At(2), renamed);
  EXPECT_THAT(decision.effects().events, SizeIs(1));
  EXPECT_EQ(decision.effects().exposures.begin()->second->place_display_name,
            "Nya skolan");
}

// An alert about a site that never was one would fire for ever.
TEST(DecisionTest, AWithdrawnSiteEndsItsAlertWithoutAnEvent) {
  Facts facts;
  Decision decision(&facts, kNow);
  decision.SiteIs(At(1), SiteOf("s1", SiteState::kProposed));
  decision.SiteIs(At(2), SiteOf("s1", SiteState::kWithdrawn));
  EXPECT_THAT(decision.effects().events, SizeIs(1));
  EXPECT_EQ(decision.effects().alerts.begin()->second.state,
            AlertState::kResolved);
}

TEST(DecisionTest, ADisabledContactIsNotWrittenTo) {
  Facts facts;
  Subscribe("on", &facts);
  Subscribe("off", &facts, /*disabled=*/true);
  Decision decision(&facts, kNow);
  decision.GapIs(At(1), GapOf("s1"));
  ASSERT_THAT(decision.effects().deliveries, SizeIs(1));
  EXPECT_EQ(decision.effects().deliveries[0].subscription, "on");
}

// Events of one subscription would overtake each other.
TEST(DecisionTest, ATurnedBackClockDoesNotReorder) {
  Facts facts;
  Subscribe("sub", &facts);
  Decision first(&facts, kNow);
  first.GapIs(At(1), GapOf("s1"));
  Commit(first.effects(), &facts);
  Decision second(&facts, kNow - absl::Hours(1));
  second.GapGone(At(2), GapOf("s1").name);
  EXPECT_GE(second.effects().deliveries.at(0).create_time, kNow);
}

TEST(DecisionTest, FieldsOfANewerVersionSurvive) {
  Facts facts;
  KeptSite stored = SiteOf("s1", SiteState::kOpen);
  stored.extra = "newer";
  facts.sites["s1"] = {std::make_shared<const KeptSite>(stored), 1};
  Decision decision(&facts, kNow);
  decision.SiteIs(At(2), SiteOf("s1", SiteState::kCeased));
  EXPECT_EQ(decision.effects().sites.at("s1")->extra, "newer");
}

}  // namespace
}  // namespace lagesbild::notifications
