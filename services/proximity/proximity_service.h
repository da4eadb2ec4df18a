#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"
#include "services/proximity/backend.h"
#include "services/proximity/proximity_imports.h"
#include "services/proximity/proximity_reads.h"

namespace lagesbild::proximity {

// The full name of the service, for rpc::Handlers.
inline constexpr char kProximityAnalysis[] =
    "lagesbild.proximity.v1.ProximityAnalysis";

// The gRPC side of proximity: hands every call to the wrapper, and from there
// to reads, imports and the hub. What is passed must outlive it.
class ProximityService final
    : public v1::ProximityAnalysis::WithRawCallbackMethod_WatchExposures<
          v1::ProximityAnalysis::CallbackService> {
 public:
  ProximityService(const Backend& backend, rpc::Handlers* handlers,
                   watch::WatchHub* hub)
      : backend_(backend),
        reads_(backend),
        imports_(backend),
        handlers_(handlers),
        hub_(hub) {}

  grpc::ServerReadReactor<v1::ImportPlacesRequest>* ImportPlaces(
      grpc::CallbackServerContext* context,
      v1::ImportPlacesResponse* response) override;
  grpc::ServerUnaryReactor* GetPlace(grpc::CallbackServerContext* context,
                                     const v1::GetPlaceRequest* request,
                                     v1::Place* response) override;
  grpc::ServerUnaryReactor* ListPlaces(
      grpc::CallbackServerContext* context,
      const v1::ListPlacesRequest* request,
      v1::ListPlacesResponse* response) override;
  grpc::ServerUnaryReactor* ListLayers(
      grpc::CallbackServerContext* context,
      const v1::ListLayersRequest* request,
      v1::ListLayersResponse* response) override;
  grpc::ServerUnaryReactor* ListExposures(
      grpc::CallbackServerContext* context,
      const v1::ListExposuresRequest* request,
      v1::ListExposuresResponse* response) override;
  watch::WatchReactor* WatchExposures(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request) override;

 private:
  absl::StatusOr<std::shared_ptr<watch::Renderer>> RendererFor(
      const access::v1::Caller& caller,
      const v1::WatchExposuresRequest& request) const;

  const Backend backend_;
  ProximityReads reads_;
  ProximityImports imports_;
  rpc::Handlers* const handlers_;
  watch::WatchHub* const hub_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_
