#ifndef LAGESBILD_LIB_LEDGER_SQLITE_WRITER_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_WRITER_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lib/base/clock.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/sqlite_db.h"
#include "lib/ledger/sqlite_tables.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// Everything that changes the file, over the one connection that does. Each
// change reads the head inside its own BEGIN IMMEDIATE, so that another process
// may write the same file. Not thread-safe.
class SqliteWriter {
 public:
  SqliteWriter(std::unique_ptr<Database> db, const base::Clock* clock)
      : db_(std::move(db)), tables_(db_.get()), clock_(clock) {}

  // One transaction, one fsync. A commit that fails its expectations fails
  // alone; where the storage refuses the whole, each is tried by itself.
  std::vector<absl::StatusOr<Committed>> Apply(
      absl::Span<const PreparedTransaction> batch);
  // The head after the last Apply.
  Revision head() const { return head_; }

  // A compaction is these three, each short, so that commits may come between:
  // the mark first, so that no reader finds rows gone that it may still ask
  // for; then rows, until none is left; then the requests.
  absl::Status MoveCompacted(Revision through);
  absl::StatusOr<bool> DropLogRows(Revision through);  // true: there are more
  absl::Status ForgetRequests();

  absl::Status Erase(const Erasure& erasure);
  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next);

 private:
  using Results = std::vector<absl::StatusOr<Committed>>;

  absl::StatusOr<Results> ApplyTogether(
      absl::Span<const PreparedTransaction> batch);
  absl::StatusOr<Committed> ApplyOne(const PreparedTransaction& prepared,
                                     Standing* standing);
  absl::StatusOr<std::string> ChainAt(Revision revision);
  absl::Status EraseRows(Erasure erasure);
  absl::Status EraseRow(const std::string& key, Revision revision);
  // Oldest first.
  absl::StatusOr<std::vector<Revision>> RevisionsOf(const std::string& key);
  absl::Status Scrub();
  absl::Status EmptyWal();

  const std::unique_ptr<Database> db_;
  SqliteTables tables_;
  const base::Clock* const clock_;
  Revision head_ = 0;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_WRITER_H_
