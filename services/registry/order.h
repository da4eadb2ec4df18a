#ifndef LAGESBILD_SERVICES_REGISTRY_ORDER_H_
#define LAGESBILD_SERVICES_REGISTRY_ORDER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/writer.h"
#include "services/registry/backend.h"
#include "services/registry/site_changes.h"

namespace lagesbild::registry {

// What all requests that write have in common.
struct Order {
  std::string request_id;
  std::string digest;  // of the request
  bool validate_only = false;
};

using DecideOnState = view::Writer<RegistryState>::Decide;
using DecideOnScene =
    std::function<absl::StatusOr<ledger::Transaction>(const Scene&)>;

// Who acts, now.
Act ActOf(const Backend& backend, const rpc::Call& call);

// The decision with all that it is made on.
DecideOnState OnScene(const Backend& backend, Act act, DecideOnScene decide);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_ORDER_H_
