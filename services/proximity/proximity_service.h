#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"
#include "services/proximity/backend.h"
#include "services/proximity/proximity_imports.h"
#include "services/proximity/proximity_questions.h"
#include "services/proximity/proximity_reads.h"
#include "services/proximity/proximity_writes.h"

namespace lagesbild::proximity {

// The full name of the service, for rpc::Handlers.
inline constexpr char kProximityAnalysis[] =
    "lagesbild.proximity.v1.ProximityAnalysis";

// The gRPC side of proximity: hands every call to the wrapper, and from there
// to reads, questions, writes, imports and the hub. What is passed must outlive
// it.
class ProximityService final
    : public v1::ProximityAnalysis::WithRawCallbackMethod_WatchPlaces<
          v1::ProximityAnalysis::WithRawCallbackMethod_WatchLayers<
              v1::ProximityAnalysis::WithRawCallbackMethod_WatchExposures<
                  v1::ProximityAnalysis::CallbackService>>> {
 public:
  ProximityService(const Backend& backend, rpc::Handlers* handlers,
                   watch::WatchHub* hub)
      : backend_(backend),
        reads_(backend),
        questions_(backend),
        writes_(backend),
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
  grpc::ServerUnaryReactor* CorrectPlace(grpc::CallbackServerContext* context,
                                         const v1::CorrectPlaceRequest* request,
                                         v1::Place* response) override;
  grpc::ServerUnaryReactor* GetLayer(grpc::CallbackServerContext* context,
                                     const v1::GetLayerRequest* request,
                                     v1::Layer* response) override;
  grpc::ServerUnaryReactor* CreateLayer(grpc::CallbackServerContext* context,
                                        const v1::CreateLayerRequest* request,
                                        v1::Layer* response) override;
  grpc::ServerUnaryReactor* UpdateLayer(grpc::CallbackServerContext* context,
                                        const v1::UpdateLayerRequest* request,
                                        v1::Layer* response) override;
  grpc::ServerUnaryReactor* DeleteLayer(
      grpc::CallbackServerContext* context,
      const v1::DeleteLayerRequest* request,
      v1::DeleteLayerResponse* response) override;
  grpc::ServerUnaryReactor* FindPlacesNear(
      grpc::CallbackServerContext* context,
      const v1::FindPlacesNearRequest* request,
      v1::FindPlacesNearResponse* response) override;
  grpc::ServerUnaryReactor* FindSitesNear(
      grpc::CallbackServerContext* context,
      const v1::FindSitesNearRequest* request,
      v1::FindSitesNearResponse* response) override;
  grpc::ServerUnaryReactor* AnalyzeWhatIf(
      grpc::CallbackServerContext* context,
      const v1::AnalyzeWhatIfRequest* request,
      v1::AnalyzeWhatIfResponse* response) override;
  grpc::ServerUnaryReactor* SummarizeExposure(
      grpc::CallbackServerContext* context,
      const v1::SummarizeExposureRequest* request,
      v1::SummarizeExposureResponse* response) override;
  watch::WatchReactor* WatchPlaces(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request) override;
  watch::WatchReactor* WatchLayers(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request) override;
  watch::WatchReactor* WatchExposures(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request) override;

 private:
  using MadeRenderer = absl::StatusOr<std::shared_ptr<watch::Renderer>>;
  MadeRenderer PlaceRendererFor(const access::v1::Caller& caller,
                                const v1::WatchPlacesRequest& request) const;
  MadeRenderer LayerRendererFor(const access::v1::Caller& caller,
                                const v1::WatchLayersRequest& request) const;
  MadeRenderer ExposureRendererFor(
      const access::v1::Caller& caller,
      const v1::WatchExposuresRequest& request) const;

  const Backend backend_;
  ProximityReads reads_;
  ProximityQuestions questions_;
  ProximityWrites writes_;
  ProximityImports imports_;
  rpc::Handlers* const handlers_;
  watch::WatchHub* const hub_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_SERVICE_H_
