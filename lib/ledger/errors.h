#ifndef LAGESBILD_LIB_LEDGER_ERRORS_H_
#define LAGESBILD_LIB_LEDGER_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// Reasons that only the ledger gives; the others are in lib/base/status.h.
inline constexpr char kOverloaded[] = "OVERLOADED";

// The ledger's errors, one function each, so that all engines say the same.
absl::Status RevisionMismatch(absl::string_view key, Revision expected,
                              Revision actual);
absl::Status LeaseLost(absl::string_view lease);
absl::Status RequestIdReused(absl::string_view request_id);
absl::Status CursorAhead(Revision asked, Revision head);
absl::Status CursorCompacted(Revision asked, Revision compacted_through);
absl::Status CursorForeign(absl::string_view why);
absl::Status StorageUnavailable(absl::string_view why);
absl::Status StorageFull(absl::string_view why);
// More commits wait than are let wait.
absl::Status Overloaded();
absl::Status NoSuchVersion(absl::string_view key, Revision revision);
// A migrated commit into a ledger that holds others.
absl::Status NotOnlyMigrated();
absl::Status MigratedBackwards();
absl::Status MigratedAhead();

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_ERRORS_H_
