// If these fail, an agency's report is lost, doubled, or counted in the wrong
// place or state.
#include <thread>

#include "services/registry/registry_fixture.h"
#include "tests/testing/waiting.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using Stub = v1::SiteRegistry::Stub;

class RegistryServiceTest : public RegistryFixture {
 protected:
  v1::CreateSiteRequest Creation(const v1::Site& site) {
    v1::CreateSiteRequest request;
    request.set_parent(kTestRegion);
    *request.mutable_site() = site;
    return request;
  }

  v1::Site AssessedOpen(int number) {
    const v1::Site site = NewSite(number);
    EXPECT_THAT(registry_->Assess(municipality_, site.name(),
                                  VerdictOf(v1::PARTY_UNSPECIFIED,
                                            v1::VERDICT_OPEN, "2023-10-01")),
                IsOk());
    const auto open = registry_->Assess(
        police_, site.name(),
        VerdictOf(v1::PARTY_UNSPECIFIED, v1::VERDICT_OPEN, "2023-10-02"));
    EXPECT_THAT(open, IsOk());
    return *open;
  }
};

std::string FieldOf(const absl::Status& status) {
  const auto detail = base::DetailOf(status);
  return detail.violations.empty() ? "" : detail.violations[0].field;
}

// A reported site must be there for all, where it lies.
TEST_F(RegistryServiceTest, AReportedSiteIsShownToAll) {
  const v1::Site created = NewSite(1);
  EXPECT_EQ(created.municipality(), "0180");
  EXPECT_EQ(created.responsible_municipality(), "0180");
  EXPECT_EQ(created.responsible_police(), "0180");
  EXPECT_EQ(created.state(), v1::SITE_STATE_PROPOSED);
  EXPECT_EQ(created.owner_agency(), "municipality-0180");
  ASSERT_OK_AND_ASSIGN(const auto seen,
                       registry_->Get(viewer_, created.name()));
  EXPECT_EQ(seen.display_name(), "Square 1");
  EXPECT_THAT(*registry_->List(viewer_), SizeIs(1));
}

