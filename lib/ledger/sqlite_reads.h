#ifndef LAGESBILD_LIB_LEDGER_SQLITE_READS_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_READS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/sqlite_db.h"
#include "lib/ledger/stored.h"

namespace lagesbild::ledger {

// The reads of ledger.h, each over one connection inside a read transaction:
// what it gives is of one moment.
class SqliteReads {
 public:
  explicit SqliteReads(Database* db) : db_(db) {}

  absl::StatusOr<Head> ReadHead();
  absl::StatusOr<Revision> CompactedThrough();
  absl::StatusOr<LeaseRecord> Lease(absl::string_view name);
  absl::StatusOr<ChangePage> Changes(Revision after, int limit);
  absl::StatusOr<Snapshot> Load();
  absl::StatusOr<std::vector<Version>> History(absl::string_view prefix,
                                               Revision at);
  absl::StatusOr<std::vector<Version>> Versions(absl::string_view key);
  absl::StatusOr<Revision> RevisionAt(absl::Time time);
  absl::StatusOr<std::vector<RequestRecord>> Requests();
  absl::StatusOr<std::vector<Erasure>> Erasures();
  absl::Status CheckPosition(const Position& position);
  absl::Status Export(StoreSink* sink);

 private:
  struct LogRow;

  absl::StatusOr<std::vector<LogRow>> LogAfter(Revision after, int limit);
  absl::StatusOr<RevisionChanges> ChangesOf(const LogRow& row);
  absl::StatusOr<std::optional<Version>> Before(absl::string_view key,
                                                std::int64_t id);
  absl::StatusOr<std::string> ChainAt(Revision revision);
  absl::StatusOr<std::int64_t> NewestId();
  // The last id of history whose column, as `sql` reads it by id, is at most
  // `bound`; 0 where there is none.
  absl::StatusOr<std::int64_t> LastIdWithin(const char* sql,
                                            std::int64_t bound);
  absl::Status ExportRevisions(StoreSink* sink, Revision compacted_through);
  absl::Status FillFromLog(StoredRevision* revision);
  absl::Status ExportLeases(StoreSink* sink);

  Database* const db_;
};

// Connections for reading, opened as they are needed and kept. Thread-safe.
class SqliteReaders {
 public:
  SqliteReaders(std::string path, std::string vfs, absl::Duration busy_timeout,
                std::string store_id)
      : path_(std::move(path)),
        vfs_(std::move(vfs)),
        busy_timeout_(busy_timeout),
        store_id_(std::move(store_id)) {}

  // Runs `read`, a function of SqliteReads*, in a read transaction. DATA_LOSS
  // when another ledger has taken the file's place.
  template <typename Result, typename Read>
  Result Run(Read read) {
    absl::StatusOr<std::unique_ptr<Database>> db = Take();
    if (!db.ok()) return db.status();
    Result result = RunOn<Result>(db->get(), read);
    Return(*std::move(db));
    return result;
  }

 private:
  template <typename Result, typename Read>
  Result RunOn(Database* db, Read read) {
    DatabaseTransaction transaction(db, DatabaseTransaction::Kind::kRead);
    if (!transaction.status().ok()) return transaction.status();
    SqliteReads reads(db);
    return read(&reads);
  }
  absl::StatusOr<std::unique_ptr<Database>> Take();
  absl::StatusOr<std::unique_ptr<Database>> Open();
  void Return(std::unique_ptr<Database> db);

  const std::string path_;
  const std::string vfs_;
  const absl::Duration busy_timeout_;
  const std::string store_id_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<Database>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_READS_H_
