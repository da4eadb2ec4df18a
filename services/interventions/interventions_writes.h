#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WRITES_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WRITES_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lib/rpc/call.h"
#include "services/interventions/backend.h"
#include "services/interventions/intervention_changes.h"

namespace lagesbild::interventions {

// CreateIntervention, ActivateIntervention and CompleteIntervention. Each
// checks what it is given, decides on the view's state together with the gaps
// that follow, commits, and answers when the view shows the result.
// Thread-safe; none blocks.
class InterventionsWrites {
 public:
  explicit InterventionsWrites(const Backend& backend) : backend_(backend) {}

  void Create(const rpc::CallPtr& call,
              const v1::CreateInterventionRequest& request,
              v1::Intervention* response, rpc::Done done);
  void Activate(const rpc::CallPtr& call,
                const v1::ActivateInterventionRequest& request,
                v1::Intervention* response, rpc::Done done);
  void Complete(const rpc::CallPtr& call,
                const v1::CompleteInterventionRequest& request,
                v1::Intervention* response, rpc::Done done);

 private:
  using DecideOnScene =
      std::function<absl::StatusOr<Intervention>(const Scene&)>;

  // What all requests that write have in common.
  struct Order {
    std::string id;  // of the intervention
    std::string request_id;
    std::string digest;  // of the request
    bool validate_only = false;
  };

  template <typename Request>
  absl::StatusOr<Order> OrderOf(const rpc::Call& call,
                                const Request& request) const;
  std::string NewId(const rpc::Call& call, const std::string& request_id) const;

  void Write(const rpc::CallPtr& call, const Order& order, DecideOnScene decide,
             v1::Intervention* response, const rpc::Done& done);
  absl::Status Preview(const rpc::Call& call, const DecideOnScene& decide,
                       v1::Intervention* response) const;
  void Answer(const rpc::CallPtr& call, const std::string& id,
              const ledger::Committed& committed, v1::Intervention* response,
              const rpc::Done& done);
  absl::Status ReadAnswered(const rpc::Call& call, const std::string& id,
                            ledger::Revision revision,
                            v1::Intervention* response) const;

  const Backend backend_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WRITES_H_
