#ifndef LAGESBILD_LIB_LEDGER_MEMORY_LEDGER_H_
#define LAGESBILD_LIB_LEDGER_MEMORY_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// A ledger that lasts as long as the object: the reference model that the other
// engines are held against, and what tests use. Does not own `clock` or `ids`.
std::unique_ptr<Ledger> NewMemoryLedger(const base::Clock* clock,
                                        base::IdSource* ids);

// A memory ledger holding what the backup at `path` holds, under a new store
// id. DATA_LOSS when the file is damaged.
absl::StatusOr<std::unique_ptr<Ledger>> RestoreMemoryLedger(
    const std::string& path, const base::Clock* clock, base::IdSource* ids);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_MEMORY_LEDGER_H_
