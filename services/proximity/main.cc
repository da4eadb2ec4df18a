#include "lib/process/service_main.h"
#include "services/proximity/proximity_component.h"

namespace {

absl::StatusOr<std::unique_ptr<lagesbild::rpc::Component>> Make(
    const lagesbild::process::Environment& environment) {
  auto deps = environment.Lend<lagesbild::proximity::ProximityDeps>();
  deps.registry = environment.upstreams.at("registry");
  return lagesbild::proximity::ProximityComponent::Open(std::move(deps));
}

}  // namespace

int main(int argc, char** argv) {
  lagesbild::process::ServiceSpec spec;
  spec.name = "proximity";
  spec.purpose = "Serves which sites lie near which schools.";
  spec.upstreams = {"registry"};
  spec.make = Make;
  return lagesbild::process::ServiceMain(argc, argv, spec);
}
