// If these fail, an agency cannot record what it does, or records what it may
// not, or is shown what is not for it.
#include "services/interventions/interventions_fixture.h"
#include "tests/testing/waiting.h"

namespace lagesbild::interventions {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;
using Stub = v1::InterventionTracking::Stub;
using enum absl::StatusCode;

class InterventionsServiceTest : public InterventionsFixture {
 protected:
  // A site that is known here.
  std::string KnownSite(const std::string& id = "s") {
    const std::string site = AddOpenSite(id, 300);
    Gaps();  // waits for it
    return site;
  }

  v1::Intervention Planned(const std::string& site,
                           const std::string& type = "lighting") {
    const auto planned =
        interventions_->Create(coordinator_, PlanOf(site, type));
    EXPECT_THAT(planned, IsOk());
    return planned.ok() ? *planned : v1::Intervention();
  }

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

  absl::StatusOr<v1::ListInterventionsResponse> List(
      const access::v1::Caller& caller, const std::string& filter,
      int page_size = 0, const std::string& page_token = "") {
    v1::ListInterventionsRequest request;
    request.set_parent(registry::kTestRegion);
    request.set_filter(filter);
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    return interventions_->Call(caller, &Stub::ListInterventions, request);
  }
};

TEST_F(InterventionsServiceTest, WhatIsPlannedIsAnsweredWhole) {
  const std::string site = KnownSite();
  v1::CreateInterventionRequest request = PlanOf(site, "lighting", "i-1");
  request.mutable_intervention()->set_aim("Too dark");
  request.mutable_intervention()->set_plan("Lamps by the stairs");
  request.mutable_intervention()->set_next_follow_up("2024-02-01");
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(coordinator_, request));
  EXPECT_EQ(made.name(), "regions/stockholm/interventions/i-1");
  EXPECT_EQ(made.state(), v1::INTERVENTION_STATE_PLANNED);
  EXPECT_EQ(made.responsible_agency(), "municipality-0180");
  EXPECT_THAT(made.municipalities(), ElementsAre("0180"));
  ASSERT_OK_AND_ASSIGN(const auto read,
                       interventions_->Get(coordinator_, made.name()));
  EXPECT_EQ(read.SerializeAsString(), made.SerializeAsString());
}

TEST_F(InterventionsServiceTest, StatesFollowTheCustomMethodsOnly) {
  const auto planned = Planned(KnownSite());
  EXPECT_THAT(interventions_->Complete(coordinator_, planned.name()),
              StatusIs(kFailedPrecondition));
  ASSERT_OK_AND_ASSIGN(const auto active,
                       interventions_->Activate(coordinator_, planned.name()));
  EXPECT_EQ(active.state(), v1::INTERVENTION_STATE_ACTIVE);
  EXPECT_EQ(active.start_date(), "2023-11-14");
  EXPECT_THAT(interventions_->Activate(coordinator_, planned.name()),
              StatusIs(kFailedPrecondition));
  ASSERT_OK_AND_ASSIGN(const auto done,
                       interventions_->Complete(coordinator_, planned.name()));
  EXPECT_EQ(done.state(), v1::INTERVENTION_STATE_COMPLETED);
  EXPECT_EQ(done.end_date(), "2023-11-15");
}

TEST_F(InterventionsServiceTest, EveryFaultIsNamed) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite(), "prayer");
  request.mutable_intervention()->set_aim("Ask 19121212-1212");
  request.mutable_intervention()->set_start_date("2023-2-1");
  const auto refused = interventions_->Create(coordinator_, request);
  EXPECT_THAT(refused, ErrorIs(kInvalidArgument, "PERSONAL_IDENTITY_NUMBER"));
  std::vector<std::string> fields;
  for (const auto& violation : base::DetailOf(refused.status()).violations) {
    fields.push_back(violation.field);
  }
  EXPECT_THAT(fields, ElementsAre("intervention.type", "intervention.aim",
                                  "intervention.start_date"));
  EXPECT_THAT(std::string(refused.status().message()),
              ::testing::Not(HasSubstr("1212")));
}

TEST_F(InterventionsServiceTest, AnUnknownTypeIsAnsweredWithTheCatalogue) {
  const auto refused =
      interventions_->Create(coordinator_, PlanOf(KnownSite(), "prayer"));
  ASSERT_EQ(base::DetailOf(refused.status()).violations.size(), 1u);
  EXPECT_THAT(base::DetailOf(refused.status()).violations[0].description,
              AllOf(HasSubstr("outreach-buyers"), HasSubstr("lighting")));
}

