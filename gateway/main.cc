#include "gateway/gateway_component.h"
#include "lib/access/mint.h"
#include "lib/process/service_main.h"

namespace {

using lagesbild::gateway::GatewayComponent;
using lagesbild::gateway::GatewayDeps;
using lagesbild::gateway::GatewayOptions;

GatewayDeps DepsFrom(const lagesbild::process::Environment& environment) {
  GatewayDeps deps;
  deps.clock = environment.runtime->clock();
  deps.ids = environment.runtime->ids();
  deps.logger = environment.runtime->logger();
  deps.access_log = environment.runtime->access_log();
  deps.metrics = environment.runtime->metrics();
  deps.upstreams = {environment.upstreams.at("registry"),
                    environment.upstreams.at("proximity"),
                    environment.upstreams.at("interventions"),
                    environment.upstreams.at("notifications")};
  return deps;
}

void AddFlags(GatewayOptions* options, lagesbild::rpc::Flags* flags) {
  flags->Add("agencies", "textproto file with the agencies",
             &options->agencies_file);
  flags->Require("agencies");
  flags->Add("policy", "textproto file with who may call what",
             &options->policy_file);
  flags->Require("policy");
  flags->Add("jwks", "JSON Web Key Set file with the issuer's public keys",
             &options->jwks_file);
  flags->Require("jwks");
  flags->Add("issuer", "what the issuer calls itself in tokens",
             &options->issuer);
  flags->Add("audience", "what tokens call this gateway", &options->audience);
}

}  // namespace

int main(int argc, char** argv) {
  GatewayOptions options;
  options.issuer = lagesbild::access::kLocalIssuer;
  options.audience = lagesbild::access::kGatewayAudience;
  lagesbild::process::ServiceSpec spec;
  spec.name = "gateway";
  spec.purpose = "The one door: who is calling, may they, what may they see.";
  spec.upstreams = {"registry", "proximity", "interventions", "notifications"};
  spec.has_ledger = false;
  spec.open_door = true;
  spec.add_flags = [&](lagesbild::rpc::Flags* flags) {
    AddFlags(&options, flags);
  };
  spec.make = [&](const lagesbild::process::Environment& environment)
      -> absl::StatusOr<std::unique_ptr<lagesbild::rpc::Component>> {
    options.region = environment.region;
    return GatewayComponent::Open(options, DepsFrom(environment));
  };
  spec.generic = [](lagesbild::rpc::Component* component) {
    return static_cast<GatewayComponent*>(component)->Generic();
  };
  return lagesbild::process::ServiceMain(argc, argv, spec);
}
