#ifndef LAGESBILD_LIB_RPC_SIGNALS_H_
#define LAGESBILD_LIB_RPC_SIGNALS_H_

#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "lib/rpc/server.h"

namespace lagesbild::rpc {

// Call it first in main, before any thread is started: SIGTERM, SIGINT and
// SIGHUP wait for WaitForTermination in every thread, SIGPIPE is ignored.
void HoldTerminationSignals();

// Blocks until SIGTERM or SIGINT; returns which. A second one after that ends
// the process at once. SIGHUP ends nothing: each has `reload` called.
int WaitForTermination(const std::function<void()>& reload = [] {});

// Looks every `pause` whether `condition` holds: true once it does, false when
// SIGTERM or SIGINT came first.
bool HoldsBeforeTermination(const std::function<bool()>& condition,
                            absl::Duration pause);

// Waits for the signal, then drains the servers in the order given. On SIGHUP
// they read their files again.
void ServeUntilSignal(const std::vector<Server*>& servers);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_SIGNALS_H_
