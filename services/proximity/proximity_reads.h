#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_

#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/layer.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"
#include "services/proximity/state_reader.h"

namespace lagesbild::proximity {

// GetPlace and the List methods. Thread-safe; none blocks.
class ProximityReads {
 public:
  explicit ProximityReads(const Backend& backend)
      : backend_(backend), reader_(backend) {}

  void GetPlace(const rpc::CallPtr& call, const v1::GetPlaceRequest& request,
                v1::Place* response, rpc::Done done) const;
  void ListPlaces(const rpc::CallPtr& call,
                  const v1::ListPlacesRequest& request,
                  v1::ListPlacesResponse* response, rpc::Done done) const;
  void GetLayer(const rpc::CallPtr& call, const v1::GetLayerRequest& request,
                v1::Layer* response, rpc::Done done) const;
  void ListLayers(const rpc::CallPtr& call,
                  const v1::ListLayersRequest& request,
                  v1::ListLayersResponse* response, rpc::Done done) const;
  void ListExposures(const rpc::CallPtr& call,
                     const v1::ListExposuresRequest& request,
                     v1::ListExposuresResponse* response, rpc::Done done) const;

 private:
  // With its progress.
  v1::Layer Show(const rpc::Call& call, const api::AsOf& as_of,
                 const Layer& layer) const;

  const Backend backend_;
  const StateReader reader_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_
