#ifndef LAGESBILD_LIB_PROCESS_SERVICE_MAIN_H_
#define LAGESBILD_LIB_PROCESS_SERVICE_MAIN_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/ledger/ledger.h"
#include "lib/process/runtime.h"
#include "lib/rpc/component.h"
#include "lib/rpc/flags.h"
#include "lib/rpc/tls.h"

// The main of every server of the suite: flags → objects → serve.
namespace lagesbild::process {

// What a component is made from.
struct Environment {
  Runtime* runtime = nullptr;
  std::string region;
  ledger::Ledger* ledger = nullptr;  // null for a server without one
  rpc::HandlerOptions handlers;      // callers are what suite members say
  std::map<std::string, std::shared_ptr<grpc::Channel>> upstreams;  // by name

  // What every component's deps struct begins with.
  template <typename Deps>
  Deps Lend() const {
    Deps deps;
    deps.ledger = ledger;
    deps.clock = runtime->clock();
    deps.ids = runtime->ids();
    deps.logger = runtime->logger();
    deps.region = region;
    deps.handlers = handlers;
    return deps;
  }
};

// What one server is.
struct ServiceSpec {
  std::string name;     // "registry": certificate, ledger and log
  std::string purpose;  // for --help
  // The services that it calls; each has a flag with its address.
  std::vector<std::string> upstreams;
  bool has_ledger = true;
  // Callers come from outside: a certificate is not asked of them.
  bool open_door = false;
  // Flags of its own.
  std::function<void(rpc::Flags*)> add_flags = [](rpc::Flags*) {};
  std::function<absl::StatusOr<std::unique_ptr<rpc::Component>>(
      const Environment&)>
      make;
  // Takes what no service of the component serves; may be empty.
  std::function<grpc::CallbackGenericService*(rpc::Component*)> generic;
};

// Serves until SIGTERM or SIGINT. Prints what is wrong in one line, and returns
// the exit code. The address it serves on is logged as "serving".
int ServiceMain(int argc, char** argv, const ServiceSpec& spec);

// The certificate, key and authority of a member in a folder: NAME.crt and
// NAME.key as `lagesbild certs` writes them, or tls.crt and tls.key as
// Kubernetes mounts them, and ca.crt.
rpc::TlsFiles TlsFilesIn(const std::string& dir, const std::string& member);

}  // namespace lagesbild::process

#endif  // LAGESBILD_LIB_PROCESS_SERVICE_MAIN_H_
