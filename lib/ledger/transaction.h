#ifndef LAGESBILD_LIB_LEDGER_TRANSACTION_H_
#define LAGESBILD_LIB_LEDGER_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// A transaction found valid, with everything digested that its chain link
// needs. Made on the caller's thread, so that the committer's only writes.
struct PreparedTransaction {
  Transaction transaction;
  std::vector<std::string> digests;  // of each write's payload, in order
  std::string content_digest;
  std::size_t bytes = 0;  // keys, values and meta
};

// What can be said of `transaction` without the store. INVALID_ARGUMENT naming
// the field.
absl::Status ValidateTransaction(const Transaction& transaction);

absl::StatusOr<PreparedTransaction> Prepare(Transaction transaction);

// INVALID_ARGUMENT for a key that is empty, too long or not printable ASCII.
absl::Status ValidateKey(absl::string_view field, absl::string_view key);

// INVALID_ARGUMENT for an erasure without key or decision.
absl::Status ValidateErasure(const Erasure& erasure);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_TRANSACTION_H_
