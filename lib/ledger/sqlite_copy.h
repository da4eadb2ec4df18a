#ifndef LAGESBILD_LIB_LEDGER_SQLITE_COPY_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_COPY_H_

#include "lib/ledger/sqlite_db.h"
#include "lib/ledger/sqlite_tables.h"
#include "lib/ledger/stored.h"

namespace lagesbild::ledger {

// Fills a new ledger's tables from a backup, inside the caller's transaction.
// The store id stays that of the new ledger.
class SqliteRestore final : public StoreSink {
 public:
  explicit SqliteRestore(Database* db) : db_(db), tables_(db) {}
  absl::Status Begin(const StoreHeader& header) override;
  absl::Status AddRevision(StoredRevision revision) override;
  absl::Status AddRequest(const RequestRecord& request) override;
  absl::Status AddLease(const std::string& name,
                        const LeaseRecord& lease) override;
  absl::Status AddErasure(const Erasure& erasure) override;
  absl::Status Finish() override;

 private:
  Database* const db_;
  SqliteTables tables_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_COPY_H_
