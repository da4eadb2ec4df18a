#include "services/notifications/decision.h"

#include <iostream>
#include <memory>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::notifications {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

KeptSite SiteOf(const std::string& id, SiteState state) {
  return {.name = "regions/r/sites/" + id,
          .state = state,
          .agreed = SiteState::kUnspecified,
          .municipality = "0180",
          .display_name = "Torget " + id,
          .extra = ""};
}

KeptExposure ExposureOf(const std::string& site, const std::string& place) {
  return {.name = absl::StrCat("regions/r/exposures/l~", site, "~", place),
          .site = "regions/r/sites/" + site,
          .municipality = "0180",
          .place_display_name = "Skola " + place,
          .extra = ""};
}

KeptGap GapOf(const std::string& site) {
  return {.name = "regions/r/coverageGaps/" + site,
          .site = "regions/r/sites/" + site,
          .municipality = "0180",
          .site_display_name = "Torget " + site,
          .extra = ""};
}

Origin At(std::int64_t revision, Word word = Word::kChange) {
  return {.word = word,
          .store_id = "store",
          .revision = revision,
          .time = kNow + absl::Seconds(revision)};
}

template <typename T>
void Take(const std::map<std::string, std::optional<T>>& effects,
          HeldById<T>* facts) {
  for (const auto& [id, value] : effects) {
    facts->erase(id);
    if (value) (*facts)[id] = {std::make_shared<const T>(*value), 1};
  }
}

// What the ledger and its projection do, done by hand.
void Commit(const Effects& effects, Facts* facts) {
  Take(effects.sites, &facts->sites);
  Take(effects.exposures, &facts->exposures);
  Take(effects.gaps, &facts->gaps);
  facts->exposures_at.clear();
  for (const auto& [id, held] : facts->exposures) {
    ++facts->exposures_at[held.value->site];
  }
  for (const auto& [id, alert] : effects.alerts) {
    facts->alerts[id] = {std::make_shared<const Alert>(alert), 1};
  }
  facts->open_alerts.clear();
  for (const auto& [id, held] : facts->alerts) {
    if (held.value->state != AlertState::kResolved) {
      facts->open_alerts[held.value->fingerprint] = id;
    }
  }
  for (const Delivery& delivery : effects.deliveries) {
    facts->deliveries[delivery.id] = {std::make_shared<Delivery>(delivery), 1};
    facts->last_create = std::max(facts->last_create, delivery.create_time);
  }
}

void Subscribe(const std::string& id, Facts* facts, bool disabled = false) {
  Contact contact;
  contact.id = "c-" + id;
  contact.disabled = disabled;
  Subscription subscription;
  subscription.id = id;
  subscription.contact = contact.id;
  facts->contacts[contact.id] = {std::make_shared<const Contact>(contact), 1};
  facts->subscriptions[id] = {
      std::make_shared<const Subscription>(subscription), 1};
}

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

// A model of one gap's life: present or not, and the events that follow.
struct Model {
  std::map<std::string, bool> gaps;
  std::vector<std::pair<std::string, EventKind>> events;

  void Set(const std::string& site, bool present) {
    if (gaps[site] == present) return;
    gaps[site] = present;
    events.emplace_back(
        site, present ? EventKind::kGapOpened : EventKind::kGapClosed);
  }
};

// Whatever the order, and wherever commits begin and end, nothing is told twice
// and nothing is left out.
TEST(DecisionTest, RandomHistoriesInRandomBatchesFollowTheModel) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    Model model;
    Facts facts;
    Subscribe("sub", &facts);
    std::vector<std::pair<std::string, EventKind>> derived;
    std::set<std::string> ids;
    auto decision = std::make_unique<Decision>(&facts, kNow);
    for (int revision = 1; revision <= 200; ++revision) {
      const std::string site = absl::StrCat("s", random() % 5);
      const bool present = random() % 2 == 0;
      model.Set(site, present);
      if (present) {
        decision->GapIs(At(revision), GapOf(site));
      } else {
        decision->GapGone(At(revision), GapOf(site).name);
      }
      if (random() % 4 != 0 && revision < 200) continue;
      for (const Event& event : decision->effects().events) {
        derived.emplace_back(std::string(IdOf(event.site)), event.kind);
        EXPECT_TRUE(ids.insert(event.id).second);
      }
      Commit(decision->effects(), &facts);
      decision = std::make_unique<Decision>(&facts, kNow);
    }
    ASSERT_EQ(derived, model.events);
    ASSERT_EQ(facts.deliveries.size(), model.events.size());
    for (const auto& [site, present] : model.gaps) {
      EXPECT_EQ(facts.gaps.count(site) > 0, present);
      EXPECT_EQ(facts.open_alerts.count("gap/" + site) > 0, present);
    }
  }
}

// The same for sites, whose states are many.
TEST(DecisionTest, BatchesDoNotChangeWhatSitesTell) {
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    Facts one_by_one;
    Facts whole;
    Decision all(&whole, kNow);
    std::vector<std::string> singles;
    for (int revision = 1; revision <= 100; ++revision) {
      const KeptSite site = SiteOf(absl::StrCat("s", random() % 3),
                                   static_cast<SiteState>(1 + random() % 7));
      Decision single(&one_by_one, kNow);
      const bool gone = random() % 10 == 0;
      for (Decision* decision : {&single, &all}) {
        if (gone) {
          decision->SiteGone(At(revision), site.name);
        } else {
          decision->SiteIs(At(revision), site);
        }
      }
      for (const Event& event : single.effects().events) {
        singles.push_back(event.id);
      }
      Commit(single.effects(), &one_by_one);
    }
    std::vector<std::string> together;
    for (const Event& event : all.effects().events) {
      together.push_back(event.id);
    }
    Commit(all.effects(), &whole);
    ASSERT_EQ(singles, together);
    ASSERT_EQ(one_by_one.open_alerts, whole.open_alerts);
  }
}

}  // namespace
}  // namespace lagesbild::notifications