TEST_F(InterventionsServiceTest, AnUnknownSiteIsRefused) {
  KnownSite();
  EXPECT_THAT(interventions_->Create(
                  coordinator_, PlanOf("regions/stockholm/sites/elsewhere")),
              ErrorIs(kInvalidArgument, "INVALID_FIELD"));
  EXPECT_THAT(interventions_->Create(coordinator_, PlanOf("a square")),
              ErrorIs(kInvalidArgument, "INVALID_FIELD"));
}

TEST_F(InterventionsServiceTest, OnlyWhoAnswersForThePlaceIntervenes) {
  const std::string site = KnownSite();
  EXPECT_THAT(interventions_->Create(neighbour_, PlanOf(site)),
              ErrorIs(kPermissionDenied, "NOT_ALLOWED"));
  EXPECT_THAT(interventions_->Create(viewer_, PlanOf(site)),
              StatusIs(kPermissionDenied));
  const auto planned = Planned(site);
  EXPECT_THAT(interventions_->Activate(neighbour_, planned.name()),
              ErrorIs(kPermissionDenied, "NOT_ALLOWED"));
  EXPECT_THAT(interventions_->Activate(office_, planned.name()), IsOk());
}

TEST_F(InterventionsServiceTest, OnlyTheOfficeRecordsForAnother) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite());
  request.mutable_intervention()->set_responsible_agency("police-0180");
  EXPECT_THAT(interventions_->Create(coordinator_, request),
              ErrorIs(kPermissionDenied, "NOT_ALLOWED"));
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(office_, request));
  EXPECT_EQ(made.responsible_agency(), "police-0180");
}

TEST_F(InterventionsServiceTest, ARepeatedRequestIsAnsweredOnce) {
  const std::string site = KnownSite();
  v1::CreateInterventionRequest request = PlanOf(site);
  request.set_request_id("once");
  ASSERT_OK_AND_ASSIGN(const auto first,
                       interventions_->Create(coordinator_, request));
  ASSERT_THAT(interventions_->Activate(coordinator_, first.name()), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto again,
                       interventions_->Create(coordinator_, request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  request.mutable_intervention()->set_type("pruning");
  EXPECT_THAT(interventions_->Create(coordinator_, request),
              ErrorIs(kInvalidArgument, "REQUEST_ID_REUSED"));
}

TEST_F(InterventionsServiceTest, StaleWriterIsAborted) {
  const auto planned = Planned(KnownSite());
  v1::ActivateInterventionRequest request;
  request.set_name(planned.name());
  request.set_etag("another");
  EXPECT_THAT(
      interventions_->Call(coordinator_, &Stub::ActivateIntervention, request),
      ErrorIs(kAborted, "ETAG_MISMATCH"));
  request.set_etag(planned.etag());
  EXPECT_THAT(
      interventions_->Call(coordinator_, &Stub::ActivateIntervention, request),
      IsOk());
}

TEST_F(InterventionsServiceTest, WhatIsOnlyCheckedIsNotRecorded) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite(), "lighting", "i");
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const auto preview,
                       interventions_->Create(coordinator_, request));
  EXPECT_EQ(preview.state(), v1::INTERVENTION_STATE_PLANNED);
  EXPECT_THAT(interventions_->Get(coordinator_, preview.name()),
              StatusIs(kNotFound));
  EXPECT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
}

TEST_F(InterventionsServiceTest, AStateThatIsOnlyCheckedStaysAsItWas) {
  const auto planned = Planned(KnownSite());
  v1::ActivateInterventionRequest activation;
  activation.set_name(planned.name());
  activation.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(
      const auto active,
      interventions_->Call(coordinator_, &Stub::ActivateIntervention,
                           activation));
  EXPECT_EQ(active.state(), v1::INTERVENTION_STATE_ACTIVE);
  EXPECT_THAT(Gaps(), ElementsAre("s PLANNED_ONLY"));
  v1::CompleteInterventionRequest completion;
  completion.set_name(planned.name());
  completion.set_validate_only(true);
  EXPECT_THAT(interventions_->Call(coordinator_, &Stub::CompleteIntervention,
                                   completion),
              StatusIs(kFailedPrecondition));
  ASSERT_THAT(interventions_->Activate(coordinator_, planned.name()), IsOk());
  ASSERT_OK_AND_ASSIGN(
      const auto done,
      interventions_->Call(coordinator_, &Stub::CompleteIntervention,
                           completion));
  EXPECT_EQ(done.state(), v1::INTERVENTION_STATE_COMPLETED);
  ASSERT_OK_AND_ASSIGN(const auto kept,
                       interventions_->Get(coordinator_, planned.name()));
  EXPECT_EQ(kept.state(), v1::INTERVENTION_STATE_ACTIVE);
}

