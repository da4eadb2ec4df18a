// If these fail, a watcher is told something else than a reader, or is shown
// what is no longer for it.
#include "services/interventions/interventions_fixture.h"
#include "services/interventions/interventions_watcher.h"
#include "tests/testing/waiting.h"

namespace lagesbild::interventions {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using Stub = v1::InterventionTracking::Stub;

class InterventionsWatchTest : public InterventionsFixture {
 protected:
  // A measure that is active at the site and to be followed up on 2023-11-15.
  void AddMeasure(const std::string& site) {
    v1::CreateInterventionRequest request = PlanOf(site);
    request.mutable_intervention()->set_next_follow_up("2023-11-15");
    ASSERT_OK_AND_ASSIGN(const auto made,
                         interventions_->Create(coordinator_, request));
    ASSERT_THAT(interventions_->Activate(coordinator_, made.name()), IsOk());
  }

  // Recorded by the office, so that nobody sees the plan as its owner.
  absl::StatusOr<v1::Intervention> PlanAtNight(const std::string& site) {
    v1::CreateInterventionRequest request = PlanOf(site);
    request.mutable_intervention()->set_plan("At night");
    return interventions_->Create(office_, request);
  }

  std::string PlanSeenBy(const access::v1::Caller& caller,
                         const std::string& name) {
    const auto seen = interventions_->Get(caller, name);
    EXPECT_THAT(seen, IsOk());
    v1::ListInterventionsRequest request;
    request.set_parent(registry::kTestRegion);
    const auto listed =
        interventions_->Call(caller, &Stub::ListInterventions, request);
    EXPECT_THAT(listed, IsOk());
    if (!seen.ok() || !listed.ok()) return "";
    EXPECT_EQ(listed->interventions(0).plan(), seen->plan());
    return seen->plan();
  }
};

// A watcher is told once of what opens and of what closes.
TEST_F(InterventionsWatchTest, WatchersHearWhatOpensAndCloses) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  GapWatcher watcher(interventions_.get(), viewer_, ledger_.get(), &clock_);
  EXPECT_EQ(watcher.NextNews().changes(0).type(),
            watch::v1::CHANGE_TYPE_UPSERTED);
  ASSERT_OK_AND_ASSIGN(const auto planned,
                       interventions_->Create(coordinator_, PlanOf(site)));
  const auto changed = watcher.NextNews();
  EXPECT_EQ(TextOf(changed.changes(0).gap()), "s PLANNED_ONLY");
  EXPECT_EQ(changed.header().reached_size(), 3);
  ASSERT_THAT(interventions_->Activate(coordinator_, planned.name()), IsOk());
  const auto closed = watcher.NextNews();
  EXPECT_EQ(closed.changes(0).type(), watch::v1::CHANGE_TYPE_REMOVED);
  EXPECT_EQ(closed.changes(0).gap().name(), "regions/stockholm/coverageGaps/s");
}

// Nobody would be told that a measure is no longer looked after.
TEST_F(InterventionsWatchTest, AnOverdueFollowUpComesWithTheDay) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  AddMeasure(site);
  EXPECT_THAT(Gaps(), IsEmpty());
  GapWatcher watcher(interventions_.get(), viewer_, ledger_.get(), &clock_);
  clock_.JumpWall(absl::Hours(72));
  const auto opened = watcher.NextNews();
  ASSERT_EQ(opened.changes_size(), 1);
  const v1::CoverageGap& gap = opened.changes(0).gap();
  EXPECT_EQ(TextOf(gap), "s FOLLOW_UP_OVERDUE");
  // Midnight in Stockholm, whenever it was noticed.
  EXPECT_EQ(gap.since().seconds(),
            absl::ToUnixSeconds(absl::FromCivil(
                absl::CivilHour(2023, 11, 15, 23), absl::UTCTimeZone())));
  ASSERT_OK_AND_ASSIGN(const auto listed, interventions_->Gaps(viewer_));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].SerializeAsString(), gap.SerializeAsString());
}

// A day that turned while nobody ran must not be missed.
TEST_F(InterventionsWatchTest, ADayThatTurnedMeanwhileIsMadeUpFor) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  AddMeasure(site);
  interventions_.reset();
  clock_.JumpWall(absl::Hours(72));
  Start();
  EXPECT_TRUE(testing::Eventually([&] {
    const auto gaps = interventions_->Gaps(viewer_);
    return gaps.ok() && gaps->size() == 1 &&
           TextOf(gaps->front()) == "s FOLLOW_UP_OVERDUE";
  }));
}

// Who answered for a place would go on reading plans for it, and who answers
// for it now could not.
TEST_F(InterventionsWatchTest, ThePlanFollowsTheSiteWhereItMoves) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  ASSERT_OK_AND_ASSIGN(const auto made, PlanAtNight(site));
  InterventionWatcher here(interventions_.get(), coordinator_, ledger_.get(),
                           &clock_);
  InterventionWatcher there(interventions_.get(), neighbour_, ledger_.get(),
                            &clock_);
  EXPECT_EQ(here.NextNews().changes(0).intervention().plan(), "At night");
  EXPECT_EQ(there.NextNews().changes(0).intervention().plan(), "");
  MoveSite(site, 6000);
  const auto left = here.NextNews();
  EXPECT_EQ(left.changes(0).intervention().plan(), "");
  EXPECT_THAT(left.changes(0).intervention().municipalities(),
              ElementsAre("0184"));
  EXPECT_EQ(there.NextNews().changes(0).intervention().plan(), "At night");
  EXPECT_EQ(PlanSeenBy(coordinator_, made.name()), "");
  EXPECT_EQ(PlanSeenBy(neighbour_, made.name()), "At night");
}

TEST_F(InterventionsWatchTest, ThePlanFollowsWhoAnswersForTheSite) {
  const std::string site = AddBorderSite("s");
  ASSERT_THAT(interventions_->Gaps(office_, registry_->token()), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto made, PlanAtNight(site));
  EXPECT_EQ(PlanSeenBy(neighbour_, made.name()), "");
  for (const auto& [responsible, seen] :
       {std::pair("0184", "At night"), std::pair("0180", "")}) {
    registry::v1::Site change;
    change.set_name(site);
    change.set_responsible_municipality(responsible);
    ASSERT_THAT(
        registry_->Update(office_, change, {"responsible_municipality"}),
        IsOk());
    ASSERT_THAT(interventions_->Gaps(office_, registry_->token()), IsOk());
    EXPECT_EQ(PlanSeenBy(neighbour_, made.name()), seen) << responsible;
    // It lies there all the time.
    EXPECT_EQ(PlanSeenBy(coordinator_, made.name()), "At night");
  }
}

}  // namespace
}  // namespace lagesbild::interventions
