// If these fail, an agency is shown gaps that there are not, or were not on the
// day that it asks about.
#include "services/interventions/interventions_fixture.h"

namespace lagesbild::interventions {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

class InterventionsGapsTest : public InterventionsFixture {
 protected:
  // As valid on that day: "s NO_MEASURE".
  std::vector<std::string> GapsOn(const std::string& date) {
    access::v1::AsOf as_of;
    as_of.set_valid_date(date);
    const auto gaps = interventions_->Gaps(viewer_, "", "", as_of);
    EXPECT_THAT(gaps, IsOk());
    std::vector<std::string> texts;
    if (!gaps.ok()) return texts;
    for (const v1::CoverageGap& gap : *gaps) texts.push_back(TextOf(gap));
    return texts;
  }
};

TEST_F(InterventionsGapsTest, AGapSaysWhyAndSinceWhen) {
  clock_.JumpWall(absl::Hours(1));
  KnownSite();
  const absl::Time opened = clock_.Now();
  clock_.JumpWall(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto gaps, interventions_->Gaps(viewer_));
  ASSERT_EQ(gaps.size(), 1u);
  const v1::CoverageGap& gap = gaps[0];
  EXPECT_EQ(gap.name(), "regions/stockholm/coverageGaps/s");
  EXPECT_EQ(gap.site(), "regions/stockholm/sites/s");
  EXPECT_EQ(gap.site_display_name(), "Site s");
  EXPECT_EQ(gap.reason(),
            "Open; 1 primary school within 500 m; no measure on record");
  EXPECT_EQ(gap.since().seconds(), absl::ToUnixSeconds(opened));
  EXPECT_EQ(gap.responsible_municipality(), "0180");
  EXPECT_EQ(gap.places(), 1);
  EXPECT_EQ(gap.nearest_place_display_name(), "School 1");
  EXPECT_NEAR(gap.nearest_distance_m(), 300, 1);
}

TEST_F(InterventionsGapsTest, GapsAreFilteredByKind) {
  const std::string site = KnownSite("s");
  AddOpenSite("t", 200);
  Planned(site);
  EXPECT_THAT(Gaps("kind = GAP_KIND_NO_MEASURE"), ElementsAre("t NO_MEASURE"));
}

TEST_F(InterventionsGapsTest, WhatWasRecordedThenIsAnsweredNow) {
  const std::string site = KnownSite();
  const auto before = ledger_->ReadHead()->revision;
  const auto planned = Planned(site);
  ASSERT_THAT(interventions_->Activate(coordinator_, planned.name()), IsOk());
  EXPECT_THAT(Gaps(), IsEmpty());
  access::v1::AsOf as_of;
  as_of.set_revision(before);
  ASSERT_OK_AND_ASSIGN(const auto then,
                       interventions_->Gaps(viewer_, "", "", as_of));
  ASSERT_EQ(then.size(), 1u);
  EXPECT_EQ(TextOf(then[0]), "s NO_MEASURE");
}

TEST_F(InterventionsGapsTest, APastDayHadItsOwnGaps) {
  const auto planned = Planned(KnownSite());
  ASSERT_THAT(
      interventions_->Activate(coordinator_, planned.name(), "2023-11-01"),
      IsOk());
  EXPECT_THAT(GapsOn("2023-10-31"), ElementsAre("s PLANNED_ONLY"));
  EXPECT_THAT(GapsOn("2023-11-01"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-11-14"), IsEmpty());
}

// A report of the last year-end would show the scenes of today.
TEST_F(InterventionsGapsTest, APastDayHadItsOwnSites) {
  const std::string ceased = AddSite("ceased", 300);
  Agree(ceased, registry::v1::VERDICT_OPEN, "2023-09-01");
  Agree(ceased, registry::v1::VERDICT_CEASED, "2023-11-01");
  const std::string opened = AddSite("opened", 200);
  Agree(opened, registry::v1::VERDICT_OPEN, "2023-11-10");
  EXPECT_THAT(Gaps(), ElementsAre("opened NO_MEASURE"));
  EXPECT_THAT(GapsOn("2023-08-31"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-10-31"), ElementsAre("ceased NO_MEASURE"));
  EXPECT_THAT(GapsOn("2023-11-09"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-11-10"), ElementsAre("opened NO_MEASURE"));
}

TEST_F(InterventionsGapsTest, APastDayHadItsOwnSchools) {
  KnownSite();
  proximity::v1::Place closed = proximity::SchoolAt("2", kSchool, kLongitude);
  closed.set_valid_to("2023-10-15");
  proximity::v1::Place opened = proximity::SchoolAt("1", kSchool, kLongitude);
  opened.set_valid_from("2023-10-20");
  ASSERT_THAT(
      proximity_->Import(office_, {proximity::ImportOf({closed, opened})}),
      IsOk());
  ASSERT_OK_AND_ASSIGN(const auto now,
                       interventions_->Gaps(viewer_, proximity_->token()));
  ASSERT_EQ(now.size(), 1u);
  EXPECT_EQ(now[0].places(), 1);
  EXPECT_EQ(now[0].nearest_place(), "regions/stockholm/places/register-1");
  EXPECT_THAT(GapsOn("2023-10-14"), ElementsAre("s NO_MEASURE"));
  EXPECT_THAT(GapsOn("2023-10-16"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-10-20"), ElementsAre("s NO_MEASURE"));
}

// It would say that a place had been without a measure before it was.
TEST_F(InterventionsGapsTest, ADayIsNotToldWhatBeganAfterIt) {
  KnownSite();
  access::v1::AsOf as_of;
  as_of.set_valid_date("2023-11-13");
  ASSERT_OK_AND_ASSIGN(const auto then,
                       interventions_->Gaps(viewer_, "", "", as_of));
  ASSERT_EQ(then.size(), 1u);
  EXPECT_FALSE(then[0].has_since());
  as_of.set_valid_date("2023-11-15");
  ASSERT_OK_AND_ASSIGN(const auto tomorrow,
                       interventions_->Gaps(viewer_, "", "", as_of));
  ASSERT_EQ(tomorrow.size(), 1u);
  EXPECT_TRUE(tomorrow[0].has_since());
}

// What is bound to be overdue can be asked for ahead.
TEST_F(InterventionsGapsTest, ADayToComeKnowsWhatWillBeOverdue) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite());
  request.mutable_intervention()->set_next_follow_up("2023-11-20");
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(coordinator_, request));
  ASSERT_THAT(interventions_->Activate(coordinator_, made.name()), IsOk());
  EXPECT_THAT(GapsOn("2023-11-20"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-11-21"), ElementsAre("s FOLLOW_UP_OVERDUE"));
}

}  // namespace
}  // namespace lagesbild::interventions
