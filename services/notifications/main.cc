#include "lib/process/service_main.h"
#include "services/notifications/notifications_component.h"

int main(int argc, char** argv) {
  bool allow_local_webhooks = false;
  std::string link_base;
  lagesbild::process::ServiceSpec spec;
  spec.name = "notifications";
  spec.purpose = "Serves who is told what, and tells them.";
  spec.upstreams = {"registry", "proximity", "interventions"};
  spec.add_flags = [&](lagesbild::rpc::Flags* flags) {
    flags->Add(
        "allow-local-webhooks",
        "let webhooks go to plain http and private addresses; for trying "
        "things out",
        &allow_local_webhooks);
    flags->Add("link-base", "where links in webhooks lead, with a / at the end",
               &link_base);
  };
  spec.make = [&](const lagesbild::process::Environment& environment)
      -> absl::StatusOr<std::unique_ptr<lagesbild::rpc::Component>> {
    auto deps = environment.Lend<lagesbild::notifications::NotificationsDeps>();
    deps.upstreams = {environment.upstreams.at("registry"),
                      environment.upstreams.at("proximity"),
                      environment.upstreams.at("interventions")};
    deps.link_base = link_base;
    deps.webhooks.targets = {.allow_http = allow_local_webhooks,
                             .allow_private = allow_local_webhooks};
    return lagesbild::notifications::NotificationsComponent::Open(
        std::move(deps));
  };
  return lagesbild::process::ServiceMain(argc, argv, spec);
}
