#ifndef LAGESBILD_BENCH_OPEN_HOST_H_
#define LAGESBILD_BENCH_OPEN_HOST_H_

#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>

#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/handler.h"
#include "lib/rpc/server.h"

namespace lagesbild::bench {

// What a component of the suite is served with as its process has it, with log,
// metrics, policy and caller, on an open port of loopback: its peers have no
// TLS either, so the caller is taken from the metadata without asking for a
// certificate. What goes wrong ends the program. Outlives what it serves.
class OpenHost {
 public:
  OpenHost();
  ~OpenHost() { std::fclose(log_); }
  OpenHost(const OpenHost&) = delete;
  OpenHost& operator=(const OpenHost&) = delete;

  const base::Clock* clock() const { return &clock_; }
  base::IdSource* ids() { return &ids_; }

  // What components have in common: RegistryDeps, ProximityDeps.
  template <typename Deps>
  Deps DepsOver(ledger::Ledger* ledger) {
    Deps deps;
    deps.ledger = ledger;
    deps.clock = &clock_;
    deps.ids = &ids_;
    deps.logger = &logger_;
    deps.region = "stockholm";
    deps.handlers = Handlers();
    return deps;
  }

  std::unique_ptr<rpc::Server> Serve(rpc::Component* component);

 private:
  rpc::HandlerOptions Handlers();

  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::FILE* const log_;
  rpc::JsonAccessLog access_log_{log_, &clock_};
  base::JsonLogger logger_{log_, &clock_};
  rpc::Metrics metrics_;
};

// A channel to a port of loopback, without TLS.
std::shared_ptr<grpc::Channel> OpenChannel(int port);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_OPEN_HOST_H_
