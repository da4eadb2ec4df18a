// If these fail, a measure stands where it does not, or a site near a school is
// called covered when it is not.
#include "services/interventions/interventions.h"

#include "services/interventions/catalogue.h"
#include "services/interventions/gaps.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::interventions {
namespace {

using base::Date;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

const Date kToday(2023, 11, 14);

Intervention In(State state, std::optional<Date> start = std::nullopt,
                std::optional<Date> end = std::nullopt) {
  Intervention i;
  i.type = "lighting";
  i.state = state;
  i.start = start;
  i.end = end;
  return i;
}

TEST(InterventionTest, OnlyPlannedAndPausedOnesAreActivated) {
  for (const State state : {State::kPlanned, State::kPaused}) {
    Intervention i = In(state);
    EXPECT_THAT(Activate(std::nullopt, kToday, &i), IsOk());
    EXPECT_EQ(i.state, State::kActive);
    EXPECT_EQ(i.start, kToday);
  }
  for (const State state :
       {State::kActive, State::kCompleted, State::kCancelled}) {
    Intervention i = In(state);
    EXPECT_THAT(Activate(std::nullopt, kToday, &i),
                StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(i, In(state));
  }
}

TEST(InterventionTest, OnlyActiveAndPausedOnesAreCompleted) {
  for (const State state : {State::kActive, State::kPaused}) {
    Intervention i = In(state, Date(2023, 11, 1));
    EXPECT_THAT(Complete(std::nullopt, kToday, &i), IsOk());
    EXPECT_EQ(i.state, State::kCompleted);
    EXPECT_EQ(i.end, kToday + 1);
  }
  for (const State state :
       {State::kPlanned, State::kCompleted, State::kCancelled}) {
    Intervention i = In(state);
    EXPECT_THAT(Complete(std::nullopt, kToday, &i),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST(InterventionTest, DatesMustFitTheState) {
  Intervention planned = In(State::kPlanned);
  EXPECT_THAT(Activate(kToday + 1, kToday, &planned),
              StatusIs(absl::StatusCode::kInvalidArgument));
  Intervention ending = In(State::kPlanned, std::nullopt, Date(2023, 11, 1));
  EXPECT_THAT(Activate(std::nullopt, kToday, &ending),
              StatusIs(absl::StatusCode::kInvalidArgument));
  Intervention active = In(State::kActive, kToday);
  EXPECT_THAT(Complete(kToday, kToday, &active),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Complete(kToday + 2, kToday, &active),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(InterventionTest, WhatGoesOnAfterAPauseKeepsItsStart) {
  Intervention i = In(State::kPaused, Date(2023, 5, 1));
  EXPECT_THAT(Activate(std::nullopt, kToday, &i), IsOk());
  EXPECT_EQ(i.start, Date(2023, 5, 1));
}

TEST(InterventionTest, ThePastIsToldByDates) {
  const Intervention done =
      In(State::kCompleted, Date(2023, 3, 1), Date(2023, 6, 1));
  EXPECT_EQ(StateOn(done, Date(2023, 2, 28)), State::kPlanned);
  EXPECT_EQ(StateOn(done, Date(2023, 3, 1)), State::kActive);
  EXPECT_EQ(StateOn(done, Date(2023, 5, 31)), State::kActive);
  EXPECT_EQ(StateOn(done, Date(2023, 6, 1)), State::kCompleted);
  EXPECT_EQ(StateOn(In(State::kActive, Date(2023, 3, 1)), Date(2023, 1, 1)),
            State::kPlanned);
  EXPECT_EQ(StateOn(In(State::kCancelled, Date(2023, 3, 1)), Date(2023, 4, 1)),
            State::kCancelled);
}

TEST(CatalogueTest, KnowsTheMeasuresInUse) {
  for (const char* id : {"site-cooperation", "outreach-buyers", "controls",
                         "security-cameras", "parent-walkers"}) {
    EXPECT_TRUE(IsKnownType(id)) << id;
  }
  EXPECT_FALSE(IsKnownType("prayer"));
  EXPECT_THAT(KnownTypes(), HasSubstr("access-control, controls, "));
}

class GapTest : public ::testing::Test {
 protected:
  SiteFacts Facts(std::vector<Intervention> interventions = {}) {
    SiteFacts facts;
    facts.id = "s";
    facts.site = &site_;
    facts.exposures = {Near("b", 300, false), Near("a", 200, true),
                       Near("c", 200, false)};
    for (Intervention& i : interventions) {
      facts.interventions.push_back(
          std::make_shared<const Intervention>(std::move(i)));
    }
    return facts;
  }

  static Exposure Near(const std::string& place, double metres, bool definite) {
    return {.site = "s",
            .place = place,
            .place_display_name = "School " + place,
            .distance = geo::Meters(metres),
            .radius = geo::Meters(500),
            .definite = definite};
  }

  GapKind KindFor(std::vector<Intervention> interventions) {
    const auto gap = GapOf(Facts(std::move(interventions)), kToday);
    return gap ? gap->kind : GapKind::kUnspecified;
  }

  Site site_{.display_name = "Square",
             .state = SiteState::kOpen,
             .counted = SiteState::kOpen,
             .states = {{Date(2022, 1, 1), SiteState::kOpen, SiteState::kOpen}},
             .municipality = "0180",
             .responsible = "0180"};
};

TEST_F(GapTest, OnlyACountingSiteHasOne) {
  const std::pair<SiteState, bool> cases[] = {
      {SiteState::kUnspecified, false}, {SiteState::kProposed, false},
      {SiteState::kOpen, true},         {SiteState::kContested, true},
      {SiteState::kCeased, false},      {SiteState::kPending, true},
      {SiteState::kWithdrawn, false},   {SiteState::kSuperseded, false}};
  for (const auto& [state, counts] : cases) {
    site_.state = state;
    EXPECT_EQ(GapOf(Facts(), kToday).has_value(), counts)
        << static_cast<int>(state);
  }
  site_.state = SiteState::kPending;
  site_.counted = SiteState::kCeased;
  EXPECT_FALSE(GapOf(Facts(), kToday));
}

TEST_F(GapTest, OnlyAnExposedSiteHasOne) {
  SiteFacts facts = Facts();
  facts.exposures.clear();
  EXPECT_FALSE(GapOf(facts, kToday));
  facts = Facts();
  facts.site = nullptr;
  EXPECT_FALSE(GapOf(facts, kToday));
}

TEST_F(GapTest, TheKindIsThatOfTheMeasureNearestToActive) {
  const Intervention planned = In(State::kPlanned), active = In(State::kActive),
                     paused = In(State::kPaused), done = In(State::kCompleted),
                     dropped = In(State::kCancelled);
  EXPECT_EQ(KindFor({}), GapKind::kNoMeasure);
  EXPECT_EQ(KindFor({dropped}), GapKind::kNoMeasure);
  EXPECT_EQ(KindFor({planned}), GapKind::kPlannedOnly);
  EXPECT_EQ(KindFor({paused, planned}), GapKind::kPaused);
  EXPECT_EQ(KindFor({done, dropped}), GapKind::kEndedUnevaluated);
  EXPECT_EQ(KindFor({done, planned}), GapKind::kPlannedOnly);
  EXPECT_EQ(KindFor({paused, planned, done, active}), GapKind::kUnspecified);
}

TEST_F(GapTest, ItSaysWhyAndHowNear) {
  const auto gap = GapOf(Facts({In(State::kPlanned)}), kToday);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->places, 3);
  EXPECT_EQ(gap->nearest_place, "a");
  EXPECT_EQ(gap->nearest_place_display_name, "School a");
  EXPECT_EQ(gap->nearest_distance, geo::Meters(200));
  EXPECT_TRUE(gap->definite);
  EXPECT_THAT(gap->measures, ElementsAre("lighting"));
  EXPECT_EQ(ReasonOf(*gap),
            "Open; 3 primary schools within 500 m; planned, not begun: "
            "lighting");
}

TEST_F(GapTest, OneFollowedUpMeasureIsEnough) {
  Intervention late = In(State::kActive), kept = In(State::kActive);
  late.next_follow_up = kToday - 1;
  kept.next_follow_up = kToday;
  EXPECT_FALSE(GapOf(Facts({late, kept}), kToday));
  EXPECT_TRUE(GapOf(Facts({late, kept}), kToday + 1));
  const auto gap = GapOf(Facts({late, In(State::kPlanned)}), kToday);
  ASSERT_TRUE(gap);
  EXPECT_EQ(gap->kind, GapKind::kFollowUpOverdue);
  // Midnight in Stockholm.
  EXPECT_EQ(gap->since, absl::FromCivil(absl::CivilHour(2023, 11, 13, 23),
                                        absl::UTCTimeZone()));
  EXPECT_FALSE(GapOf(Facts({In(State::kActive)}), kToday));
}

TEST_F(GapTest, ThePastHasItsOwnGaps) {
  const Intervention done =
      In(State::kCompleted, Date(2023, 3, 1), Date(2023, 6, 1));
  EXPECT_EQ(GapOn(Facts({done}), Date(2023, 2, 1))->kind,
            GapKind::kPlannedOnly);
  EXPECT_FALSE(GapOn(Facts({done}), Date(2023, 4, 1)));
  EXPECT_EQ(GapOn(Facts({done}), Date(2023, 7, 1))->kind,
            GapKind::kEndedUnevaluated);
}

TEST_F(GapTest, ASiteCountsOnTheDaysOnWhichItDid) {
  site_.state = site_.counted = SiteState::kCeased;
  site_.states = {
      {Date(2023, 2, 1), SiteState::kProposed, SiteState::kProposed},
      {Date(2023, 3, 1), SiteState::kOpen, SiteState::kOpen},
      {Date(2023, 5, 1), SiteState::kPending, SiteState::kOpen},
      {Date(2023, 6, 1), SiteState::kCeased, SiteState::kCeased}};
  const auto state_on = [this](Date date) {
    const auto gap = GapOn(Facts(), date);
    return gap ? gap->site_state : SiteState::kUnspecified;
  };
  EXPECT_EQ(state_on(Date(2023, 1, 31)), SiteState::kUnspecified);
  EXPECT_EQ(state_on(Date(2023, 2, 28)), SiteState::kUnspecified);
  EXPECT_EQ(state_on(Date(2023, 3, 1)), SiteState::kOpen);
  EXPECT_EQ(state_on(Date(2023, 4, 30)), SiteState::kOpen);
  EXPECT_EQ(state_on(Date(2023, 5, 1)), SiteState::kPending);
  EXPECT_EQ(state_on(Date(2023, 6, 1)), SiteState::kUnspecified);
  EXPECT_FALSE(GapOf(Facts(), kToday));
}

TEST_F(GapTest, OnlyPlacesThatExistAreNear) {
  SiteFacts facts = Facts();
  facts.exposures = {Near("closed", 100, true), Near("new", 200, true)};
  facts.exposures[0].valid_to = Date(2023, 7, 1);
  facts.exposures[0].current = false;
  facts.exposures[1].valid_from = Date(2023, 9, 1);
  EXPECT_EQ(GapOn(facts, Date(2023, 6, 30))->nearest_place, "closed");
  EXPECT_FALSE(GapOn(facts, Date(2023, 7, 1)));
  EXPECT_FALSE(GapOn(facts, Date(2023, 8, 31)));
  EXPECT_EQ(GapOn(facts, Date(2023, 9, 1))->nearest_place, "new");
  EXPECT_EQ(GapOf(facts, kToday)->nearest_place, "new");
}

}  // namespace
}  // namespace lagesbild::interventions
