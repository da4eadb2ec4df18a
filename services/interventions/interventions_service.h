#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_SERVICE_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"
#include "services/interventions/backend.h"
#include "services/interventions/interventions_reads.h"
#include "services/interventions/interventions_writes.h"

namespace lagesbild::interventions {

// The full name of the service, for rpc::Handlers.
inline constexpr char kInterventionTracking[] =
    "lagesbild.interventions.v1.InterventionTracking";

// The gRPC side of interventions: hands every call to the wrapper, and from
// there to reads, writes and the hub. What is passed must outlive it.
class InterventionsService final
    : public v1::InterventionTracking::WithRawCallbackMethod_WatchInterventions<
          v1::InterventionTracking::WithRawCallbackMethod_WatchCoverageGaps<
              v1::InterventionTracking::CallbackService>> {
 public:
  InterventionsService(const Backend& backend, rpc::Handlers* handlers,
                       watch::WatchHub* hub)
      : backend_(backend),
        reads_(backend),
        writes_(backend),
        handlers_(handlers),
        hub_(hub) {}

  grpc::ServerUnaryReactor* CreateIntervention(
      grpc::CallbackServerContext* context,
      const v1::CreateInterventionRequest* request,
      v1::Intervention* response) override;
  grpc::ServerUnaryReactor* ActivateIntervention(
      grpc::CallbackServerContext* context,
      const v1::ActivateInterventionRequest* request,
      v1::Intervention* response) override;
  grpc::ServerUnaryReactor* CompleteIntervention(
      grpc::CallbackServerContext* context,
      const v1::CompleteInterventionRequest* request,
      v1::Intervention* response) override;
  grpc::ServerUnaryReactor* GetIntervention(
      grpc::CallbackServerContext* context,
      const v1::GetInterventionRequest* request,
      v1::Intervention* response) override;
  grpc::ServerUnaryReactor* ListInterventions(
      grpc::CallbackServerContext* context,
      const v1::ListInterventionsRequest* request,
      v1::ListInterventionsResponse* response) override;
  grpc::ServerUnaryReactor* ListCoverageGaps(
      grpc::CallbackServerContext* context,
      const v1::ListCoverageGapsRequest* request,
      v1::ListCoverageGapsResponse* response) override;
  watch::WatchReactor* WatchInterventions(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;
  watch::WatchReactor* WatchCoverageGaps(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;

 private:
  using RendererOr = absl::StatusOr<std::shared_ptr<watch::Renderer>>;

  RendererOr InterventionsFor(
      const access::v1::Caller& caller,
      const v1::WatchInterventionsRequest& request) const;
  RendererOr GapsFor(const access::v1::Caller& caller,
                     const v1::WatchCoverageGapsRequest& request) const;

  const Backend backend_;
  InterventionsReads reads_;
  InterventionsWrites writes_;
  rpc::Handlers* const handlers_;
  watch::WatchHub* const hub_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_SERVICE_H_
