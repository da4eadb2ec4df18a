// If these fail, sites that nobody writes to are shown as they were once.
#include "services/registry/site_upkeep.h"

#include "lib/base/mutex.h"
#include "services/registry/registry_fixture.h"
#include "services/registry/registry_records.h"
#include "tests/testing/waiting.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

constexpr absl::Duration kTwoDays = absl::Hours(48);
constexpr absl::Duration kUntilStale = absl::Hours(24 * 340);

class KeptWarnings final : public base::Logger {
 public:
  void Log(base::Severity severity, absl::string_view event,
           const base::LogFields& fields) override {
    if (severity != base::Severity::kWarning) return;
    base::MutexLock lock(&mutex_);
    absl::StrAppend(&text_, event, "\n");
    for (const auto& [name, value] : fields) {
      absl::StrAppend(&text_, name, "=", value, "\n");
    }
  }
  std::string text() const {
    base::MutexLock lock(&mutex_);
    return text_;
  }

 private:
  mutable base::Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

class UpkeepTest : public RegistryFixture {
 protected:
  UpkeepTest() { logger_ = &warnings_; }
  // It logs as long as it is there.
  ~UpkeepTest() override { registry_.reset(); }

  void Import(const v1::Area& area) {
    v1::ImportAreasRequest request;
    request.set_parent(kTestRegion);
    *request.add_areas() = area;
    ASSERT_THAT(registry_->ImportAreas(office_, {request}), IsOk());
  }

  v1::Site AssessedOpen(int number) {
    v1::Site site = NewSite(number);
    for (const auto& caller : {municipality_, police_}) {
      EXPECT_THAT(registry_->Assess(caller, site.name(),
                                    VerdictOf(v1::PARTY_UNSPECIFIED,
                                              v1::VERDICT_OPEN, "2023-10-01")),
                  IsOk());
    }
    return site;
  }

  KeptWarnings warnings_;
};

// A district that takes over at the turn of the year must find its sites.
TEST_F(UpkeepTest, SitesFollowAreasThatBeginToHold) {
  const v1::Site site = NewSite(1);
  v1::Area district =
      AreaOf(v1::AREA_KIND_DISTRICT, "south", BoxOf(59.3, 18.0, 59.33, 18.2));
  district.set_valid_from("2023-11-16");
  Import(district);
  EXPECT_THAT(registry_->Get(viewer_, site.name())->districts(), IsEmpty());
  clock_.JumpWall(kTwoDays);
  ASSERT_TRUE(Eventually([&] {
    return registry_->Get(viewer_, site.name())->districts_size() > 0;
  }));
  EXPECT_THAT(registry_->Get(viewer_, site.name())->districts(),
              ElementsAre("south"));
}

// A site that drops out of every count would not be missed.
TEST_F(UpkeepTest, ASiteLeftWithoutMunicipalityKeepsItAndIsNamed) {
  const v1::Site site = NewSite(1);
  v1::Area ending =
      AreaOf(v1::AREA_KIND_MUNICIPALITY, "0180", BoxOf(59.3, 18.0, 59.4, 18.2));
  ending.set_valid_to("2023-11-16");
  Import(ending);
  EXPECT_EQ(warnings_.text(), "");
  clock_.JumpWall(kTwoDays);
  ASSERT_TRUE(Eventually([&] { return !warnings_.text().empty(); }));
  EXPECT_THAT(warnings_.text(), HasSubstr("sites=" + site.name()));
  EXPECT_EQ(registry_->Get(viewer_, site.name())->municipality(), "0180");
}

// A day that begins while nothing runs must not be missed, nor told twice.
TEST_F(UpkeepTest, ARestartCatchesUpWithTheDayOnce) {
  AssessedOpen(1);
  NewSite(2);
  registry_.reset();
  const ledger::Revision before = Head();
  clock_.JumpWall(kUntilStale);
  Start();
  EXPECT_EQ(Head(), before + 1);
  EXPECT_THAT(ledger_->ReadChanges(before, 10)->revisions[0].changes,
              SizeIs(1));
  TestRegistry replica(ledger_.get(), &clock_, &ids_);
  EXPECT_EQ(Head(), before + 1);
}

// Two replicas that see the day begin at once would tell everybody twice.
TEST_F(UpkeepTest, WhatAnotherReplicaWroteIsNotWrittenAgain) {
  const absl::Time then = clock_.Now();
  base::NullLogger no_log;
  RegistryState state(&no_log);
  Site site;
  site.id = "square";
  site.geometry = geo::Disc{{59.35, 18.1}, geo::Meters(0)};
  Assessment open;
  open.party = Party::kPolice;
  open.verdict = Verdict::kOpen;
  open.valid_from = open.evidence_date = base::Date(2023, 10, 1);
  site.assessments = {open};
  state.Apply(SiteKey(site.id), EncodeSite(site, ""), 1, then);
  const absl::Time later = then + kUntilStale;
  const UpkeepPlan plan =
      PlanUpkeep(AreaSets().For(state, base::DateInSweden(later)), 0,
                 base::DateInSweden(later), state.sites());
  const ledger::Transaction first = DecideUpkeep(state, plan, later);
  ASSERT_THAT(first.writes, SizeIs(1));
  state.Apply(first.writes[0].key, first.writes[0].value, 2, later);
  EXPECT_THAT(DecideUpkeep(state, plan, later).writes, IsEmpty());
}

}  // namespace
}  // namespace lagesbild::registry
