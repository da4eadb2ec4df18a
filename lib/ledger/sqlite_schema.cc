#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/chain.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/sqlite_tables.h"

namespace lagesbild::ledger {
namespace {

// Changing a new file to WAL takes a lock that SQLite does not wait for; other
// processes that open it hold theirs for milliseconds.
constexpr int kWalAttempts = 100;
constexpr int kWalRetryMs = 20;

constexpr char kJournalMode[] = "PRAGMA journal_mode = WAL";
constexpr char kReadHeader[] =
    "SELECT store_id, revision, recorded, chain, only_migrated, "
    "compacted_through, compacted_chain FROM head";
constexpr char kAddHeader[] = "INSERT INTO head VALUES(1, ?, 0, 0, ?, 1, 0, ?)";
constexpr char kCountTables[] = "SELECT count(*) FROM sqlite_schema";
constexpr char kApplicationId[] = "PRAGMA application_id";
constexpr char kUserVersion[] = "PRAGMA user_version";
// Files that were made before ledgers had names lack the table.
constexpr char kNameTable[] =
    "CREATE TABLE IF NOT EXISTS name("
    "one INTEGER PRIMARY KEY CHECK(one = 1), name TEXT NOT NULL)";
constexpr char kReadName[] = "SELECT name FROM name";
constexpr char kSetName[] = "INSERT INTO name VALUES(1, ?)";

// A synchronous=FULL commit is an fsync of the WAL: durable when it returns.
// A WAL that a long reader let grow is cut back to the limit afterwards.
constexpr char kSettings[] =
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -32768;";

// A version's bytes stand last, so that the rest is read without them.
constexpr char kSchema[] = R"sql(
CREATE TABLE head(
  one INTEGER PRIMARY KEY CHECK(one = 1), store_id TEXT NOT NULL,
  revision INTEGER NOT NULL, recorded INTEGER NOT NULL, chain TEXT NOT NULL,
  only_migrated INTEGER NOT NULL, compacted_through INTEGER NOT NULL,
  compacted_chain TEXT NOT NULL);
CREATE TABLE history(
  id INTEGER PRIMARY KEY, revision INTEGER NOT NULL,
  recorded INTEGER NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL,
  digest BLOB NOT NULL, value BLOB);
CREATE INDEX history_key ON history(key);
CREATE TABLE state(
  key TEXT PRIMARY KEY, id INTEGER NOT NULL, revision INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE log(
  revision INTEGER PRIMARY KEY, first INTEGER NOT NULL,
  count INTEGER NOT NULL, chain TEXT NOT NULL, digest TEXT NOT NULL,
  meta BLOB NOT NULL);
CREATE TABLE requests(
  agency TEXT NOT NULL, method TEXT NOT NULL, request_id TEXT NOT NULL,
  digest TEXT NOT NULL, revision INTEGER NOT NULL, recorded INTEGER NOT NULL,
  PRIMARY KEY(agency, method, request_id)) WITHOUT ROWID;
CREATE TABLE leases(
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL,
  beat INTEGER NOT NULL, ttl INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE erasures(
  sequence INTEGER PRIMARY KEY, key TEXT NOT NULL, decision TEXT NOT NULL,
  revisions BLOB NOT NULL, UNIQUE(key, decision, revisions));
)sql";

absl::StatusOr<std::int64_t> ReadNumber(Database* db, const char* sql) {
  Query query(db, sql);
  if (query.Next()) return query.Int(0);
  LB_RETURN_IF_ERROR(query.status());
  return absl::InternalError("sqlite: a pragma gave nothing");
}

absl::Status SetWal(Database* db) {
  absl::Status status;
  for (int attempt = 0; attempt < kWalAttempts; ++attempt) {
    Query query(db, kJournalMode);
    if (query.Next() && query.Bytes(0) == "wal") return absl::OkStatus();
    status = query.status();
    if (status.ok()) return StorageUnavailable("sqlite: no WAL on this disk");
    if (!absl::IsUnavailable(status)) return status;
    sqlite3_sleep(kWalRetryMs);
  }
  return status;
}

absl::Status CheckFormat(Database* db) {
  LB_ASSIGN_OR_RETURN(const std::int64_t id, ReadNumber(db, kApplicationId));
  LB_ASSIGN_OR_RETURN(const std::int64_t format, ReadNumber(db, kUserVersion));
  if (id != kSqliteApplicationId) {
    return absl::FailedPreconditionError("the file is not a ledger");
  }
  if (format == kSqliteFormat) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the ledger has format ", format, ", not ", kSqliteFormat));
}

absl::Status Configure(Database* db, int checkpoint_pages) {
  LB_RETURN_IF_ERROR(SetWal(db));
  LB_RETURN_IF_ERROR(db->Execute(kSettings));
  const std::string checkpoint =
      absl::StrCat("PRAGMA wal_autocheckpoint = ", checkpoint_pages);
  return db->Execute(checkpoint.c_str());
}

// SQLite's messages do not say which file it was.
absl::Status OfFile(const std::string& path, const absl::Status& status) {
  return base::WithDetail(
      absl::Status(status.code(), absl::StrCat(path, ": ", status.message())),
      base::DetailOf(status));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenForWriting(
    const std::string& path, const std::string& vfs,
    absl::Duration busy_timeout, int checkpoint_pages) {
  auto db = Database::Open(path, vfs, busy_timeout, Database::Missing::kCreate);
  if (!db.ok()) return OfFile(path, db.status());
  const absl::Status configured = Configure(db->get(), checkpoint_pages);
  if (!configured.ok()) return OfFile(path, configured);
  return db;
}

absl::StatusOr<bool> HasNoTables(Database* db) {
  LB_ASSIGN_OR_RETURN(const std::int64_t tables, ReadNumber(db, kCountTables));
  return tables == 0;
}

absl::Status CreateTables(Database* db, const std::string& store_id) {
  LB_RETURN_IF_ERROR(db->Execute(kSchema));
  LB_RETURN_IF_ERROR(
      db->Execute(absl::StrCat("PRAGMA application_id = ", kSqliteApplicationId,
                               "; PRAGMA user_version = ", kSqliteFormat)
                      .c_str()));
  Query query(db, kAddHeader);
  return query.Bind(store_id).Bind(kEmptyChain).Bind(kEmptyChain).Run();
}

absl::Status EnsureTables(Database* db, const std::string& new_store_id) {
  DatabaseTransaction transaction(db, DatabaseTransaction::Kind::kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(const bool empty, HasNoTables(db));
  if (!empty) return CheckFormat(db);
  LB_RETURN_IF_ERROR(CreateTables(db, new_store_id));
  return transaction.Commit();
}

absl::Status EnsureName(Database* db, const std::string& name) {
  DatabaseTransaction transaction(db, DatabaseTransaction::Kind::kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_RETURN_IF_ERROR(db->Execute(kNameTable));
  Query query(db, kReadName);
  if (query.Next()) {
    const std::string found = query.Bytes(0);
    if (found == name) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("the ledger is of ", found, ", not ", name));
  }
  LB_RETURN_IF_ERROR(query.status());
  LB_RETURN_IF_ERROR(Query(db, kSetName).Bind(name).Run());
  return transaction.Commit();
}

absl::StatusOr<StoreHeader> ReadHeader(Database* db) {
  Query query(db, kReadHeader);
  if (!query.Next()) {
    LB_RETURN_IF_ERROR(query.status());
    return absl::DataLossError("the ledger has no head");
  }
  StoreHeader header;
  header.store_id = query.Bytes(0);
  header.standing.head.revision = query.Int(1);
  // Before the first revision there is no recorded time.
  if (query.Int(1) > 0) {
    header.standing.head.recorded = absl::FromUnixMicros(query.Int(2));
  }
  header.standing.head.chain = query.Bytes(3);
  header.standing.only_migrated = query.Int(4) == 1;
  header.compacted_through = query.Int(5);
  header.compacted_chain = query.Bytes(6);
  return header;
}

}  // namespace lagesbild::ledger
