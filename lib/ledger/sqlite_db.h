#ifndef LAGESBILD_LIB_LEDGER_SQLITE_DB_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_DB_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lagesbild::ledger {

// One connection to a SQLite file. Not thread-safe. Its errors are those of
// ledger.h: STORAGE_FULL, STORAGE_UNAVAILABLE or DATA_LOSS.
class Database {
 public:
  enum class Missing { kCreate, kRefuse };  // a file that is not there

  // A file that it creates is its owner's alone to read, and so are SQLite's
  // files beside it. `vfs` empty: the default one.
  static absl::StatusOr<std::unique_ptr<Database>> Open(
      const std::string& path, const std::string& vfs,
      absl::Duration busy_timeout, Missing missing);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs statements that give no rows anybody wants.
  absl::Status Execute(const char* sql);
  // Makes the WAL's present size durable.
  absl::Status SyncWal();
  std::int64_t LastInsertId() const;
  bool InTransaction() const;
  // The connection's last error.
  absl::Status Error() const;

 private:
  friend class Query;
  explicit Database(sqlite3* db) : db_(db) {}
  sqlite3_stmt* Prepared(const char* sql);

  sqlite3* const db_;
  // By the text's address: the texts are constants.
  std::unordered_map<const char*, sqlite3_stmt*> prepared_;
};

// One run of a prepared statement. Parameters are bound in order; a fault
// sticks and shows in status(). Bound bytes must outlive the query. `sql` must
// be a constant of static lifetime, used by one query at a time.
class Query {
 public:
  Query(Database* db, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& Bind(std::int64_t value);
  Query& Bind(absl::string_view text);
  Query& BindBlob(absl::string_view bytes);
  Query& BindNull();

  // Moves to the next row; false at the end and on a fault.
  bool Next();
  // Runs to the end.
  absl::Status Run();
  const absl::Status& status() const { return status_; }

  std::int64_t Int(int column) const;
  std::string Bytes(int column) const;

 private:
  void Check(int code);

  Database* const db_;
  sqlite3_stmt* const statement_;
  int bound_ = 0;
  absl::Status status_;
};

// A transaction that is rolled back unless it is committed.
class DatabaseTransaction {
 public:
  enum class Kind { kRead, kWrite };
  DatabaseTransaction(Database* db, Kind kind);
  ~DatabaseTransaction();
  DatabaseTransaction(const DatabaseTransaction&) = delete;
  DatabaseTransaction& operator=(const DatabaseTransaction&) = delete;

  // Whether it could begin.
  const absl::Status& status() const { return status_; }
  absl::Status Commit();

 private:
  Database* const db_;
  const absl::Status status_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_DB_H_
