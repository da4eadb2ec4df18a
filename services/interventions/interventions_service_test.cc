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
using testing::IsOk;
using testing::StatusIs;
using Stub = v1::InterventionTracking::Stub;
using enum absl::StatusCode;

class InterventionsServiceTest : public InterventionsFixture {
 protected:
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
              ErrorIs(kFailedPrecondition, "WRONG_STATE"));
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

TEST_F(InterventionsServiceTest, AnIdThatIsTakenIsRefused) {
  const auto request = PlanOf(KnownSite(), "lighting", "i");
  ASSERT_THAT(interventions_->Create(coordinator_, request), IsOk());
  EXPECT_THAT(interventions_->Create(coordinator_, request),
              ErrorIs(kAlreadyExists, "RESOURCE_EXISTS"));
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
              ErrorIs(kNotFound, "RESOURCE_NOT_FOUND"));
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

// A page of another version than the one before holds a measure twice, or in a
// state that the first page's count does not know.
TEST_F(InterventionsServiceTest, PagesAreOfOneVersion) {
  const std::string site = KnownSite();
  for (const char* id : {"a", "b", "c"}) {
    ASSERT_THAT(
        interventions_->Create(coordinator_, PlanOf(site, "lighting", id)),
        IsOk());
  }
  ASSERT_OK_AND_ASSIGN(const auto first, List(viewer_, "", 2));
  const std::string last = first.interventions(1).name();
  ASSERT_THAT(interventions_->Activate(coordinator_,
                                       last.substr(0, last.size() - 1) + "c"),
              IsOk());
  ASSERT_THAT(
      interventions_->Create(coordinator_, PlanOf(site, "lighting", "d")),
      IsOk());
  ASSERT_OK_AND_ASSIGN(const auto rest,
                       List(viewer_, "", 2, first.next_page_token()));
  ASSERT_EQ(rest.interventions_size(), 1);
  EXPECT_EQ(rest.interventions(0).state(), v1::INTERVENTION_STATE_PLANNED);
  EXPECT_EQ(rest.next_page_token(), "");
}

// The gaps of a meeting's list would change while its pages are turned.
TEST_F(InterventionsServiceTest, PagesOfGapsAreOfOneVersion) {
  KnownSite("s");
  const std::string covered = KnownSite("t");
  v1::ListCoverageGapsRequest request;
  request.set_parent(registry::kTestRegion);
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(
      const auto first,
      interventions_->Call(viewer_, &Stub::ListCoverageGaps, request));
  ASSERT_THAT(interventions_->Activate(coordinator_, Planned(covered).name()),
              IsOk());
  ASSERT_THAT(Gaps(), ElementsAre("s NO_MEASURE"));
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(
      const auto second,
      interventions_->Call(viewer_, &Stub::ListCoverageGaps, request));
  ASSERT_EQ(second.gaps_size(), 1);
  EXPECT_EQ(second.gaps(0).site(), covered);
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
