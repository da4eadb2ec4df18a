#include "services/registry/order.h"

#include <utility>

namespace lagesbild::registry {
Act ActOf(const Backend& backend, const rpc::Call& call) {
  // Stored times have microseconds.
  const absl::Time now =
      absl::FromUnixMicros(absl::ToUnixMicros(backend.clock->Now()));
  return {call.caller(), now, base::DateInSweden(now)};
}

DecideOnState OnScene(const Backend& backend, Act act, DecideOnScene decide) {
  return [backend, act = std::move(act),
          decide = std::move(decide)](const RegistryState& state) {
    return decide(Scene{state, backend.area_sets, *backend.presenter, act});
  };
}

}  // namespace lagesbild::registry
