// If these fail, a gap is missed, shown where there is none, or out of date
// after a restart or beside another replica.
#include "services/interventions/interventions_fixture.h"
#include "services/interventions/interventions_records.h"

namespace lagesbild::interventions {
namespace {

using registry::v1::PARTY_MUNICIPALITY;
using registry::v1::PARTY_POLICE;
using registry::v1::VERDICT_CEASED;
using registry::v1::VERDICT_OPEN;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

using InterventionsFollowerTest = InterventionsFixture;

TEST_F(InterventionsFollowerTest, AnOpenSiteNearASchoolIsAGap) {
  AddOpenSite("near", 300);
  AddOpenSite("far", 900);
  AddSite("reported", 310);
  EXPECT_THAT(Gaps(), ElementsAre("near NO_MEASURE"));
}

TEST_F(InterventionsFollowerTest, AGapFollowsTheSitesStateAndPlace) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  MoveSite(site, 900);
  EXPECT_THAT(Gaps(), IsEmpty());
  MoveSite(site, 100);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  // One party alone does not close it.
  Assess(site, PARTY_POLICE, VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  Assess(site, PARTY_MUNICIPALITY, VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(Gaps(), IsEmpty());
  // A ceased one that one party calls open counts as ceased meanwhile.
  Assess(site, PARTY_POLICE, VERDICT_OPEN, "2023-11-05");
  EXPECT_THAT(Gaps(), IsEmpty());
}

TEST_F(InterventionsFollowerTest, AnActiveMeasureClosesTheGap) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  ASSERT_OK_AND_ASSIGN(const auto planned,
                       interventions_->Create(coordinator_, PlanOf(site)));
  EXPECT_THAT(Gaps(), ElementsAre("s PLANNED_ONLY"));
  ASSERT_THAT(interventions_->Activate(coordinator_, planned.name()), IsOk());
  EXPECT_THAT(Gaps(), IsEmpty());
  ASSERT_THAT(interventions_->Complete(coordinator_, planned.name()), IsOk());
  EXPECT_THAT(Gaps(), ElementsAre("s ENDED_UNEVALUATED"));
}

TEST_F(InterventionsFollowerTest, ARestartGoesOnFromWhatIsStored) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  interventions_.reset();
  Agree(site, VERDICT_CEASED, "2023-11-01");
  AddOpenSite("t", 200);
  Start();
  EXPECT_THAT(Gaps(), ElementsAre("t NO_MEASURE"));
}

}  // namespace
}  // namespace lagesbild::interventions
