#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_

#include <functional>

#include "lagesbild/proximity/v1/proximity.pb.h"
#include "lib/api/time.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"

namespace lagesbild::proximity {

// GetPlace and the List methods. Reads of now come from the view, earlier ones
// from history. Thread-safe; none blocks.
class ProximityReads {
 public:
  explicit ProximityReads(const Backend& backend) : backend_(backend) {}

  void GetPlace(const rpc::CallPtr& call, const v1::GetPlaceRequest& request,
                v1::Place* response, rpc::Done done) const;
  void ListPlaces(const rpc::CallPtr& call,
                  const v1::ListPlacesRequest& request,
                  v1::ListPlacesResponse* response, rpc::Done done) const;
  void ListLayers(const rpc::CallPtr& call,
                  const v1::ListLayersRequest& request,
                  v1::ListLayersResponse* response, rpc::Done done) const;
  void ListExposures(const rpc::CallPtr& call,
                     const v1::ListExposuresRequest& request,
                     v1::ListExposuresResponse* response, rpc::Done done) const;

 private:
  using OnState = std::function<absl::Status(const ProximityState&)>;

  // Runs `use` once on the state that `as_of` names, under the view's lock
  // where that is the live one, then `finish` on the executor, and answers.
  void Read(const rpc::CallPtr& call, const api::AsOf& as_of, OnState use,
            std::function<absl::Status()> finish, rpc::Done done) const;
  base::Date ValidDate(const api::AsOf& as_of) const;

  const Backend backend_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_READS_H_
