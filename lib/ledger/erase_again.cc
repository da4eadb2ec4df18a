#include <algorithm>

#include "lib/base/status.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {
namespace {

// The part of `erasure` whose bytes the ledger holds.
absl::StatusOr<Erasure> HeldPart(const Erasure& erasure, Ledger* ledger) {
  LB_ASSIGN_OR_RETURN(const std::vector<Version> versions,
                      ledger->ReadVersions(erasure.key));
  const auto& revisions = erasure.revisions;
  Erasure held{erasure.key, {}, erasure.decision};
  for (const Version& version : versions) {
    const bool taken =
        std::count(revisions.begin(), revisions.end(), version.revision) > 0;
    if (taken) held.revisions.push_back(version.revision);
  }
  return held;
}

}  // namespace

absl::Status EraseAgain(Ledger* ledger, const std::vector<Erasure>& erasures) {
  for (const Erasure& erasure : erasures) {
    LB_ASSIGN_OR_RETURN(const Erasure held, HeldPart(erasure, ledger));
    // To erase none would be to erase every one.
    if (held.revisions.empty()) continue;
    LB_RETURN_IF_ERROR(ledger->Erase(held));
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::ledger
