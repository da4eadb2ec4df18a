#ifndef LAGESBILD_LIB_LEDGER_SQLITE_TABLES_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_TABLES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/ledger/commit_rules.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/sqlite_db.h"
#include "lib/ledger/stored.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// The tables of a ledger's file, and how they are written.
//   head     one row: store id, standing, where the log begins
//   history  every version; ids are consecutive and in commit order. The only
//            place where a record's bytes are
//   state    which version of each live record is the newest
//   log      which versions each revision made, its chain, digest and meta
//   requests, leases, erasures   as in ledger.h
//   name     one row once it is known: which service's and region's it is
// All functions are called inside a transaction.

// The file's mark (PRAGMA application_id, "LgLg") and format (user_version).
inline constexpr int kSqliteApplicationId = 0x4c674c67;
inline constexpr int kSqliteFormat = 1;

// history.kind
enum class VersionKind { kDeleted = 0, kValue = 1, kErased = 2 };

// Opens a connection with the settings that durability rests on, for writing:
// WAL, synchronous=FULL, secure_delete.
absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(
    const std::string& path, const std::string& vfs,
    absl::Duration busy_timeout, int checkpoint_pages);

// Makes the tables in a new file, or checks that the file is a ledger's.
// FAILED_PRECONDITION for another program's file or a later format.
absl::Status EnsureTables(Database* db, const std::string& new_store_id);

// Gives the ledger its name, or checks that it is its name: FAILED_PRECONDITION
// when it has another.
absl::Status EnsureName(Database* db, const std::string& name);

// Whether the file is still new.
absl::StatusOr<bool> HasNoTables(Database* db);

// Makes the tables of an empty ledger in an empty file.
absl::Status CreateTables(Database* db, const std::string& store_id);

absl::StatusOr<StoreHeader> ReadHeader(Database* db);

class SqliteTables final : public CommitFacts {
 public:
  explicit SqliteTables(Database* db) : db_(db) {}

  absl::StatusOr<std::optional<RequestRecord>> FindRequest(
      const RequestKey& request) override;
  absl::StatusOr<LeaseRecord> FindLease(absl::string_view name) override;
  absl::StatusOr<Revision> RevisionOf(absl::string_view key) override;

  // Writes the revision that `standing` stands at after `prepared`.
  absl::Status Record(const PreparedTransaction& prepared,
                      const Standing& standing);
  absl::Status SaveStanding(const Standing& standing);

  // The parts of Record, for restoring.
  absl::Status AddVersion(Revision revision, std::int64_t recorded_micros,
                          absl::string_view key,
                          const std::optional<std::string>& value, bool erased,
                          absl::string_view digest);
  absl::Status AddLog(Revision revision, std::size_t versions,
                      absl::string_view chain, absl::string_view digest,
                      const Meta& meta);
  absl::Status Remember(const RequestRecord& request);
  absl::Status SaveLease(absl::string_view name, const LeaseRecord& lease);
  absl::Status AddErasure(const Erasure& erasure);

 private:
  absl::Status SetState(absl::string_view key, std::int64_t id,
                        Revision revision);
  absl::Status DropState(absl::string_view key);

  Database* const db_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_TABLES_H_
