#include "services/proximity/proximity_service.h"

#include <functional>
#include <utility>

#include "lib/base/status.h"
#include "lib/rpc/collect.h"
#include "lib/watch/admit.h"
#include "services/proximity/exposure_watch.h"

namespace lagesbild::proximity {

grpc::ServerReadReactor<v1::ImportPlacesRequest>*
ProximityService::ImportPlaces(grpc::CallbackServerContext* context,
                               v1::ImportPlacesResponse* response) {
  return rpc::Collect<v1::ImportPlacesRequest>(
      handlers_, context, response, "ProximityAnalysis.ImportPlaces", {},
      std::bind_front(&ProximityImports::ImportPlaces, &imports_));
}

grpc::ServerUnaryReactor* ProximityService::GetPlace(
    grpc::CallbackServerContext* context, const v1::GetPlaceRequest* request,
    v1::Place* response) {
  return handlers_->Unary(context, request, response,
                          "ProximityAnalysis.GetPlace",
                          std::bind_front(&ProximityReads::GetPlace, &reads_));
}

grpc::ServerUnaryReactor* ProximityService::ListPlaces(
    grpc::CallbackServerContext* context, const v1::ListPlacesRequest* request,
    v1::ListPlacesResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.ListPlaces",
      std::bind_front(&ProximityReads::ListPlaces, &reads_));
}

grpc::ServerUnaryReactor* ProximityService::ListLayers(
    grpc::CallbackServerContext* context, const v1::ListLayersRequest* request,
    v1::ListLayersResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.ListLayers",
      std::bind_front(&ProximityReads::ListLayers, &reads_));
}

grpc::ServerUnaryReactor* ProximityService::ListExposures(
    grpc::CallbackServerContext* context,
    const v1::ListExposuresRequest* request,
    v1::ListExposuresResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.ListExposures",
      std::bind_front(&ProximityReads::ListExposures, &reads_));
}

watch::WatchReactor* ProximityService::WatchExposures(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchExposuresRequest>(
      handlers_, hub_, context, "ProximityAnalysis.WatchExposures", *request,
      std::bind_front(&ProximityService::RendererFor, this));
}

absl::StatusOr<std::shared_ptr<watch::Renderer>> ProximityService::RendererFor(
    const access::v1::Caller& caller,
    const v1::WatchExposuresRequest& request) const {
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(
      api::Filter filter,
      backend_.presenter->ReadFilter(request.filter(),
                                     v1::Exposure::descriptor(), caller));
  return MakeExposureRenderer(backend_.presenter, backend_.view, caller,
                              request, std::move(filter));
}

}  // namespace lagesbild::proximity