TEST_F(InterventionsServiceTest, ThePlanIsForThoseResponsible) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite(), "lighting", "i");
  request.mutable_intervention()->set_plan("At night");
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(coordinator_, request));
  ASSERT_OK_AND_ASSIGN(const auto seen,
                       interventions_->Get(neighbour_, made.name()));
  EXPECT_EQ(seen.plan(), "");
  EXPECT_NE(seen.etag(), made.etag());
  EXPECT_THAT(List(neighbour_, "plan:\"night\""),
              ErrorIs(kInvalidArgument, "INVALID_FIELD"));
}

TEST_F(InterventionsServiceTest, ListsArePagedAndFiltered) {
  const std::string site = KnownSite();
  for (const char* type : {"lighting", "pruning", "controls"}) {
    ASSERT_THAT(interventions_->Create(coordinator_, PlanOf(site, type, type)),
                IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const auto first, List(viewer_, "", 2));
  EXPECT_EQ(first.interventions_size(), 2);
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       List(viewer_, "", 2, first.next_page_token()));
  ASSERT_EQ(rest.interventions_size(), 1);
  EXPECT_EQ(rest.interventions(0).type(), "pruning");
  EXPECT_EQ(rest.next_page_token(), "");
  ASSERT_OK_AND_ASSIGN(
      const auto some,
      List(viewer_, "type = \"controls\" AND sites : \"" + site + "\""));
  EXPECT_EQ(some.interventions_size(), 1);
  EXPECT_THAT(List(viewer_, "", -1), StatusIs(kInvalidArgument));
}

TEST_F(InterventionsServiceTest, AGapSaysWhyAndSinceWhen) {
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

TEST_F(InterventionsServiceTest, GapsAreFilteredByKind) {
  const std::string site = KnownSite("s");
  AddOpenSite("t", 200);
  Planned(site);
  EXPECT_THAT(Gaps("kind = GAP_KIND_NO_MEASURE"), ElementsAre("t NO_MEASURE"));
}

TEST_F(InterventionsServiceTest, WhatWasRecordedThenIsAnsweredNow) {
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

TEST_F(InterventionsServiceTest, APastDayHadItsOwnGaps) {
  const auto planned = Planned(KnownSite());
  ASSERT_THAT(
      interventions_->Activate(coordinator_, planned.name(), "2023-11-01"),
      IsOk());
  EXPECT_THAT(GapsOn("2023-10-31"), ElementsAre("s PLANNED_ONLY"));
  EXPECT_THAT(GapsOn("2023-11-01"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-11-14"), IsEmpty());
}

// A report of the last year-end would show the scenes of today.
TEST_F(InterventionsServiceTest, APastDayHadItsOwnSites) {
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

TEST_F(InterventionsServiceTest, APastDayHadItsOwnSchools) {
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
TEST_F(InterventionsServiceTest, ADayIsNotToldWhatBeganAfterIt) {
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
TEST_F(InterventionsServiceTest, ADayToComeKnowsWhatWillBeOverdue) {
  v1::CreateInterventionRequest request = PlanOf(KnownSite());
  request.mutable_intervention()->set_next_follow_up("2023-11-20");
  ASSERT_OK_AND_ASSIGN(const auto made,
                       interventions_->Create(coordinator_, request));
  ASSERT_THAT(interventions_->Activate(coordinator_, made.name()), IsOk());
  EXPECT_THAT(GapsOn("2023-11-20"), IsEmpty());
  EXPECT_THAT(GapsOn("2023-11-21"), ElementsAre("s FOLLOW_UP_OVERDUE"));
}

// The log would grow until the disk is full.
TEST_F(InterventionsServiceTest, KeepsAWeekOfItsLog) {
  KnownSite();
  const ledger::Revision head = ledger_->ReadHead()->revision;
  ASSERT_GT(head, 0);
  clock_.Advance(absl::Hours(24 * 7));
  Start();
  EXPECT_TRUE(testing::Eventually(
      [&] { return *ledger_->CompactedThrough() >= head; }));
}

}  // namespace
}  // namespace lagesbild::interventions
