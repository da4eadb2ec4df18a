#include "lib/ledger/sqlite_reads.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/sqlite_tables.h"

namespace lagesbild::ledger {
namespace {

// Reading connections kept for the next reader.
constexpr std::size_t kMaxIdle = 16;

// What VersionOf reads: key, revision, recorded, kind, value.
constexpr char kLogAfter[] =
    "SELECT revision, first, count, chain, meta FROM log "
    "WHERE revision > ? ORDER BY revision";
constexpr char kVersionsOfLog[] =
    "SELECT key, revision, recorded, kind, value, id FROM history "
    "WHERE id >= ? AND id < ? ORDER BY id";
constexpr char kBefore[] =
    "SELECT key, revision, recorded, kind, value FROM history "
    "WHERE key = ? AND id < ? ORDER BY id DESC LIMIT 1";
// CROSS JOIN: in the order of the first table, by key. The revision is the one
// that commits are checked against.
constexpr char kLoad[] =
    "SELECT s.key, s.revision, h.recorded, h.kind, h.value FROM state s "
    "CROSS JOIN history h ON h.id = s.id ORDER BY s.key";
constexpr char kHistory[] =
    "SELECT h.key, h.revision, h.recorded, h.kind, h.value FROM ("
    "SELECT max(id) AS newest FROM history "
    "WHERE key >= ? AND key < ? AND id <= ? GROUP BY key) "
    "CROSS JOIN history h ON h.id = newest WHERE h.kind <> 0 ORDER BY h.key";
constexpr char kVersions[] =
    "SELECT key, revision, recorded, kind, value FROM history "
    "WHERE key = ? ORDER BY id";
constexpr char kNewestId[] = "SELECT max(id) FROM history";
constexpr char kRevisionOfId[] = "SELECT revision FROM history WHERE id = ?";
constexpr char kRecordedOfId[] = "SELECT recorded FROM history WHERE id = ?";
constexpr char kRequests[] =
    "SELECT agency, method, request_id, digest, revision, recorded "
    "FROM requests ORDER BY revision";
constexpr char kErasures[] =
    "SELECT key, decision, revisions FROM erasures ORDER BY sequence";
constexpr char kChainAt[] = "SELECT chain FROM log WHERE revision = ?";

// Above every key that begins with the prefix: keys are printable ASCII.
std::string EndOf(absl::string_view prefix) {
  return absl::StrCat(prefix, "\x7f");
}

Version VersionOf(const Query& row) {
  Version version{row.Bytes(0), row.Int(1), absl::FromUnixMicros(row.Int(2)),
                  std::nullopt, false};
  const auto kind = static_cast<VersionKind>(row.Int(3));
  if (kind != VersionKind::kDeleted) version.value = row.Bytes(4);
  version.erased = kind == VersionKind::kErased;
  return version;
}

absl::StatusOr<std::vector<Version>> All(Query* query) {
  std::vector<Version> versions;
  while (query->Next()) versions.push_back(VersionOf(*query));
  LB_RETURN_IF_ERROR(query->status());
  return versions;
}

}  // namespace

struct SqliteReads::LogRow {
  Revision revision;
  std::int64_t first;
  std::int64_t count;
  std::string chain;
  std::string meta;
};

absl::StatusOr<std::vector<SqliteReads::LogRow>> SqliteReads::LogAfter(
    Revision after, int limit) {
  std::vector<LogRow> rows;
  std::int64_t taken = 0;
  Query query(db_, kLogAfter);
  query.Bind(after);
  while (query.Next()) {
    taken += query.Int(2);
    if (!rows.empty() && taken > std::max(limit, 1)) break;
    rows.push_back({query.Int(0), query.Int(1), query.Int(2), query.Bytes(3),
                    query.Bytes(4)});
  }
  LB_RETURN_IF_ERROR(query.status());
  return rows;
}

absl::StatusOr<std::optional<Version>> SqliteReads::Before(
    absl::string_view key, std::int64_t id) {
  Query query(db_, kBefore);
  if (query.Bind(key).Bind(id).Next()) {
    Version version = VersionOf(query);
    if (version.value) return std::make_optional(std::move(version));
  }
  LB_RETURN_IF_ERROR(query.status());
  return std::optional<Version>();
}

absl::StatusOr<RevisionChanges> SqliteReads::ChangesOf(const LogRow& row) {
  RevisionChanges changes;
  changes.revision = row.revision;
  changes.chain = row.chain;
  if (!DecodeMeta(row.meta, &changes.meta)) {
    return absl::DataLossError(
        absl::StrCat("revision ", row.revision, ": its meta is damaged"));
  }
  Query query(db_, kVersionsOfLog);
  query.Bind(row.first).Bind(row.first + row.count);
  while (query.Next()) {
    Version version = VersionOf(query);
    changes.recorded = version.recorded;
    LB_ASSIGN_OR_RETURN(auto before, Before(version.key, query.Int(5)));
    changes.changes.push_back({std::move(version.key), std::move(before),
                               std::move(version.value), version.erased});
  }
  LB_RETURN_IF_ERROR(query.status());
  return changes;
}

absl::StatusOr<Head> SqliteReads::ReadHead() {
  LB_ASSIGN_OR_RETURN(StoreHeader header, ReadHeader(db_));
  return std::move(header.standing.head);
}

absl::StatusOr<Revision> SqliteReads::CompactedThrough() {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  return header.compacted_through;
}

absl::StatusOr<LeaseRecord> SqliteReads::Lease(absl::string_view name) {
  return SqliteTables(db_).FindLease(name);
}

absl::StatusOr<ChangePage> SqliteReads::Changes(Revision after, int limit) {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  ChangePage page;
  page.head = header.standing.head.revision;
  LB_RETURN_IF_ERROR(CheckReadable(after, header.compacted_through, page.head));
  LB_ASSIGN_OR_RETURN(const std::vector<LogRow> rows, LogAfter(after, limit));
  for (const LogRow& row : rows) {
    LB_ASSIGN_OR_RETURN(RevisionChanges changes, ChangesOf(row));
    page.revisions.push_back(std::move(changes));
  }
  return page;
}

absl::StatusOr<Snapshot> SqliteReads::Load() {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  Query query(db_, kLoad);
  LB_ASSIGN_OR_RETURN(std::vector<Version> records, All(&query));
  return Snapshot{header.standing.head, std::move(records)};
}

absl::StatusOr<std::vector<Version>> SqliteReads::History(
    absl::string_view prefix, Revision at) {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  const Revision head = header.standing.head.revision;
  if (at > head) return CursorAhead(at, head);
  LB_ASSIGN_OR_RETURN(const std::int64_t newest,
                      LastIdWithin(kRevisionOfId, at));
  const std::string end = EndOf(prefix);
  Query query(db_, kHistory);
  query.Bind(prefix).Bind(end).Bind(newest);
  return All(&query);
}

absl::StatusOr<std::vector<Version>> SqliteReads::Versions(
    absl::string_view key) {
  Query query(db_, kVersions);
  query.Bind(key);
  return All(&query);
}

absl::StatusOr<std::int64_t> SqliteReads::NewestId() {
  Query query(db_, kNewestId);
  if (query.Next()) return query.Int(0);
  LB_RETURN_IF_ERROR(query.status());
  return 0;
}

// Ids are consecutive, and revisions and recorded times never decrease along
// them, so no index is needed.
absl::StatusOr<std::int64_t> SqliteReads::LastIdWithin(const char* sql,
                                                       std::int64_t bound) {
  std::int64_t within = 0;
  LB_ASSIGN_OR_RETURN(std::int64_t beyond, NewestId());
  ++beyond;
  while (beyond - within > 1) {
    const std::int64_t middle = within + (beyond - within) / 2;
    Query query(db_, sql);
    if (!query.Bind(middle).Next()) {
      LB_RETURN_IF_ERROR(query.status());
      return absl::DataLossError("history has a gap");
    }
    (query.Int(0) <= bound ? within : beyond) = middle;
  }
  return within;
}

absl::StatusOr<Revision> SqliteReads::RevisionAt(absl::Time time) {
  LB_ASSIGN_OR_RETURN(const std::int64_t id,
                      LastIdWithin(kRecordedOfId, absl::ToUnixMicros(time)));
  if (id == 0) return 0;
  Query query(db_, kRevisionOfId);
  if (query.Bind(id).Next()) return query.Int(0);
  return query.status();
}

absl::StatusOr<std::vector<RequestRecord>> SqliteReads::Requests() {
  std::vector<RequestRecord> records;
  Query query(db_, kRequests);
  while (query.Next()) {
    records.push_back(
        {{query.Bytes(0), query.Bytes(1), query.Bytes(2), query.Bytes(3)},
         query.Int(4),
         absl::FromUnixMicros(query.Int(5))});
  }
  LB_RETURN_IF_ERROR(query.status());
  return records;
}

absl::StatusOr<std::vector<Erasure>> SqliteReads::Erasures() {
  std::vector<Erasure> erasures;
  Query query(db_, kErasures);
  while (query.Next()) {
    Erasure erasure{query.Bytes(0), {}, query.Bytes(1)};
    const std::string revisions = query.Bytes(2);
    Decoder in(revisions);
    while (in.ok() && !in.Finished()) erasure.revisions.push_back(in.Number());
    erasures.push_back(std::move(erasure));
  }
  LB_RETURN_IF_ERROR(query.status());
  return erasures;
}

absl::StatusOr<std::string> SqliteReads::ChainAt(Revision revision) {
  Query query(db_, kChainAt);
  if (query.Bind(revision).Next()) return query.Bytes(0);
  LB_RETURN_IF_ERROR(query.status());
  return absl::DataLossError(
      absl::StrCat("revision ", revision, " is missing from the log"));
}

absl::Status SqliteReads::CheckPosition(const Position& position) {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  return JudgePosition(position, header.store_id, header.standing.head.revision,
                       header.compacted_through,
                       [&](Revision revision) -> absl::StatusOr<std::string> {
                         if (revision == header.compacted_through) {
                           return header.compacted_chain;
                         }
                         return ChainAt(revision);
                       });
}

absl::StatusOr<std::unique_ptr<Database>> SqliteReaders::Take() {
  {
    base::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Database> db = std::move(idle_.back());
      idle_.pop_back();
      return db;
    }
  }
  return Open();
}

absl::StatusOr<std::unique_ptr<Database>> SqliteReaders::Open() {
  // A file that was removed must not come back as an empty one.
  LB_ASSIGN_OR_RETURN(auto db, Database::Open(path_, vfs_, busy_timeout_,
                                              Database::Missing::kRefuse));
  LB_RETURN_IF_ERROR(db->Execute("PRAGMA query_only = ON"));
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db.get()));
  if (header.store_id == store_id_) return db;
  return absl::DataLossError(
      "sqlite: the ledger is not the one that was opened");
}

void SqliteReaders::Return(std::unique_ptr<Database> db) {
  base::MutexLock lock(&mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(db));
}

}  // namespace lagesbild::ledger
