#include "cli/up/suite.h"

#include <filesystem>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/sqlite_ledger.h"
#include "lib/rpc/tls.h"
#include "services/interventions/interventions_component.h"
#include "services/notifications/notifications_component.h"
#include "services/proximity/proximity_component.h"
#include "services/registry/registry_component.h"

namespace lagesbild::cli {
namespace {

// Within one process every caller over a channel is the suite itself.
rpc::Identify InProcessCallers() {
  rpc::SuiteOptions suite;
  suite.trust_in_process = true;
  return rpc::SuiteIdentity(std::move(suite));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Suite>> Suite::Start(const SuiteOptions& options,
                                                    process::Runtime* runtime) {
  auto suite = absl::WrapUnique(new Suite(options, runtime));
  LB_RETURN_IF_ERROR(suite->StartRegistry());
  LB_RETURN_IF_ERROR(suite->StartProximity());
  LB_RETURN_IF_ERROR(suite->StartInterventions());
  LB_RETURN_IF_ERROR(suite->StartNotifications());
  LB_RETURN_IF_ERROR(suite->StartGateway());
  return suite;
}

Suite::~Suite() { Drain(); }

void Suite::Drain() {
  // Callers first, then the followers before those whom they follow: none may
  // open a stream to a server that is gone. One that could not be served
  // follows all the same.
  if (door_ != nullptr) {
    door_->Drain();
  } else {
    gateway_.reset();
  }
  for (Member* member :
       {&notifications_, &interventions_, &proximity_, &registry_}) {
    if (member->server != nullptr) {
      member->server->Drain();
    } else {
      member->component.reset();
    }
  }
}

absl::Status Suite::OpenLedger(const std::string& service,
                               Member* member) const {
  const std::filesystem::path dir =
      std::filesystem::path(options_.data_dir) / "ledgers";
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot make ", dir.string(), ": ", error.message()));
  }
  ledger::SqliteOptions options;
  options.name = absl::StrCat(service, "/", options_.region);
  LB_ASSIGN_OR_RETURN(
      member->ledger,
      ledger::OpenSqlite((dir / (service + ".db")).string(), runtime_->clock(),
                         runtime_->ids(), options));
  return absl::OkStatus();
}

absl::Status Suite::Serve(Member* member) const {
  rpc::ServerOptions options;
  options.logger = runtime_->logger();
  LB_ASSIGN_OR_RETURN(
      member->server,
      rpc::Server::Start(std::move(options), {member->component.get()}));
  member->channel = member->server->InProcessChannel();
  return absl::OkStatus();
}

process::Environment Suite::EnvironmentOf(const Member& member) const {
  process::Environment environment;
  environment.runtime = runtime_;
  environment.region = options_.region;
  environment.ledger = member.ledger.get();
  environment.handlers = runtime_->Handlers(InProcessCallers());
  return environment;
}

absl::Status Suite::StartRegistry() {
  LB_RETURN_IF_ERROR(OpenLedger("registry", &registry_));
  LB_ASSIGN_OR_RETURN(
      registry_.component,
      registry::RegistryComponent::Open(
          EnvironmentOf(registry_).Lend<registry::RegistryDeps>()));
  return Serve(&registry_);
}

absl::Status Suite::StartProximity() {
  LB_RETURN_IF_ERROR(OpenLedger("proximity", &proximity_));
  auto deps = EnvironmentOf(proximity_).Lend<proximity::ProximityDeps>();
  deps.registry = registry_.channel;
  LB_ASSIGN_OR_RETURN(proximity_.component,
                      proximity::ProximityComponent::Open(std::move(deps)));
  return Serve(&proximity_);
}

absl::Status Suite::StartInterventions() {
  LB_RETURN_IF_ERROR(OpenLedger("interventions", &interventions_));
  auto deps =
      EnvironmentOf(interventions_).Lend<interventions::InterventionsDeps>();
  deps.registry = registry_.channel;
  deps.proximity = proximity_.channel;
  LB_ASSIGN_OR_RETURN(
      interventions_.component,
      interventions::InterventionsComponent::Open(std::move(deps)));
  return Serve(&interventions_);
}

absl::Status Suite::StartNotifications() {
  LB_RETURN_IF_ERROR(OpenLedger("notifications", &notifications_));
  auto deps =
      EnvironmentOf(notifications_).Lend<notifications::NotificationsDeps>();
  deps.upstreams = {registry_.channel, proximity_.channel,
                    interventions_.channel};
  deps.webhooks.targets = {.allow_http = options_.allow_local_webhooks,
                           .allow_private = options_.allow_local_webhooks};
  LB_ASSIGN_OR_RETURN(
      notifications_.component,
      notifications::NotificationsComponent::Open(std::move(deps)));
  return Serve(&notifications_);
}

absl::Status Suite::StartGateway() {
  gateway::GatewayDeps deps;
  deps.clock = runtime_->clock();
  deps.ids = runtime_->ids();
  deps.logger = runtime_->logger();
  deps.access_log = runtime_->access_log();
  deps.metrics = runtime_->metrics();
  deps.upstreams = {registry_.channel, proximity_.channel,
                    interventions_.channel, notifications_.channel};
  gateway::GatewayOptions options = options_.gateway;
  options.region = options_.region;
  options.contracts = gateway::Contracts::kSame;
  LB_ASSIGN_OR_RETURN(gateway_, gateway::GatewayComponent::Open(options, deps));
  rpc::ServerOptions server;
  server.address = options_.grpc_address;
  server.admin_address = options_.admin_address;
  LB_ASSIGN_OR_RETURN(server.credentials,
                      rpc::OpenServerCredentials(options_.tls));
  server.generic = gateway_->Generic();
  server.logger = runtime_->logger();
  server.metrics = runtime_->metrics();
  LB_ASSIGN_OR_RETURN(door_,
                      rpc::Server::Start(std::move(server), {gateway_.get()}));
  return absl::OkStatus();
}

}  // namespace lagesbild::cli
