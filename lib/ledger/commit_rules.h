#ifndef LAGESBILD_LIB_LEDGER_COMMIT_RULES_H_
#define LAGESBILD_LIB_LEDGER_COMMIT_RULES_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// What deciding a commit needs to know of the store, asked inside the
// transaction that would write it.
class CommitFacts {
 public:
  virtual ~CommitFacts() = default;
  virtual absl::StatusOr<std::optional<RequestRecord>> FindRequest(
      const RequestKey& request) = 0;
  // A lease never taken is an empty record.
  virtual absl::StatusOr<LeaseRecord> FindLease(absl::string_view name) = 0;
  // 0 where the key is absent or deleted.
  virtual absl::StatusOr<Revision> RevisionOf(absl::string_view key) = 0;
};

// Where the ledger stands, and whether all it holds is imported history.
struct Standing {
  Head head;
  bool only_migrated = true;
};

Standing EmptyStanding();

// Whether a request committed at `recorded` still counts as known at `now`.
// Storage keeps it until the next compaction, which nobody may wait for.
bool IsRemembered(absl::Time recorded, absl::Time now);

// May `transaction` be committed at `now` by the clock? nullopt: yes. A value:
// the request was committed before, as told. An error: why not. The request is
// looked at first, so that a repeat is answered although its expectations no
// longer hold.
absl::StatusOr<std::optional<Committed>> Decide(const Transaction& transaction,
                                                absl::Time now,
                                                CommitFacts* facts);

// The standing after `prepared` is committed at `now` by the clock.
// FAILED_PRECONDITION or INVALID_ARGUMENT for a migrated time out of place.
absl::StatusOr<Standing> Advance(const Standing& standing,
                                 const PreparedTransaction& prepared,
                                 absl::Time now);

// A lease may be swapped while the stored one is as expected.
absl::Status CheckSwap(absl::string_view name, const LeaseRecord& stored,
                       const LeaseRecord& expected);

// `after` must lie in [compacted_through, head].
absl::Status CheckReadable(Revision after, Revision compacted_through,
                           Revision head);

// Ledger::CheckPosition, given what the store holds. `chain_at` is asked only
// for revisions in [compacted_through, head].
absl::Status JudgePosition(
    const Position& position, absl::string_view store_id, Revision head,
    Revision compacted_through,
    const std::function<absl::StatusOr<std::string>(Revision)>& chain_at);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_COMMIT_RULES_H_
