#include "services/proximity/test_proximity.h"

#include "lib/rpc/identity.h"

namespace lagesbild::proximity {
namespace {

constexpr char kRegion[] = "regions/stockholm";
constexpr int kLargestPage = 1000;

void Fail(const char* what, const absl::Status& status) {
  fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  abort();
}

}  // namespace

v1::Place SchoolAt(const std::string& external_id, double latitude,
                   double longitude) {
  v1::Place place;
  place.set_external_id(external_id);
  place.set_display_name("School " + external_id);
  place.add_kinds(v1::PLACE_KIND_PRIMARY_SCHOOL);
  place.mutable_position()->set_latitude(latitude);
  place.mutable_position()->set_longitude(longitude);
  place.set_municipality("0180");
  return place;
}

v1::ImportPlacesRequest ImportOf(const std::vector<v1::Place>& places) {
  v1::ImportPlacesRequest request;
  request.set_parent(kRegion);
  request.set_source("register");
  for (const v1::Place& place : places) *request.add_places() = place;
  request.set_expected_rows(static_cast<std::int64_t>(places.size()));
  return request;
}

TestProximity::TestProximity(ledger::Ledger* ledger, const base::Clock* clock,
                             std::shared_ptr<grpc::Channel> registry,
                             std::size_t max_layer_exposures) {
  ProximityDeps deps;
  deps.ledger = ledger;
  deps.clock = clock;
  deps.ids = &ids_;
  deps.logger = &logger_;
  deps.region = "stockholm";
  deps.registry = std::move(registry);
  deps.handlers.clock = clock;
  deps.handlers.logger = &logger_;
  deps.handlers.identify =
      rpc::SuiteIdentity({.members = {}, .trust_in_process = true});
  deps.day_check = absl::Milliseconds(20);
  deps.max_layer_exposures = max_layer_exposures;
  auto component = ProximityComponent::Open(std::move(deps));
  if (!component.ok()) Fail("open", component.status());
  component_ = *std::move(component);
  rpc::ServerOptions options;
  options.logger = &logger_;
  auto server = rpc::Server::Start(std::move(options), {component_.get()});
  if (!server.ok()) Fail("start", server.status());
  server_ = *std::move(server);
  channel_ = server_->InProcessChannel();
  stub_ = v1::ProximityAnalysis::NewStub(channel_);
}

TestProximity::~TestProximity() { server_->Drain(); }

absl::StatusOr<v1::ImportPlacesResponse> TestProximity::Import(
    const access::v1::Caller& caller,
    const std::vector<v1::ImportPlacesRequest>& messages,
    const std::string& token) {
  grpc::ClientContext context;
  rpc::SetCaller(caller, kTestBudget, &context);
  if (!token.empty()) rpc::SetConsistencyToken(token, &context);
  v1::ImportPlacesResponse response;
  auto writer = stub_->ImportPlaces(&context, &response);
  for (const auto& message : messages) writer->Write(message);
  writer->WritesDone();
  const absl::Status status = rpc::FromGrpc(writer->Finish());
  token_ = rpc::ConsistencyTokenOf(context);
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<std::vector<v1::Place>> TestProximity::Places(
    const access::v1::Caller& caller, const std::string& filter,
    const std::string& token) {
  v1::ListPlacesRequest request;
  request.set_parent(kRegion);
  request.set_page_size(kLargestPage);
  request.set_filter(filter);
  auto page =
      Call(caller, &v1::ProximityAnalysis::Stub::ListPlaces, request, token);
  if (!page.ok()) return page.status();
  return std::vector<v1::Place>(page->places().begin(), page->places().end());
}

absl::StatusOr<std::vector<v1::Exposure>> TestProximity::Exposures(
    const access::v1::Caller& caller, const std::string& token,
    const std::string& filter) {
  v1::ListExposuresRequest request;
  request.set_parent(kRegion);
  request.set_page_size(kLargestPage);
  request.set_filter(filter);
  auto page =
      Call(caller, &v1::ProximityAnalysis::Stub::ListExposures, request, token);
  if (!page.ok()) return page.status();
  return std::vector<v1::Exposure>(page->exposures().begin(),
                                   page->exposures().end());
}

}  // namespace lagesbild::proximity
