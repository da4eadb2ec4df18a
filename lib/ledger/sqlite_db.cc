#include "lib/ledger/sqlite_db.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

absl::Status ErrorOf(sqlite3* db) {
  const int code = sqlite3_errcode(db) & 0xff;
  const std::string why = absl::StrCat("sqlite: ", sqlite3_errmsg(db));
  switch (code) {
    case SQLITE_FULL:
      return StorageFull(why);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(why);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StorageUnavailable(why + " (held by another process)");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
      return StorageUnavailable(why);
    default:
      return absl::InternalError(why);
  }
}

// SQLite itself would let everybody read it. Its -wal and -shm get the mode of
// the file. Where it cannot be made, opening it says why.
void CreatePrivately(const std::string& path) {
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) close(fd);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const std::string& path, const std::string& vfs,
    absl::Duration busy_timeout, Missing missing) {
  if (missing == Missing::kCreate) CreatePrivately(path);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                   vfs.empty() ? nullptr : vfs.c_str());
  if (raw == nullptr) return StorageUnavailable("sqlite: out of memory");
  std::unique_ptr<Database> db(new Database(raw));
  if (code != SQLITE_OK) return db->Error();
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, int(absl::ToInt64Milliseconds(busy_timeout)));
  return db;
}

Database::~Database() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close_v2(db_);
}

absl::Status Database::Error() const { return ErrorOf(db_); }

absl::Status Database::Execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) {
    return absl::OkStatus();
  }
  return Error();
}

absl::Status Database::SyncWal() {
  sqlite3_file* wal = nullptr;
  int code =
      sqlite3_file_control(db_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (code == SQLITE_OK) code = wal->pMethods->xSync(wal, SQLITE_SYNC_FULL);
  if (code == SQLITE_OK) return absl::OkStatus();
  return StorageUnavailable("sqlite: the WAL cannot be synced");
}

std::int64_t Database::LastInsertId() const {
  return sqlite3_last_insert_rowid(db_);
}

bool Database::InTransaction() const {
  return sqlite3_get_autocommit(db_) == 0;
}

sqlite3_stmt* Database::Prepared(const char* sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                     nullptr);
  if (statement != nullptr) prepared_[sql] = statement;
  return statement;
}

Query::Query(Database* db, const char* sql)
    : db_(db), statement_(db->Prepared(sql)) {
  if (statement_ == nullptr) status_ = db_->Error();
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::Check(int code) {
  if (code != SQLITE_OK && status_.ok()) status_ = db_->Error();
}

Query& Query::Bind(std::int64_t value) {
  if (status_.ok()) Check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}

Query& Query::Bind(absl::string_view text) {
  if (!status_.ok()) return *this;
  Check(sqlite3_bind_text64(statement_, ++bound_,
                            text.empty() ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::BindBlob(absl::string_view bytes) {
  if (!status_.ok()) return *this;
  Check(sqlite3_bind_blob64(statement_, ++bound_,
                            bytes.empty() ? "" : bytes.data(), bytes.size(),
                            SQLITE_STATIC));
  return *this;
}

Query& Query::BindNull() {
  if (status_.ok()) Check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

bool Query::Next() {
  if (!status_.ok()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) status_ = db_->Error();
  return false;
}

absl::Status Query::Run() {
  while (Next()) {
  }
  return status_;
}

std::int64_t Query::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Query::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes),
                                        static_cast<std::size_t>(size));
}

DatabaseTransaction::DatabaseTransaction(Database* db, Kind kind)
    : db_(db),
      status_(db->Execute(kind == Kind::kRead ? "BEGIN" : "BEGIN IMMEDIATE")) {}

DatabaseTransaction::~DatabaseTransaction() {
  if (status_.ok() && db_->InTransaction()) {
    db_->Execute("ROLLBACK").IgnoreError();
  }
}

absl::Status DatabaseTransaction::Commit() {
  LB_RETURN_IF_ERROR(status_);
  return db_->Execute("COMMIT");
}

}  // namespace lagesbild::ledger
