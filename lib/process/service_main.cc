#include "lib/process/service_main.h"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/access/certs.h"
#include "lib/base/status.h"
#include "lib/process/open_ledger.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/identity.h"
#include "lib/rpc/server.h"
#include "lib/rpc/signals.h"

namespace lagesbild::process {
namespace {

struct ServiceFlags {
  std::string listen = "127.0.0.1:0";
  std::string admin;
  std::string certs;
  std::string region = "local";
  LedgerPlace ledger;
  std::map<std::string, std::string> upstreams;
  absl::Duration notice = absl::ZeroDuration();
};

// The full names whose reads a channel may retry.
std::vector<std::string> RetriedServices() {
  return {"lagesbild.registry.v1.SiteRegistry",
          "lagesbild.proximity.v1.ProximityAnalysis",
          "lagesbild.interventions.v1.InterventionTracking",
          "lagesbild.notifications.v1.AgencyNotifications"};
}

void AddFlags(const ServiceSpec& spec, ServiceFlags* values,
              rpc::Flags* flags) {
  flags->Add("listen", "address for gRPC; port 0 takes a free one",
             &values->listen);
  flags->Add("admin", "address for probes and metrics, plaintext; empty: none",
             &values->admin);
  flags->Add("certs", "folder with this member's certificate, key and ca.crt",
             &values->certs);
  flags->Require("certs");
  flags->Add("region", "the region whose picture this is", &values->region);
  flags->Add("notice", "how long to fail readiness before draining",
             &values->notice);
  for (const std::string& name : spec.upstreams) {
    flags->Add(name, absl::StrCat("address of ", name),
               &values->upstreams[name]);
    flags->Require(name);
  }
  if (!spec.has_ledger) return;
  flags->Add("ledger",
             "sqlite:PATH, redis://HOST:PORT, redis+unix:PATH, memory:",
             &values->ledger.url);
  flags->Require("ledger");
  flags->Add("redis-password-file", "file with Redis' password",
             &values->ledger.redis_password_file);
  flags->Add("redis-wait", "replicas that must have a commit",
             &values->ledger.redis_wait_replicas);
}

rpc::Identify SuiteCallers() {
  rpc::SuiteOptions suite;
  for (const std::string& member : access::SuiteMembers()) {
    suite.members.insert(member);
  }
  return rpc::SuiteIdentity(std::move(suite));
}

absl::Status Connect(const ServiceFlags& flags, const rpc::TlsFiles& tls,
                     Environment* environment) {
  LB_ASSIGN_OR_RETURN(const auto credentials,
                      rpc::SuiteChannelCredentials(tls));
  for (const auto& [name, address] : flags.upstreams) {
    rpc::ChannelOptions options;
    options.target = address;
    options.credentials = credentials;
    options.server_name = name;
    options.retried_services = RetriedServices();
    environment->upstreams[name] = rpc::MakeChannel(options);
  }
  return absl::OkStatus();
}

absl::StatusOr<rpc::ServerOptions> MakeServerOptions(const ServiceSpec& spec,
                                                     const ServiceFlags& flags,
                                                     const rpc::TlsFiles& tls,
                                                     Runtime* runtime) {
  rpc::ServerOptions options;
  options.address = flags.listen;
  LB_ASSIGN_OR_RETURN(options.credentials,
                      spec.open_door ? rpc::OpenServerCredentials(tls)
                                     : rpc::SuiteServerCredentials(tls));
  options.admin_address = flags.admin;
  options.notice = flags.notice;
  options.logger = runtime->logger();
  options.metrics = runtime->metrics();
  return options;
}

absl::Status Serve(const ServiceSpec& spec, ServiceFlags flags) {
  Runtime runtime(stderr);
  const rpc::TlsFiles tls = TlsFilesIn(flags.certs, spec.name);
  Environment environment;
  environment.runtime = &runtime;
  environment.region = flags.region;
  environment.handlers = runtime.Handlers(SuiteCallers());
  std::unique_ptr<ledger::Ledger> ledger;
  if (spec.has_ledger) {
    flags.ledger.service = spec.name;
    flags.ledger.region = flags.region;
    LB_ASSIGN_OR_RETURN(
        ledger, OpenLedger(flags.ledger, runtime.clock(), runtime.ids()));
    environment.ledger = ledger.get();
  }
  LB_RETURN_IF_ERROR(Connect(flags, tls, &environment));
  LB_ASSIGN_OR_RETURN(const auto component, spec.make(environment));
  LB_ASSIGN_OR_RETURN(rpc::ServerOptions options,
                      MakeServerOptions(spec, flags, tls, &runtime));
  if (spec.generic) options.generic = spec.generic(component.get());
  LB_ASSIGN_OR_RETURN(const auto server, rpc::Server::Start(std::move(options),
                                                            {component.get()}));
  runtime.logger()->Info("serving",
                         {{"service", spec.name},
                          {"grpc_port", absl::StrCat(server->port())},
                          {"admin_port", absl::StrCat(server->admin_port())}});
  rpc::ServeUntilSignal({server.get()});
  return absl::OkStatus();
}

}  // namespace

rpc::TlsFiles TlsFilesIn(const std::string& dir, const std::string& member) {
  const std::filesystem::path folder(dir);
  const std::string stem =
      std::filesystem::exists(folder / (member + ".crt")) ? member : "tls";
  return {.certificate = folder / (stem + ".crt"),
          .key = folder / (stem + ".key"),
          .ca = folder / "ca.crt"};
}

int ServiceMain(int argc, char** argv, const ServiceSpec& spec) {
  rpc::HoldTerminationSignals();
  // Ledgers, logs and keys are for the eyes of their owner.
  umask(S_IRWXG | S_IRWXO);
  ServiceFlags values;
  rpc::Flags flags(spec.name + "d", spec.purpose);
  AddFlags(spec, &values, &flags);
  spec.add_flags(&flags);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  const absl::Status served = Serve(spec, std::move(values));
  if (served.ok()) return 0;
  std::fprintf(stderr, "%sd: %s\n", spec.name.c_str(),
               std::string(served.message()).c_str());
  return 1;
}

}  // namespace lagesbild::process
