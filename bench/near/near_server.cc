#include "bench/near/near_server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/load.h"
#include "bench/must.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"
#include "services/proximity/test_proximity.h"

namespace lagesbild::bench {
namespace {

using proximity::v1::FindPlacesNearRequest;
using proximity::v1::FindPlacesNearResponse;
using proximity::v1::ProximityAnalysis;

constexpr char kPath[] =
    "/lagesbild.proximity.v1.ProximityAnalysis/FindPlacesNear";
constexpr std::size_t kRowsInMessage = 1000;
constexpr std::size_t kRowsInFile = 250'000;
constexpr int kLargestPage = 1000;
constexpr absl::Duration kBudget = absl::Minutes(5);

FindPlacesNearRequest RequestFor(const geo::LatLng& around,
                                 geo::Meters radius) {
  FindPlacesNearRequest request;
  request.set_parent(registry::kTestRegion);
  *request.mutable_geometry() =
      registry::PointAt(around.latitude, around.longitude);
  request.set_radius_m(radius.value());
  request.set_page_size(kLargestPage);
  return request;
}

// The towns lie in two municipalities, one south of this parallel.
constexpr double kParallel = 61;
constexpr char kSouth[] = "0180";
constexpr char kNorth[] = "0181";

void AddCountry(registry::TestRegistry* registry) {
  registry::v1::ImportAreasRequest request;
  request.set_parent(registry::kTestRegion);
  *request.add_areas() =
      registry::AreaOf(registry::v1::AREA_KIND_MUNICIPALITY, kSouth,
                       registry::BoxOf(55, 11, kParallel, 24));
  *request.add_areas() =
      registry::AreaOf(registry::v1::AREA_KIND_MUNICIPALITY, kNorth,
                       registry::BoxOf(kParallel, 11, 67, 24));
  Must(registry->ImportAreas(registry::CoordinationCaller(), {request}));
}

}  // namespace

NearServer::NearServer(const std::vector<geo::LatLng>& places)
    : registry_ledger_(ledger::NewMemoryLedger(host_.clock(), host_.ids())),
      ledger_(ledger::NewMemoryLedger(host_.clock(), host_.ids())),
      registry_(std::make_unique<registry::TestRegistry>(
          registry_ledger_.get(), host_.clock(), host_.ids())) {
  AddCountry(registry_.get());
  auto deps = host_.DepsOver<proximity::ProximityDeps>(ledger_.get());
  deps.registry = registry_->channel();
  component_ = Must(proximity::ProximityComponent::Open(std::move(deps)));
  server_ = host_.Serve(component_.get());
  channel_ = OpenChannel(server_->port());
  Import(places);
}

NearServer::~NearServer() { server_->Drain(); }

void NearServer::Import(const std::vector<geo::LatLng>& places) {
  // A file has an end, a country need not.
  for (std::size_t at = 0; at < places.size(); at += kRowsInFile) {
    const std::size_t end = std::min(places.size(), at + kRowsInFile);
    ImportFile(absl::StrCat("file-", at),
               absl::MakeConstSpan(places).subspan(at, end - at));
  }
}

void NearServer::ImportFile(const std::string& source,
                            absl::Span<const geo::LatLng> places) {
  grpc::ClientContext context;
  rpc::SetCaller(registry::CoordinationCaller(), kBudget, &context);
  rpc::SetConsistencyToken(registry_->token(), &context);
  proximity::v1::ImportPlacesResponse response;
  const auto stub = ProximityAnalysis::NewStub(channel_);
  const auto writer = stub->ImportPlaces(&context, &response);
  for (std::size_t at = 0; at < places.size(); at += kRowsInMessage) {
    std::vector<proximity::v1::Place> rows;
    const std::size_t end = std::min(places.size(), at + kRowsInMessage);
    for (std::size_t i = at; i < end; ++i) {
      rows.push_back(proximity::SchoolAt(absl::StrCat(i), places[i].latitude,
                                         places[i].longitude));
      rows.back().set_municipality(places[i].latitude < kParallel ? kSouth
                                                                  : kNorth);
    }
    proximity::v1::ImportPlacesRequest message = proximity::ImportOf(rows);
    message.set_source(source);
    message.set_expected_rows(static_cast<std::int64_t>(places.size()));
    writer->Write(message);
  }
  writer->WritesDone();
  Must(rpc::FromGrpc(writer->Finish()));
}

double NearServer::NearPerSecond(const std::vector<geo::LatLng>& around,
                                 geo::Meters radius, int outstanding,
                                 absl::Duration duration) const {
  LoadOptions load;
  load.path = kPath;
  load.caller = registry::CoordinationCaller();
  load.outstanding = outstanding;
  load.duration = duration;
  for (const geo::LatLng& point : around) {
    load.requests.push_back(RequestFor(point, radius).SerializeAsString());
  }
  const LoadResult result = RunLoad(channel_, load);
  if (result.failed > 0) {
    Must(absl::InternalError(absl::StrCat(result.failed, " calls failed")));
  }
  return result.calls_per_second;
}

std::int64_t NearServer::CountNear(const std::vector<geo::LatLng>& around,
                                   geo::Meters radius) const {
  const auto stub = ProximityAnalysis::NewStub(channel_);
  std::int64_t found = 0;
  for (const geo::LatLng& point : around) {
    grpc::ClientContext context;
    rpc::SetCaller(registry::CoordinationCaller(), kBudget, &context);
    FindPlacesNearResponse response;
    Must(rpc::FromGrpc(
        stub->FindPlacesNear(&context, RequestFor(point, radius), &response)));
    found += response.places_size();
    if (!response.next_page_token().empty()) {
      Must(absl::InternalError("more places than fit on a page"));
    }
  }
  return found;
}

}  // namespace lagesbild::bench
