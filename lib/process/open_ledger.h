#ifndef LAGESBILD_LIB_PROCESS_OPEN_LEDGER_H_
#define LAGESBILD_LIB_PROCESS_OPEN_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::process {

// Where a service keeps its ledger.
struct LedgerPlace {
  // "sqlite:PATH", "redis://HOST:PORT", "redis+unix:PATH", or "memory:" for
  // trying things out.
  std::string url;
  // Redis' password is in this file; empty: none.
  std::string redis_password_file;
  // Replicas that must have a commit before it is acknowledged.
  int redis_wait_replicas = 0;
  std::string service;  // "registry"
  std::string region;
};

// The ledger of one service and region. INVALID_ARGUMENT for a url of another
// shape; FAILED_PRECONDITION when the ledger is another service's or region's;
// else what the engine says.
absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenLedger(
    const LedgerPlace& place, const base::Clock* clock, base::IdSource* ids);

}  // namespace lagesbild::process

#endif  // LAGESBILD_LIB_PROCESS_OPEN_LEDGER_H_
