#include "services/interventions/test_interventions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/rpc/identity.h"

namespace lagesbild::interventions {
namespace {

constexpr char kRegion[] = "regions/stockholm";
constexpr int kLargestPage = 1000;

void Fail(const char* what, const absl::Status& status) {
  fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  abort();
}

InterventionsDeps DepsOf(ledger::Ledger* ledger, const base::Clock* clock,
                         base::IdSource* ids, base::Logger* logger) {
  InterventionsDeps deps;
  deps.ledger = ledger;
  deps.clock = clock;
  deps.ids = ids;
  deps.logger = logger;
  deps.region = "stockholm";
  deps.handlers.clock = clock;
  deps.handlers.logger = logger;
  deps.handlers.identify =
      rpc::SuiteIdentity({.members = {}, .trust_in_process = true});
  deps.day_check = absl::Milliseconds(20);
  return deps;
}

}  // namespace

access::v1::Caller CoordinatorOf(const std::string& code) {
  access::v1::Caller caller;
  caller.set_agency("municipality-" + code);
  caller.set_kind(access::v1::AGENCY_KIND_MUNICIPALITY);
  caller.add_roles(access::v1::ROLE_COORDINATOR);
  caller.add_areas(code);
  caller.set_subject("tester");
  return caller;
}

std::string TextOf(const v1::CoverageGap& gap) {
  const std::string kind = v1::GapKind_Name(gap.kind());
  return absl::StrCat(gap.site().substr(gap.site().rfind('/') + 1), " ",
                      absl::StripPrefix(kind, "GAP_KIND_"));
}

v1::CreateInterventionRequest PlanOf(const std::string& site,
                                     const std::string& type,
                                     const std::string& id) {
  v1::CreateInterventionRequest request;
  request.set_parent(kRegion);
  request.set_intervention_id(id);
  request.mutable_intervention()->add_sites(site);
  request.mutable_intervention()->set_type(type);
  return request;
}

TestInterventions::TestInterventions(ledger::Ledger* ledger,
                                     const base::Clock* clock,
                                     base::IdSource* ids,
                                     std::shared_ptr<grpc::Channel> registry,
                                     std::shared_ptr<grpc::Channel> proximity) {
  InterventionsDeps deps = DepsOf(ledger, clock, ids, &logger_);
  deps.registry = std::move(registry);
  deps.proximity = std::move(proximity);
  auto component = InterventionsComponent::Open(std::move(deps));
  if (!component.ok()) Fail("open", component.status());
  component_ = *std::move(component);
  rpc::ServerOptions options;
  options.logger = &logger_;
  auto server = rpc::Server::Start(std::move(options), {component_.get()});
  if (!server.ok()) Fail("start", server.status());
  server_ = *std::move(server);
  channel_ = server_->InProcessChannel();
  stub_ = v1::InterventionTracking::NewStub(channel_);
}

TestInterventions::~TestInterventions() { server_->Drain(); }

absl::StatusOr<v1::Intervention> TestInterventions::Create(
    const access::v1::Caller& caller,
    const v1::CreateInterventionRequest& request) {
  return Call(caller, &Stub::CreateIntervention, request);
}

absl::StatusOr<v1::Intervention> TestInterventions::Activate(
    const access::v1::Caller& caller, const std::string& name,
    const std::string& start) {
  v1::ActivateInterventionRequest request;
  request.set_name(name);
  request.set_start_date(start);
  return Call(caller, &Stub::ActivateIntervention, request);
}

absl::StatusOr<v1::Intervention> TestInterventions::Complete(
    const access::v1::Caller& caller, const std::string& name,
    const std::string& end) {
  v1::CompleteInterventionRequest request;
  request.set_name(name);
  request.set_end_date(end);
  return Call(caller, &Stub::CompleteIntervention, request);
}

absl::StatusOr<v1::Intervention> TestInterventions::Get(
    const access::v1::Caller& caller, const std::string& name) {
  v1::GetInterventionRequest request;
  request.set_name(name);
  return Call(caller, &Stub::GetIntervention, request);
}

absl::StatusOr<std::vector<v1::CoverageGap>> TestInterventions::Gaps(
    const access::v1::Caller& caller, const std::string& token,
    const std::string& filter, const access::v1::AsOf& as_of) {
  v1::ListCoverageGapsRequest request;
  request.set_parent(kRegion);
  request.set_page_size(kLargestPage);
  request.set_filter(filter);
  *request.mutable_as_of() = as_of;
  const auto page = Call(caller, &Stub::ListCoverageGaps, request, token);
  if (!page.ok()) return page.status();
  return std::vector<v1::CoverageGap>(page->gaps().begin(), page->gaps().end());
}

}  // namespace lagesbild::interventions
