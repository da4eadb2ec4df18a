// If these fail, two replicas of interventions derive the same thing twice.
#include "services/interventions/interventions_fixture.h"
#include "tests/testing/replica_race.h"

namespace lagesbild::interventions {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::IsEmpty;
using testing::IsOk;

// Two replicas that follow one registry and one proximity.
class InterventionsReplicasTest : public InterventionsFixture {
 protected:
  InterventionsReplicasTest() {
    interventions_ = Replica(race_.one());
    other_ = Replica(race_.two());
  }
  // They commit until then, so the race must outlive them.
  ~InterventionsReplicasTest() override {
    proximity_access_.Release();
    interventions_.reset();
    other_.reset();
  }

  std::unique_ptr<TestInterventions> Replica(ledger::Ledger* ledger) {
    return std::make_unique<TestInterventions>(
        ledger, &clock_, &ids_, registry_->channel(), proximity_->channel());
  }

  void AwaitBoth(const std::string& token) {
    for (TestInterventions* replica : {interventions_.get(), other_.get()}) {
      ASSERT_THAT(replica->Gaps(office_, token), IsOk());
    }
  }

  // How often the record was written.
  int WritesOf(const std::string& key) {
    const auto versions = ledger_->ReadVersions(key);
    EXPECT_THAT(versions, IsOk());
    return versions.ok() ? static_cast<int>(versions->size()) : -1;
  }

  // Of two that decided the same thing the late one is refused, and finds then
  // that there is nothing left to do.
  void ExpectOnce(const std::string& cause,
                  const std::function<void()>& change) {
    AwaitBoth(registry_->token());
    const auto outcome = race_.Run(cause, change);
    EXPECT_THAT(outcome.first, IsOk());
    EXPECT_THAT(outcome.late,
                ErrorIs(absl::StatusCode::kAborted, "REVISION_MISMATCH"));
  }

  testing::ReplicaRace race_{ledger_.get()};
  std::unique_ptr<TestInterventions> other_;
};

TEST_F(InterventionsReplicasTest, TheLateReplicaTakesNoSiteAgain) {
  // Proximity must not tell of it before both have decided.
  ExpectOnce("WatchSites", [this] {
    proximity_access_.HoldCommits("");
    AddSite("s", 300);
  });
  proximity_access_.Release();
  AwaitBoth(registry_->token());
  EXPECT_EQ(WritesOf("kept/site/s"), 1);
  EXPECT_THAT(race_.Repetitions(), IsEmpty());
}

TEST_F(InterventionsReplicasTest, TheLateReplicaTakesNoExposureAgain) {
  AddOpenSite("s", 300);
  ExpectOnce("WatchExposures", [this] {
    proximity::v1::ImportPlacesRequest second = proximity::ImportOf(
        {proximity::SchoolAt("2", kSchool, kLongitude + 0.001)});
    second.set_keep_missing(true);
    ASSERT_THAT(proximity_->Import(office_, {second}), IsOk());
  });
  AwaitBoth(proximity_->token());
  EXPECT_EQ(WritesOf("kept/exposure/primary-schools-500~s~register-2"), 1);
  // Opened, and now with two schools.
  EXPECT_EQ(WritesOf("gap/s"), 2);
  EXPECT_THAT(race_.Repetitions(), IsEmpty());
}

TEST_F(InterventionsReplicasTest, TheLateReplicaTurnsNoDayAgain) {
  const std::string site = AddOpenSite("s", 300);
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  v1::CreateInterventionRequest request = PlanOf(site, "lighting", "i");
  request.mutable_intervention()->set_next_follow_up("2023-11-15");
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(coordinator_, request));
  ASSERT_THAT(interventions_->Activate(coordinator_, made.name()), IsOk());
  const int before = WritesOf("gap/s");
  // The day turns for proximity, too, which must not tell of it meanwhile.
  ExpectOnce("RollDay", [this] {
    proximity_access_.HoldCommits("");
    clock_.JumpWall(absl::Hours(48));
  });
  proximity_access_.Release();
  EXPECT_THAT(Gaps(), ElementsAre("s FOLLOW_UP_OVERDUE"));
  EXPECT_EQ(WritesOf("gap/s"), before + 1);
}

}  // namespace
}  // namespace lagesbild::interventions
