#ifndef LAGESBILD_CLI_UP_SUITE_H_
#define LAGESBILD_CLI_UP_SUITE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/gateway_component.h"
#include "lib/ledger/ledger.h"
#include "lib/process/service_main.h"
#include "lib/rpc/server.h"

namespace lagesbild::cli {

struct SuiteOptions {
  std::string region;
  // Ledgers (SQLite) are kept here: DIR/ledgers/registry.db and so on.
  std::string data_dir;
  std::string grpc_address;   // the gateway's
  std::string admin_address;  // empty: none
  rpc::TlsFiles tls;          // the gateway's
  // Webhooks may go to plain http and to addresses of this machine.
  bool allow_local_webhooks = false;
  gateway::GatewayOptions gateway;
};

// The whole suite in one process: the same components as the five servers',
// over in-process channels and embedded ledgers. Only the gateway has a port.
class Suite {
 public:
  // Opens or makes the ledgers and serves. `runtime` outlives the suite.
  static absl::StatusOr<std::unique_ptr<Suite>> Start(
      const SuiteOptions& options, process::Runtime* runtime);
  // Drains from the gateway inwards and closes the ledgers.
  ~Suite();

  int grpc_port() const { return door_->port(); }
  int admin_port() const { return door_->admin_port(); }
  bool Ready() const { return door_->Ready(); }
  // The gateway reads its files again.
  void Reload() { door_->Reload(); }
  // Blocks until it is done.
  void Drain();

 private:
  // A service with its ledger and its in-process server, in order of need.
  struct Member {
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<rpc::Component> component;
    std::unique_ptr<rpc::Server> server;
    std::shared_ptr<grpc::Channel> channel;
  };

  Suite(const SuiteOptions& options, process::Runtime* runtime)
      : options_(options), runtime_(runtime) {}
  absl::Status OpenLedger(const std::string& service, Member* member) const;
  absl::Status Serve(Member* member) const;
  process::Environment EnvironmentOf(const Member& member) const;
  absl::Status StartRegistry();
  absl::Status StartProximity();
  absl::Status StartInterventions();
  absl::Status StartNotifications();
  absl::Status StartGateway();

  const SuiteOptions options_;
  process::Runtime* const runtime_;
  Member registry_;
  Member proximity_;
  Member interventions_;
  Member notifications_;
  std::unique_ptr<gateway::GatewayComponent> gateway_;
  std::unique_ptr<rpc::Server> door_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_UP_SUITE_H_
