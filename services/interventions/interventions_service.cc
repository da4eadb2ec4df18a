#include "services/interventions/interventions_service.h"

#include <functional>
#include <utility>

#include "lib/base/status.h"
#include "lib/watch/admit.h"
#include "services/interventions/interventions_watch.h"

namespace lagesbild::interventions {

grpc::ServerUnaryReactor* InterventionsService::CreateIntervention(
    grpc::CallbackServerContext* context,
    const v1::CreateInterventionRequest* request, v1::Intervention* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.CreateIntervention",
      std::bind_front(&InterventionsWrites::Create, &writes_));
}

grpc::ServerUnaryReactor* InterventionsService::ActivateIntervention(
    grpc::CallbackServerContext* context,
    const v1::ActivateInterventionRequest* request,
    v1::Intervention* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.ActivateIntervention",
      std::bind_front(&InterventionsWrites::Activate, &writes_));
}

grpc::ServerUnaryReactor* InterventionsService::CompleteIntervention(
    grpc::CallbackServerContext* context,
    const v1::CompleteInterventionRequest* request,
    v1::Intervention* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.CompleteIntervention",
      std::bind_front(&InterventionsWrites::Complete, &writes_));
}

grpc::ServerUnaryReactor* InterventionsService::GetIntervention(
    grpc::CallbackServerContext* context,
    const v1::GetInterventionRequest* request, v1::Intervention* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.GetIntervention",
      std::bind_front(&InterventionsReads::GetIntervention, &reads_));
}

grpc::ServerUnaryReactor* InterventionsService::ListInterventions(
    grpc::CallbackServerContext* context,
    const v1::ListInterventionsRequest* request,
    v1::ListInterventionsResponse* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.ListInterventions",
      std::bind_front(&InterventionsReads::ListInterventions, &reads_));
}

grpc::ServerUnaryReactor* InterventionsService::ListCoverageGaps(
    grpc::CallbackServerContext* context,
    const v1::ListCoverageGapsRequest* request,
    v1::ListCoverageGapsResponse* response) {
  return handlers_->Unary(
      context, request, response, "InterventionTracking.ListCoverageGaps",
      std::bind_front(&InterventionsReads::ListCoverageGaps, &reads_));
}

watch::WatchReactor* InterventionsService::WatchInterventions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchInterventionsRequest>(
      handlers_, hub_, context, "InterventionTracking.WatchInterventions",
      *request, std::bind_front(&InterventionsService::InterventionsFor, this));
}

watch::WatchReactor* InterventionsService::WatchCoverageGaps(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchCoverageGapsRequest>(
      handlers_, hub_, context, "InterventionTracking.WatchCoverageGaps",
      *request, std::bind_front(&InterventionsService::GapsFor, this));
}

InterventionsService::RendererOr InterventionsService::InterventionsFor(
    const access::v1::Caller& caller,
    const v1::WatchInterventionsRequest& request) const {
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(
      api::Filter filter,
      backend_.presenter->ReadFilter(request.filter(),
                                     v1::Intervention::descriptor(), caller));
  return MakeInterventionRenderer(backend_.presenter, backend_.view, caller,
                                  request.filter(), std::move(filter));
}

InterventionsService::RendererOr InterventionsService::GapsFor(
    const access::v1::Caller& caller,
    const v1::WatchCoverageGapsRequest& request) const {
  LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(
      api::Filter filter,
      backend_.presenter->ReadFilter(request.filter(),
                                     v1::CoverageGap::descriptor(), caller));
  return MakeGapRenderer(backend_.presenter, backend_.view, caller,
                         request.filter(), std::move(filter));
}

}  // namespace lagesbild::interventions
