#include "services/registry/test_registry.h"

#include "lib/access/caller.h"
#include "lib/rpc/identity.h"

namespace lagesbild::registry {
namespace {

access::v1::Caller AgencyOf(const std::string& agency,
                            access::v1::AgencyKind kind, access::v1::Role role,
                            const std::string& area) {
  access::v1::Caller caller;
  caller.set_agency(agency);
  caller.set_kind(kind);
  caller.add_roles(access::v1::ROLE_VIEWER);
  caller.add_roles(role);
  caller.add_areas(area);
  caller.set_subject("tester");
  return caller;
}

// How many rows there are, where the test does not say otherwise.
template <typename Request>
void StateRows(std::int64_t count, std::vector<Request>* messages) {
  if (messages->empty() || messages->front().expected_rows() != 0) return;
  messages->front().set_expected_rows(count);
}

void Fail(const char* what, const absl::Status& status) {
  fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  abort();
}

}  // namespace

access::v1::Caller MunicipalityCaller(const std::string& code) {
  return AgencyOf("municipality-" + code, access::v1::AGENCY_KIND_MUNICIPALITY,
                  access::v1::ROLE_REPORTER, code);
}

access::v1::Caller PoliceCaller(const std::string& code) {
  return AgencyOf("police-" + code, access::v1::AGENCY_KIND_POLICE,
                  access::v1::ROLE_REPORTER, code);
}

access::v1::Caller CountyBoardCaller() {
  return AgencyOf("county-board", access::v1::AGENCY_KIND_COUNTY_BOARD,
                  access::v1::ROLE_VIEWER, access::kWholeRegion);
}

access::v1::Caller CoordinationCaller() {
  return AgencyOf("coordination-office",
                  access::v1::AGENCY_KIND_COORDINATION_OFFICE,
                  access::v1::ROLE_ADMIN, access::kWholeRegion);
}

geo::v1::Geometry BoxOf(double south, double west, double north, double east) {
  geo::v1::Geometry geometry;
  auto* ring = geometry.mutable_area()->add_polygons()->add_rings();
  const auto add = [&](double latitude, double longitude) {
    auto* position = ring->add_positions();
    position->set_latitude(latitude);
    position->set_longitude(longitude);
  };
  add(south, west);
  add(south, east);
  add(north, east);
  add(north, west);
  add(south, west);
  return geometry;
}

geo::v1::Geometry PointAt(double latitude, double longitude) {
  geo::v1::Geometry geometry;
  geometry.mutable_circle()->mutable_center()->set_latitude(latitude);
  geometry.mutable_circle()->mutable_center()->set_longitude(longitude);
  return geometry;
}

v1::Area AreaOf(v1::AreaKind kind, const std::string& code,
                geo::v1::Geometry geometry) {
  v1::Area area;
  area.set_kind(kind);
  area.set_code(code);
  area.set_display_name("Area " + code);
  *area.mutable_geometry() = std::move(geometry);
  return area;
}

v1::Site SiteOf(const std::string& display_name, geo::v1::Geometry geometry) {
  v1::Site site;
  site.set_display_name(display_name);
  *site.mutable_geometry() = std::move(geometry);
  return site;
}

v1::Assessment VerdictOf(v1::Party party, v1::Verdict verdict,
                         const std::string& date) {
  v1::Assessment assessment;
  assessment.set_party(party);
  assessment.set_verdict(verdict);
  assessment.set_valid_from(date);
  assessment.set_evidence_date(date);
  assessment.set_definition_version("polisen-2016");
  return assessment;
}

TestRegistry::TestRegistry(ledger::Ledger* ledger, const base::Clock* clock,
                           base::IdSource* ids, base::Logger* logger) {
  if (logger == nullptr) logger = &no_log_;
  RegistryDeps deps;
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
  auto component = RegistryComponent::Open(std::move(deps));
  if (!component.ok()) Fail("open", component.status());
  component_ = *std::move(component);
  rpc::ServerOptions options;
  options.logger = logger;
  auto server = rpc::Server::Start(std::move(options), {component_.get()});
  if (!server.ok()) Fail("start", server.status());
  server_ = *std::move(server);
  channel_ = server_->InProcessChannel();
  stub_ = v1::SiteRegistry::NewStub(channel_);
}

TestRegistry::~TestRegistry() { server_->Drain(); }

absl::StatusOr<v1::ImportAreasResponse> TestRegistry::ImportAreas(
    const access::v1::Caller& caller,
    std::vector<v1::ImportAreasRequest> messages) {
  std::int64_t count = 0;
  for (const auto& message : messages) count += message.areas_size();
  StateRows(count, &messages);
  return Upload<v1::ImportAreasResponse>(
      caller, &v1::SiteRegistry::Stub::ImportAreas, messages);
}

absl::StatusOr<v1::ImportSitesResponse> TestRegistry::ImportSites(
    const access::v1::Caller& caller,
    std::vector<v1::ImportSitesRequest> messages) {
  std::int64_t count = 0;
  for (const auto& message : messages) count += message.rows_size();
  StateRows(count, &messages);
  return Upload<v1::ImportSitesResponse>(
      caller, &v1::SiteRegistry::Stub::ImportSites, messages);
}

absl::StatusOr<v1::Site> TestRegistry::Create(const access::v1::Caller& caller,
                                              const v1::Site& site,
                                              const std::string& id) {
  v1::CreateSiteRequest request;
  request.set_parent(kTestRegion);
  request.set_site_id(id);
  *request.mutable_site() = site;
  return Call(caller, &v1::SiteRegistry::Stub::CreateSite, request);
}

absl::StatusOr<v1::Site> TestRegistry::Get(const access::v1::Caller& caller,
                                           const std::string& name) {
  v1::GetSiteRequest request;
  request.set_name(name);
  return Call(caller, &v1::SiteRegistry::Stub::GetSite, request);
}

absl::StatusOr<v1::Site> TestRegistry::Update(
    const access::v1::Caller& caller, const v1::Site& site,
    const std::vector<std::string>& paths) {
  v1::UpdateSiteRequest request;
  *request.mutable_site() = site;
  for (const std::string& path : paths) {
    request.mutable_update_mask()->add_paths(path);
  }
  return Call(caller, &v1::SiteRegistry::Stub::UpdateSite, request);
}

absl::StatusOr<v1::Site> TestRegistry::Assess(
    const access::v1::Caller& caller, const std::string& name,
    const v1::Assessment& assessment) {
  v1::AssessSiteRequest request;
  request.set_name(name);
  *request.mutable_assessment() = assessment;
  return Call(caller, &v1::SiteRegistry::Stub::AssessSite, request);
}

absl::StatusOr<std::vector<v1::Site>> TestRegistry::List(
    const access::v1::Caller& caller, const std::string& filter) {
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_page_size(1000);
  request.set_filter(filter);
  auto page = Call(caller, &v1::SiteRegistry::Stub::ListSites, request);
  if (!page.ok()) return page.status();
  return std::vector<v1::Site>(page->sites().begin(), page->sites().end());
}

void TestRegistry::ImportTwoMunicipalities() {
  v1::ImportAreasRequest request;
  request.set_parent(kTestRegion);
  *request.add_areas() =
      AreaOf(v1::AREA_KIND_MUNICIPALITY, "0180", BoxOf(59.3, 18.0, 59.4, 18.2));
  *request.add_areas() =
      AreaOf(v1::AREA_KIND_MUNICIPALITY, "0184", BoxOf(59.4, 18.0, 59.5, 18.2));
  const auto imported = ImportAreas(CoordinationCaller(), {request});
  if (!imported.ok()) Fail("import", imported.status());
}

ledger::Revision TestRegistry::revision() const {
  const auto token = access::DecodeConsistencyToken(token_);
  return token.ok() && token->positions_size() == 1
             ? token->positions(0).revision()
             : -1;
}

}  // namespace lagesbild::registry
