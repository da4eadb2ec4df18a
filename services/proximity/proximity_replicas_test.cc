// If these fail, two replicas of proximity derive the same thing twice.
#include "services/proximity/proximity_fixture.h"
#include "tests/testing/replica_race.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::IsEmpty;
using testing::IsOk;

// Two replicas that follow one registry.
class ProximityReplicasTest : public ProximityFixture {
 protected:
  ProximityReplicasTest() {
    proximity_ = std::make_unique<TestProximity>(race_.one(), &clock_,
                                                 registry_->channel());
    other_ = std::make_unique<TestProximity>(race_.two(), &clock_,
                                             registry_->channel());
  }
  // What follows commits until then, so the race must outlive it.
  ~ProximityReplicasTest() override {
    proximity_.reset();
    other_.reset();
  }

  void AwaitBoth() {
    for (TestProximity* replica : {proximity_.get(), other_.get()}) {
      ASSERT_THAT(replica->Exposures(office_, registry_->token()), IsOk());
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
    AwaitBoth();
    const auto outcome = race_.Run(cause, change);
    EXPECT_THAT(outcome.first, IsOk());
    EXPECT_THAT(outcome.late,
                ErrorIs(absl::StatusCode::kAborted, "REVISION_MISMATCH"));
    AwaitBoth();
    EXPECT_THAT(race_.Repetitions(), IsEmpty());
  }

  testing::ReplicaRace race_{ledger_.get()};
  std::unique_ptr<TestProximity> other_;
};

TEST_F(ProximityReplicasTest, TheLateReplicaTakesNoSiteAgain) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  ExpectOnce("WatchSites", [this] { AddSite("s", 59.35, 18.1); });
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  EXPECT_EQ(WritesOf("kept/site/s"), 1);
  EXPECT_EQ(WritesOf("exposure/primary-schools-500~s~register-1"), 1);
}

TEST_F(ProximityReplicasTest, TheLateReplicaTakesNoAreaAgain) {
  ExpectOnce("WatchAreas", [this] {
    registry::v1::ImportAreasRequest request;
    request.set_parent(registry::kTestRegion);
    *request.add_areas() =
        registry::AreaOf(registry::v1::AREA_KIND_MUNICIPALITY, "0186",
                         registry::BoxOf(59.3, 18.2, 59.4, 18.4));
    ASSERT_THAT(registry_->ImportAreas(office_, {request}), IsOk());
  });
  EXPECT_EQ(WritesOf("kept/area/municipality-0186"), 1);
}

TEST_F(ProximityReplicasTest, TheLateReplicaTurnsNoDayAgain) {
  AddSite("s", 59.35, 18.1);
  v1::Place place = SchoolAt("1", 59.35, 18.1);
  place.set_valid_from("2023-11-16");
  ASSERT_THAT(Import({place}), IsOk());
  // Whatever is committed first on the new day derives for it.
  ExpectOnce("", [this] { clock_.JumpWall(absl::Hours(48)); });
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
  // When it was imported, and on its day.
  EXPECT_EQ(WritesOf("exposure/primary-schools-500~s~register-1"), 2);
}

}  // namespace
}  // namespace lagesbild::proximity
