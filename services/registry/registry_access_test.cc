// If these fail, an agency sees or changes what the law keeps from it.
#include "services/registry/registry_fixture.h"

namespace lagesbild::registry {
namespace {

using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using Stub = v1::SiteRegistry::Stub;

constexpr auto kDenied = absl::StatusCode::kPermissionDenied;

class AccessTest : public RegistryFixture {
 protected:
  // A site of 0180 with a note for each audience.
  v1::Site SiteWithNotes() {
    v1::Site site = SiteOf("Square", PointAt(59.35, 18.1));
    site.set_note("for all");
    site.set_responsible_note("for those responsible");
    site.set_owner_note("for the owner");
    const v1::Site created = *registry_->Create(municipality_, site);
    v1::Site change = created;
    change.clear_etag();
    change.set_law_enforcement_note("for law enforcement");
    const auto noted =
        registry_->Update(police_, change, {"law_enforcement_note"});
    EXPECT_THAT(noted, IsOk());
    return *noted;
  }

  v1::Site FromList(const access::v1::Caller& caller) {
    const auto sites = registry_->List(caller);
    EXPECT_THAT(*sites, SizeIs(1));
    return sites->at(0);
  }
};

// The police's notes must not reach a municipality, whatever it asks.
TEST_F(AccessTest, NotesReachTheirAudienceAlone) {
  const std::string name = SiteWithNotes().name();
  const auto notes = [&](const access::v1::Caller& caller) {
    const v1::Site got = *registry_->Get(caller, name);
    EXPECT_EQ(got.SerializeAsString(), FromList(caller).SerializeAsString());
    EXPECT_EQ(got.note(), "for all");
    return std::vector<bool>{!got.responsible_note().empty(),
                             !got.law_enforcement_note().empty(),
                             !got.owner_note().empty()};
  };
  EXPECT_EQ(notes(police_), (std::vector<bool>{true, true, false}));
  EXPECT_EQ(notes(municipality_), (std::vector<bool>{true, false, true}));
  EXPECT_EQ(notes(neighbour_), (std::vector<bool>{false, false, false}));
  EXPECT_EQ(notes(office_), (std::vector<bool>{true, false, false}));
}

// An answer to a write must tell no more than a read.
TEST_F(AccessTest, AnswersToWritesAreRedactedToo) {
  v1::Site change = SiteWithNotes();
  change.clear_etag();
  change.set_note("other");
  ASSERT_OK_AND_ASSIGN(const auto answer,
                       registry_->Update(municipality_, change, {"note"}));
  EXPECT_EQ(answer.law_enforcement_note(), "");
}

// A filter could spell a hidden note out, letter by letter.
TEST_F(AccessTest, FiltersOverHiddenFieldsAreRefused) {
  SiteWithNotes();
  for (const auto& caller : {municipality_, neighbour_, viewer_}) {
    EXPECT_THAT(registry_->List(caller, "law_enforcement_note:\"law\""),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(*registry_->List(police_, "law_enforcement_note:\"law\""),
              SizeIs(1));
  EXPECT_THAT(*registry_->List(municipality_, "responsible_note:\"those\""),
              SizeIs(1));
  EXPECT_THAT(*registry_->List(neighbour_, "responsible_note:\"those\""),
              IsEmpty());
  EXPECT_THAT(*registry_->List(police_, "owner_note:\"owner\""), IsEmpty());
}

// An etag that moved would tell that something hidden was written.
TEST_F(AccessTest, EtagsMoveOnlyWithWhatTheCallerSees) {
  v1::Site change = SiteWithNotes();
  const std::string before =
      registry_->Get(municipality_, change.name())->etag();
  const std::string police_before =
      registry_->Get(police_, change.name())->etag();
  change.clear_etag();
  change.set_law_enforcement_note("news for law enforcement");
  ASSERT_THAT(registry_->Update(police_, change, {"law_enforcement_note"}),
              IsOk());
  EXPECT_EQ(registry_->Get(municipality_, change.name())->etag(), before);
  EXPECT_NE(registry_->Get(police_, change.name())->etag(), police_before);
}

// Who cannot see a field must not overwrite it.
TEST_F(AccessTest, FieldsThatTheCallerMayNotSeeCannotBeSet) {
  v1::Site change = SiteWithNotes();
  change.clear_etag();
  change.set_law_enforcement_note("mine");
  for (const auto& caller : {municipality_, office_}) {
    EXPECT_THAT(registry_->Update(caller, change, {"law_enforcement_note"}),
                StatusIs(kDenied));
  }
  EXPECT_THAT(registry_->Update(police_, change, {"owner_note"}),
              StatusIs(kDenied));
  v1::Site fresh = SiteOf("Fresh", PointAt(59.36, 18.1));
  fresh.set_law_enforcement_note("mine");
  EXPECT_THAT(registry_->Create(municipality_, fresh), StatusIs(kDenied));
  EXPECT_THAT(registry_->Create(police_, fresh), IsOk());
}

// A replacement by one who does not see a note must leave it alone.
TEST_F(AccessTest, AFullReplacementKeepsWhatIsHidden) {
  v1::Site change = SiteWithNotes();
  change.clear_etag();
  change.clear_law_enforcement_note();
  ASSERT_THAT(registry_->Update(municipality_, change, {"*"}), IsOk());
  EXPECT_EQ(registry_->Get(police_, change.name())->law_enforcement_note(),
            "for law enforcement");
}

// An agency writes where it answers, before the change and after it.
TEST_F(AccessTest, WritesNeedTheAreasBeforeAndAfter) {
  const v1::Site site = NewSite(1);
  v1::Site change = site;
  change.clear_etag();
  change.set_note("not mine");
  EXPECT_THAT(registry_->Update(neighbour_, change, {"note"}),
              StatusIs(kDenied));
  *change.mutable_geometry() = PointAt(59.45, 18.1);
  EXPECT_THAT(registry_->Update(municipality_, change, {"geometry"}),
              StatusIs(kDenied));
  EXPECT_THAT(registry_->Create(neighbour_, SiteOf("S", PointAt(59.35, 18.1))),
              StatusIs(kDenied));
  EXPECT_THAT(registry_->Update(office_, change, {"geometry"}), IsOk());
}

// Each party speaks for itself; the office alone records for another.
TEST_F(AccessTest, VerdictsAreOfTheCallersParty) {
  const v1::Site site = NewSite(1);
  const auto verdict = [](v1::Party party) {
    return VerdictOf(party, v1::VERDICT_OPEN, "2023-10-01");
  };
  EXPECT_THAT(
      registry_->Assess(police_, site.name(), verdict(v1::PARTY_MUNICIPALITY)),
      StatusIs(kDenied));
  EXPECT_THAT(registry_->Assess(neighbour_, site.name(),
                                verdict(v1::PARTY_UNSPECIFIED)),
              StatusIs(kDenied));
  ASSERT_OK_AND_ASSIGN(
      const auto recorded,
      registry_->Assess(office_, site.name(), verdict(v1::PARTY_POLICE)));
  EXPECT_EQ(recorded.assessments(0).party(), v1::PARTY_POLICE);
  EXPECT_TRUE(recorded.assessments(0).on_behalf());
  EXPECT_EQ(recorded.assessments(0).agency(), "coordination-office");
  EXPECT_THAT(
      registry_->Assess(office_, site.name(), verdict(v1::PARTY_UNSPECIFIED)),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

// A refusal must not tell what exists.
TEST_F(AccessTest, RefusalsComeBeforeExistence) {
  const v1::Site site = NewSite(1);
  access::v1::Caller customs = police_;
  customs.set_kind(access::v1::AGENCY_KIND_CUSTOMS);
  access::v1::Caller nowhere = municipality_;
  nowhere.clear_areas();
  const auto verdict =
      VerdictOf(v1::PARTY_UNSPECIFIED, v1::VERDICT_OPEN, "2023-10-01");
  for (const std::string& name :
       {site.name(), std::string("regions/stockholm/sites/none")}) {
    EXPECT_THAT(registry_->Assess(customs, name, verdict), StatusIs(kDenied));
    EXPECT_THAT(registry_->Assess(viewer_, name, verdict), StatusIs(kDenied));
    v1::Site change;
    change.set_name(name);
    change.set_note("n");
    EXPECT_THAT(registry_->Update(nowhere, change, {"note"}),
                StatusIs(kDenied));
    EXPECT_THAT(registry_->Update(viewer_, change, {"note"}),
                StatusIs(kDenied));
  }
}

// Without a role, or without being anybody, nothing is to be had.
TEST_F(AccessTest, RolesAreAskedFor) {
  access::v1::Caller auditor = viewer_;
  auditor.clear_roles();
  auditor.add_roles(access::v1::ROLE_AUDITOR);
  EXPECT_THAT(registry_->List(auditor), StatusIs(kDenied));
  v1::ImportAreasRequest areas;
  areas.set_parent(kTestRegion);
  EXPECT_THAT(registry_->ImportAreas(police_, {areas}), StatusIs(kDenied));
  access::v1::Caller local_admin = municipality_;
  local_admin.add_roles(access::v1::ROLE_ADMIN);
  EXPECT_THAT(registry_->ImportAreas(local_admin, {areas}), StatusIs(kDenied));
  grpc::ClientContext context;
  v1::ListSitesRequest request;
  v1::ListSitesResponse response;
  EXPECT_THAT(
      rpc::FromGrpc(registry_->stub()->ListSites(&context, request, &response)),
      StatusIs(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace lagesbild::registry
