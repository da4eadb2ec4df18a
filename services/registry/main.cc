#include "lib/process/service_main.h"
#include "services/registry/registry_component.h"

namespace {

absl::StatusOr<std::unique_ptr<lagesbild::rpc::Component>> Make(
    const lagesbild::process::Environment& environment) {
  return lagesbild::registry::RegistryComponent::Open(
      environment.Lend<lagesbild::registry::RegistryDeps>());
}

}  // namespace

int main(int argc, char** argv) {
  lagesbild::process::ServiceSpec spec;
  spec.name = "registry";
  spec.purpose = "Serves the sites of a region, and the areas they lie in.";
  spec.make = Make;
  return lagesbild::process::ServiceMain(argc, argv, spec);
}
