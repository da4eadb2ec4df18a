#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_WRITES_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_WRITES_H_

#include <functional>
#include <string>

#include "lagesbild/proximity/v1/layer.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/rpc/call.h"
#include "services/proximity/backend.h"
#include "services/proximity/proximity_commit.h"
#include "services/proximity/write_input.h"

namespace lagesbild::proximity {

// CorrectPlace and what changes layers. Each checks what it is given, decides
// on the view's state together with the exposures that follow, commits, and
// answers when the view shows the result. Thread-safe; none blocks.
class ProximityWrites {
 public:
  explicit ProximityWrites(const Backend& backend) : backend_(backend) {}

  void CorrectPlace(const rpc::CallPtr& call,
                    const v1::CorrectPlaceRequest& request, v1::Place* response,
                    rpc::Done done);
  void CreateLayer(const rpc::CallPtr& call,
                   const v1::CreateLayerRequest& request, v1::Layer* response,
                   rpc::Done done);
  void UpdateLayer(const rpc::CallPtr& call,
                   const v1::UpdateLayerRequest& request, v1::Layer* response,
                   rpc::Done done);
  void DeleteLayer(const rpc::CallPtr& call,
                   const v1::DeleteLayerRequest& request,
                   v1::DeleteLayerResponse* response, rpc::Done done);

 private:
  // Puts what is decided into the builder; what would be is shown in the
  // response.
  using Decide =
      std::function<absl::Status(const ProximityState&, CommitBuilder*)>;
  // Shows in the response what stands at the revision.
  using Fill = std::function<absl::Status(ledger::Revision)>;

  void Write(const rpc::CallPtr& call, const Order& order, Decide decide,
             Fill fill, const rpc::Done& done);
  absl::Status Preview(const Decide& decide) const;
  // What the record under `key` was at the revision; NOT_FOUND.
  absl::StatusOr<Stored> RecordAt(const std::string& key,
                                  ledger::Revision revision) const;
  absl::Status FillPlace(const rpc::Call& call, const std::string& id,
                         ledger::Revision revision, v1::Place* response) const;
  absl::Status FillLayer(const rpc::Call& call, const std::string& id,
                         ledger::Revision revision, v1::Layer* response) const;
  absl::Status FillDeleted(const std::string& id, ledger::Revision revision,
                           v1::DeleteLayerResponse* response) const;

  const Backend backend_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_WRITES_H_