// Without areas a site would lie nowhere and be counted nowhere.
TEST_F(RegistryServiceTest, AreasComeBeforeSites) {
  registry_.reset();
  ledger_ = ledger::NewMemoryLedger(&clock_, &ids_);
  Start();
  EXPECT_THAT(
      registry_->Create(municipality_, SiteOf("S", PointAt(59.35, 18.1))),
      ErrorIs(absl::StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

// A place would be counted in another town than the one it lies in.
TEST_F(RegistryServiceTest, APolygonLiesWhereMostOfItIs) {
  ASSERT_OK_AND_ASSIGN(
      const auto site,
      registry_->Create(office_,
                        SiteOf("Border", BoxOf(59.397, 18.1, 59.405, 18.101))));
  EXPECT_EQ(site.municipality(), "0184");
  EXPECT_THAT(site.municipalities(), ElementsAre("0180", "0184"));
  EXPECT_NEAR(site.area_m2(), 891.0 * 57, 2500);
}

// The two parties make the state, and a closing takes both.
TEST_F(RegistryServiceTest, TheStateFollowsFromBothParties) {
  const v1::Site open = AssessedOpen(1);
  EXPECT_EQ(open.state(), v1::SITE_STATE_OPEN);
  EXPECT_EQ(open.state_since(), "2023-10-02");
  ASSERT_OK_AND_ASSIGN(
      const auto pending,
      registry_->Assess(
          police_, open.name(),
          VerdictOf(v1::PARTY_POLICE, v1::VERDICT_CEASED, "2023-11-01")));
  EXPECT_EQ(pending.state(), v1::SITE_STATE_PENDING);
  EXPECT_EQ(pending.counted_state(), v1::SITE_STATE_OPEN);
  ASSERT_OK_AND_ASSIGN(
      const auto ceased,
      registry_->Assess(
          municipality_, open.name(),
          VerdictOf(v1::PARTY_MUNICIPALITY, v1::VERDICT_CEASED, "2023-11-10")));
  EXPECT_EQ(ceased.state(), v1::SITE_STATE_CEASED);
  EXPECT_EQ(ceased.state_since(), "2023-11-10");
  EXPECT_THAT(ceased.assessments(), SizeIs(4));
}

// The same place reported twice would be counted twice.
TEST_F(RegistryServiceTest, ALikelyDuplicateIsRefusedAndNamed) {
  const v1::Site first = NewSite(1);
  v1::CreateSiteRequest again =
      Creation(SiteOf("Same", PointAt(59.3215, 18.05)));
  const auto refused =
      registry_->Call(police_, &Stub::CreateSite, again).status();
  EXPECT_THAT(refused, ErrorIs(absl::StatusCode::kAlreadyExists,
                               base::kLikelyDuplicate));
  EXPECT_EQ(base::DetailOf(refused).metadata["candidates"], first.name());
  again.add_allow_duplicate_of(first.name());
  EXPECT_THAT(registry_->Call(police_, &Stub::CreateSite, again), IsOk());
  EXPECT_THAT(
      registry_->Create(police_, SiteOf("Far", PointAt(59.3245, 18.05))),
      IsOk());
}

// A report made elsewhere and then moved would be the same place counted twice.
TEST_F(RegistryServiceTest, AMoveOntoAnotherSiteIsRefusedAndNamed) {
  const v1::Site first = NewSite(1);
  v1::UpdateSiteRequest move;
  *move.mutable_site() = NewSite(2);
  *move.mutable_site()->mutable_geometry() = PointAt(59.3215, 18.05);
  move.mutable_update_mask()->add_paths("geometry");
  const auto refused =
      registry_->Call(police_, &Stub::UpdateSite, move).status();
  EXPECT_THAT(refused, ErrorIs(absl::StatusCode::kAlreadyExists,
                               base::kLikelyDuplicate));
  EXPECT_EQ(base::DetailOf(refused).metadata["candidates"], first.name());
  move.add_allow_duplicate_of(first.name());
  EXPECT_THAT(registry_->Call(police_, &Stub::UpdateSite, move), IsOk());
}

// Who looks after a site that lies beside another could not write to it at all.
TEST_F(RegistryServiceTest, ASiteIsNoDuplicateOfItselfNorWhereItStays) {
  const v1::Site first = NewSite(1);
  v1::CreateSiteRequest beside =
      Creation(SiteOf("Beside", PointAt(59.3215, 18.05)));
  beside.add_allow_duplicate_of(first.name());
  ASSERT_OK_AND_ASSIGN(v1::Site site,
                       registry_->Call(police_, &Stub::CreateSite, beside));
  site.clear_etag();
  site.set_note("looked at again");
  EXPECT_THAT(registry_->Update(police_, site, {"*"}), IsOk());
  *site.mutable_geometry() = PointAt(59.3245, 18.05);
  EXPECT_THAT(registry_->Update(police_, site, {"geometry"}), IsOk());
}

// A client that chooses names must be able to tell "taken" from "too near".
TEST_F(RegistryServiceTest, ANameIsTakenOnce) {
  const v1::Site far = SiteOf("Far", PointAt(59.38, 18.05));
  ASSERT_THAT(
      registry_->Create(police_, SiteOf("S", PointAt(59.35, 18.1)), "s"),
      IsOk());
  EXPECT_THAT(registry_->Create(police_, far, "s"),
              ErrorIs(absl::StatusCode::kAlreadyExists, "RESOURCE_EXISTS"));
}

// A withdrawn place was none: it does not stand in the way of a report.
TEST_F(RegistryServiceTest, AWithdrawnSiteIsNoDuplicate) {
  const v1::Site site = NewSite(1);
  for (const auto& caller : {municipality_, police_}) {
    ASSERT_THAT(
        registry_->Assess(caller, site.name(),
                          VerdictOf(v1::PARTY_UNSPECIFIED,
                                    v1::VERDICT_NOT_A_SCENE, "2023-11-01")),
        IsOk());
  }
  EXPECT_THAT(registry_->Create(police_, SiteOf("Anew", PointAt(59.32, 18.05))),
              IsOk());
}

// Two agencies that report the same place at once must not both get through.
TEST_F(RegistryServiceTest, ReportsAtTheSameTimeSeeEachOther) {
  std::vector<absl::StatusOr<v1::Site>> answers(8);
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      grpc::ClientContext context;
      rpc::SetCaller(police_, absl::Seconds(30), &context);
      v1::Site site;
      const auto status = rpc::FromGrpc(registry_->stub()->CreateSite(
          &context, Creation(SiteOf("One", PointAt(59.35, 18.1 + i * 0.0001))),
          &site));
      if (status.ok()) {
        answers[i] = site;
      } else {
        answers[i] = status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int created = 0;
  for (const auto& answer : answers) {
    if (answer.ok()) {
      ++created;
    } else {
      EXPECT_THAT(answer, ErrorIs(absl::StatusCode::kAlreadyExists,
                                  base::kLikelyDuplicate));
    }
  }
  EXPECT_EQ(created, 1);
}

// A client that repeats a request after a broken connection must not report
// twice, and must hear what it would have heard.
TEST_F(RegistryServiceTest, ARepeatedRequestGetsTheFirstAnswer) {
  v1::CreateSiteRequest request =
      Creation(SiteOf("Once", PointAt(59.35, 18.1)));
  request.set_request_id("r-1");
  ASSERT_OK_AND_ASSIGN(
      const auto first,
      registry_->Call(municipality_, &Stub::CreateSite, request));
  v1::Site change = first;
  change.set_note("later");
  ASSERT_THAT(registry_->Update(municipality_, change, {"note"}), IsOk());
  ASSERT_OK_AND_ASSIGN(
      const auto repeat,
      registry_->Call(municipality_, &Stub::CreateSite, request));
  EXPECT_EQ(repeat.SerializeAsString(), first.SerializeAsString());
  request.mutable_site()->set_category("park");
  EXPECT_THAT(
      registry_->Call(municipality_, &Stub::CreateSite, request),
      ErrorIs(absl::StatusCode::kInvalidArgument, base::kRequestIdReused));
}

// A dry run must not leave anything behind.
TEST_F(RegistryServiceTest, ValidateOnlyShowsAndWritesNothing) {
  v1::CreateSiteRequest request =
      Creation(SiteOf("Perhaps", PointAt(59.35, 18.1)));
  request.set_validate_only(true);
  const ledger::Revision before = Head();
  ASSERT_OK_AND_ASSIGN(
      const auto shown,
      registry_->Call(municipality_, &Stub::CreateSite, request));
  EXPECT_EQ(shown.municipality(), "0180");
  EXPECT_EQ(Head(), before);
  EXPECT_THAT(*registry_->List(viewer_), IsEmpty());
}

// Two who edit at once would undo each other unseen.
TEST_F(RegistryServiceTest, StaleWriterIsAborted) {
  const v1::Site site = NewSite(1);
  v1::Site change = site;
  change.set_note("first");
  ASSERT_THAT(registry_->Update(municipality_, change, {"note"}), IsOk());
  change.set_note("second");
  EXPECT_THAT(registry_->Update(municipality_, change, {"note"}),
              ErrorIs(absl::StatusCode::kAborted, base::kEtagMismatch));
  change.clear_etag();
  EXPECT_THAT(registry_->Update(municipality_, change, {"note"}), IsOk());
}

// A mask that is ignored would wipe what others have written.
TEST_F(RegistryServiceTest, OnlyTheFieldsOfTheMaskChange) {
  v1::Site change = NewSite(1);
  change.set_note("kept");
  change.set_category("park");
  ASSERT_OK_AND_ASSIGN(const auto changed,
                       registry_->Update(municipality_, change, {"category"}));
  EXPECT_EQ(changed.category(), "park");
  EXPECT_EQ(changed.note(), "");
  EXPECT_EQ(
      FieldOf(registry_->Update(municipality_, change, {"state"}).status()),
      "update_mask");
  EXPECT_EQ(
      FieldOf(registry_->Update(municipality_, change, {"nonsense"}).status()),
      "update_mask");
}

// A place that moves over a border must be found in its new town.
TEST_F(RegistryServiceTest, AMovedSiteLiesInItsNewMunicipality) {
  v1::Site change = NewSite(1);
  *change.mutable_geometry() = PointAt(59.45, 18.1);
  ASSERT_OK_AND_ASSIGN(const auto moved,
                       registry_->Update(office_, change, {"geometry"}));
  EXPECT_EQ(moved.municipality(), "0184");
  EXPECT_EQ(moved.responsible_municipality(), "0184");
}

// Clients would fetch everything again for a change that they may not see.
TEST_F(RegistryServiceTest, UpdateTimeMovesOnlyWithWhatAllAgenciesSee) {
  const v1::Site site = NewSite(1);
  clock_.Advance(absl::Hours(1));
  v1::Site change = site;
  change.set_law_enforcement_note("seen by few");
  ASSERT_OK_AND_ASSIGN(
      const auto hidden,
      registry_->Update(police_, change, {"law_enforcement_note"}));
  EXPECT_EQ(hidden.update_time().seconds(), site.update_time().seconds());
  change.clear_etag();
  change.set_note("seen by all");
  ASSERT_OK_AND_ASSIGN(const auto open,
                       registry_->Update(police_, change, {"note"}));
  EXPECT_EQ(open.update_time().seconds(), site.update_time().seconds() + 3600);
}

// What was acknowledged must be there after a restart, as it was.
TEST_F(RegistryServiceTest, ARestartShowsTheSame) {
  const v1::Site open = AssessedOpen(1);
  NewSite(2);
  const auto before = *registry_->List(municipality_);
  const ledger::Revision head = Head();
  Start();
  const auto after = *registry_->List(municipality_);
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(before[i].SerializeAsString(), after[i].SerializeAsString());
  }
  EXPECT_EQ(Head(), head);
  EXPECT_THAT(
      registry_->Create(police_, SiteOf("Same", PointAt(59.32, 18.05))),
      ErrorIs(absl::StatusCode::kAlreadyExists, base::kLikelyDuplicate));
}

// The log would grow until the disk is full.
TEST_F(RegistryServiceTest, KeepsAWeekOfItsLog) {
  NewSite(1);
  const ledger::Revision head = ledger_->ReadHead()->revision;
  ASSERT_GT(head, 0);
  clock_.Advance(absl::Hours(24 * 7));
  Start();
  EXPECT_TRUE(testing::Eventually(
      [&] { return *ledger_->CompactedThrough() >= head; }));
}

}  // namespace
}  // namespace lagesbild::registry
