#include "lib/process/service_main.h"
#include "services/interventions/interventions_component.h"

namespace {

absl::StatusOr<std::unique_ptr<lagesbild::rpc::Component>> Make(
    const lagesbild::process::Environment& environment) {
  auto deps = environment.Lend<lagesbild::interventions::InterventionsDeps>();
  deps.registry = environment.upstreams.at("registry");
  deps.proximity = environment.upstreams.at("proximity");
  return lagesbild::interventions::InterventionsComponent::Open(
      std::move(deps));
}

}  // namespace

int main(int argc, char** argv) {
  lagesbild::process::ServiceSpec spec;
  spec.name = "interventions";
  spec.purpose = "Serves what is done about sites, and where nothing is.";
  spec.upstreams = {"registry", "proximity"};
  spec.make = Make;
  return lagesbild::process::ServiceMain(argc, argv, spec);
}
