#include "services/proximity/proximity_service.h"

#include <functional>
#include <utility>

#include "lib/base/status.h"
#include "lib/rpc/collect.h"
#include "lib/watch/admit.h"
#include "services/proximity/exposure_watch.h"
#include "services/proximity/place_watch.h"

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

grpc::ServerUnaryReactor* ProximityService::CorrectPlace(
    grpc::CallbackServerContext* context,
    const v1::CorrectPlaceRequest* request, v1::Place* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.CorrectPlace",
      std::bind_front(&ProximityWrites::CorrectPlace, &writes_));
}

grpc::ServerUnaryReactor* ProximityService::GetLayer(
    grpc::CallbackServerContext* context, const v1::GetLayerRequest* request,
    v1::Layer* response) {
  return handlers_->Unary(context, request, response,
                          "ProximityAnalysis.GetLayer",
                          std::bind_front(&ProximityReads::GetLayer, &reads_));
}

grpc::ServerUnaryReactor* ProximityService::CreateLayer(
    grpc::CallbackServerContext* context, const v1::CreateLayerRequest* request,
    v1::Layer* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.CreateLayer",
      std::bind_front(&ProximityWrites::CreateLayer, &writes_));
}

grpc::ServerUnaryReactor* ProximityService::UpdateLayer(
    grpc::CallbackServerContext* context, const v1::UpdateLayerRequest* request,
    v1::Layer* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.UpdateLayer",
      std::bind_front(&ProximityWrites::UpdateLayer, &writes_));
}

grpc::ServerUnaryReactor* ProximityService::DeleteLayer(
    grpc::CallbackServerContext* context, const v1::DeleteLayerRequest* request,
    v1::DeleteLayerResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.DeleteLayer",
      std::bind_front(&ProximityWrites::DeleteLayer, &writes_));
}

grpc::ServerUnaryReactor* ProximityService::FindPlacesNear(
    grpc::CallbackServerContext* context,
    const v1::FindPlacesNearRequest* request,
    v1::FindPlacesNearResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.FindPlacesNear",
      std::bind_front(&ProximityQuestions::FindPlacesNear, &questions_));
}

grpc::ServerUnaryReactor* ProximityService::FindSitesNear(
    grpc::CallbackServerContext* context,
    const v1::FindSitesNearRequest* request,
    v1::FindSitesNearResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.FindSitesNear",
      std::bind_front(&ProximityQuestions::FindSitesNear, &questions_));
}

grpc::ServerUnaryReactor* ProximityService::AnalyzeWhatIf(
    grpc::CallbackServerContext* context,
    const v1::AnalyzeWhatIfRequest* request,
    v1::AnalyzeWhatIfResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.AnalyzeWhatIf",
      std::bind_front(&ProximityQuestions::AnalyzeWhatIf, &questions_));
}

grpc::ServerUnaryReactor* ProximityService::SummarizeExposure(
    grpc::CallbackServerContext* context,
    const v1::SummarizeExposureRequest* request,
    v1::SummarizeExposureResponse* response) {
  return handlers_->Unary(
      context, request, response, "ProximityAnalysis.SummarizeExposure",
      std::bind_front(&ProximityQuestions::SummarizeExposure, &questions_));
}

watch::WatchReactor* ProximityService::WatchPlaces(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchPlacesRequest>(
      handlers_, hub_, context, "ProximityAnalysis.WatchPlaces", *request,
      std::bind_front(&ProximityService::PlaceRendererFor, this));
}

watch::WatchReactor* ProximityService::WatchLayers(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchLayersRequest>(
      handlers_, hub_, context, "ProximityAnalysis.WatchLayers", *request,
      std::bind_front(&ProximityService::LayerRendererFor, this));
}

watch::WatchReactor* ProximityService::WatchExposures(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchExposuresRequest>(
      handlers_, hub_, context, "ProximityAnalysis.WatchExposures", *request,
      std::bind_front(&ProximityService::ExposureRendererFor, this));
}

ProximityService::MadeRenderer ProximityService::PlaceRendererFor(
    const access::v1::Caller& caller,
    const v1::WatchPlacesRequest& request) const {
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(api::Filter filter,
                      backend_.presenter->ReadFilter(
                          request.filter(), v1::Place::descriptor(), caller));
  return MakePlaceRenderer(backend_.presenter, backend_.view, caller,
                           request.filter(), std::move(filter));
}

ProximityService::MadeRenderer ProximityService::LayerRendererFor(
    const access::v1::Caller& caller,
    const v1::WatchLayersRequest& request) const {
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(api::Filter filter,
                      backend_.presenter->ReadFilter(
                          request.filter(), v1::Layer::descriptor(), caller));
  return MakeLayerRenderer(backend_.presenter, backend_.view, caller,
                           request.filter(), std::move(filter));
}

ProximityService::MadeRenderer ProximityService::ExposureRendererFor(
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
