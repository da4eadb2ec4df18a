#ifndef LAGESBILD_LIB_LEDGER_STORED_H_
#define LAGESBILD_LIB_LEDGER_STORED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lib/ledger/commit_rules.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// The whole of a ledger as a sequence, the same for every engine: what a backup
// holds, what a restore reads and what verification walks.

struct StoredVersion {
  std::string key;
  std::optional<std::string> value;  // nullopt: deletion; empty when erased
  bool erased = false;
  std::string digest;  // PayloadDigest of what was committed
};

struct StoredRevision {
  Revision revision = 0;
  std::int64_t recorded_micros = 0;
  // Still in the log: the three below are known and `versions` are in commit
  // order. Of a compacted revision only the versions are left, in any order.
  bool logged = false;
  std::string chain;
  std::string content_digest;
  Meta meta;
  std::vector<StoredVersion> versions;
};

struct StoreHeader {
  std::string store_id;
  Standing standing;
  Revision compacted_through = 0;
  std::string compacted_chain;  // the chain at compacted_through
};

// Takes a ledger's contents: Begin, then revisions in order, then the rest in
// any order, then Finish. The first error ends the sequence.
class StoreSink {
 public:
  virtual ~StoreSink() = default;
  virtual absl::Status Begin(const StoreHeader& header) = 0;
  virtual absl::Status AddRevision(StoredRevision revision) = 0;
  virtual absl::Status AddRequest(const RequestRecord& request) = 0;
  virtual absl::Status AddLease(const std::string& name,
                                const LeaseRecord& lease) = 0;
  virtual absl::Status AddErasure(const Erasure& erasure) = 0;
  virtual absl::Status Finish() = 0;
};

// A sink that recomputes chain and digests and keeps nothing. DATA_LOSS names
// the first revision that does not fit.
class VerifyingSink final : public StoreSink {
 public:
  absl::Status Begin(const StoreHeader& header) override;
  absl::Status AddRevision(StoredRevision revision) override;
  absl::Status AddRequest(const RequestRecord& request) override;
  absl::Status AddLease(const std::string& name,
                        const LeaseRecord& lease) override;
  absl::Status AddErasure(const Erasure& erasure) override;
  absl::Status Finish() override;

 private:
  absl::Status CheckLink(const StoredRevision& revision);

  StoreHeader header_;
  Revision last_ = 0;
  std::int64_t last_micros_ = 0;
  std::string chain_;
};

// Compares the live records, which services load, with what the history says
// was live at the same revision; commits may go on meanwhile. DATA_LOSS names
// the first record that does not fit.
absl::Status VerifyState(Ledger* ledger);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_STORED_H_
