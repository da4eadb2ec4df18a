#include "lib/ledger/sqlite_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

// Rows a transaction of the compaction drops at most: commits wait meanwhile.
constexpr std::int64_t kRowsPerDrop = 5'000;

constexpr char kChainOf[] = "SELECT chain FROM log WHERE revision = ?";
constexpr char kSetCompacted[] =
    "UPDATE head SET compacted_through = ?, compacted_chain = ?";
constexpr char kDropLog[] =
    "DELETE FROM log WHERE revision <= min(?, "
    "(SELECT min(revision) FROM log) + ?)";
constexpr char kLogLeft[] = "SELECT 1 FROM log WHERE revision <= ? LIMIT 1";
constexpr char kForget[] = "DELETE FROM requests WHERE recorded < ?";
constexpr char kFindVersion[] =
    "SELECT id FROM history WHERE key = ? AND revision = ?";
constexpr char kRevisionsOf[] =
    "SELECT revision FROM history WHERE key = ? ORDER BY id";
constexpr char kEraseVersion[] =
    "UPDATE history SET kind = 2, value = x'' "
    "WHERE key = ? AND revision = ? AND kind = 1";
constexpr char kCheckpoint[] = "PRAGMA wal_checkpoint(TRUNCATE)";

// What the transaction itself did wrong, rather than the storage.
bool IsRefusal(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsInvalidArgument(status) ||
         absl::IsFailedPrecondition(status);
}

constexpr auto kWrite = DatabaseTransaction::Kind::kWrite;

}  // namespace

absl::StatusOr<Committed> SqliteWriter::ApplyOne(
    const PreparedTransaction& prepared, Standing* standing) {
  const absl::Time now = clock_->Now();
  LB_ASSIGN_OR_RETURN(const std::optional<Committed> earlier,
                      Decide(prepared.transaction, now, &tables_));
  if (earlier) return *earlier;
  LB_ASSIGN_OR_RETURN(const Standing next, Advance(*standing, prepared, now));
  LB_RETURN_IF_ERROR(tables_.Record(prepared, next));
  *standing = next;
  return Committed{next.head.revision, next.head.recorded, false};
}

absl::StatusOr<SqliteWriter::Results> SqliteWriter::ApplyTogether(
    absl::Span<const PreparedTransaction> batch) {
  DatabaseTransaction transaction(db_.get(), kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(StoreHeader header, ReadHeader(db_.get()));
  const Revision before = header.standing.head.revision;
  Results results;
  for (const PreparedTransaction& prepared : batch) {
    results.push_back(ApplyOne(prepared, &header.standing));
    const absl::Status& status = results.back().status();
    if (!status.ok() && !IsRefusal(status)) return status;
  }
  if (header.standing.head.revision > before) {
    LB_RETURN_IF_ERROR(tables_.SaveStanding(header.standing));
    LB_RETURN_IF_ERROR(transaction.Commit());
  }
  head_ = header.standing.head.revision;
  return results;
}

std::vector<absl::StatusOr<Committed>> SqliteWriter::Apply(
    absl::Span<const PreparedTransaction> batch) {
  absl::StatusOr<Results> together = ApplyTogether(batch);
  if (together.ok()) return *std::move(together);
  // A full disk may still have room for a smaller one; a lock that was waited
  // for in vain is not waited for again by each.
  if (batch.size() == 1 || !absl::IsResourceExhausted(together.status())) {
    return Results(batch.size(), together.status());
  }
  Results results;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    absl::StatusOr<Results> alone = ApplyTogether(batch.subspan(i, 1));
    results.push_back(alone.ok() ? std::move(alone->front())
                                 : absl::StatusOr<Committed>(alone.status()));
  }
  return results;
}

absl::StatusOr<std::string> SqliteWriter::ChainAt(Revision revision) {
  Query query(db_.get(), kChainOf);
  if (query.Bind(revision).Next()) return query.Bytes(0);
  LB_RETURN_IF_ERROR(query.status());
  return absl::DataLossError(
      absl::StrCat("revision ", revision, " is missing from the log"));
}

absl::Status SqliteWriter::MoveCompacted(Revision through) {
  DatabaseTransaction transaction(db_.get(), kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_.get()));
  const Revision head = header.standing.head.revision;
  if (through > head) return CursorAhead(through, head);
  if (through <= header.compacted_through) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(const std::string chain, ChainAt(through));
  LB_RETURN_IF_ERROR(
      Query(db_.get(), kSetCompacted).Bind(through).Bind(chain).Run());
  return transaction.Commit();
}

absl::StatusOr<bool> SqliteWriter::DropLogRows(Revision through) {
  DatabaseTransaction transaction(db_.get(), kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_RETURN_IF_ERROR(
      Query(db_.get(), kDropLog).Bind(through).Bind(kRowsPerDrop).Run());
  bool left = false;
  {
    Query query(db_.get(), kLogLeft);
    left = query.Bind(through).Next();
    LB_RETURN_IF_ERROR(query.status());
  }
  LB_RETURN_IF_ERROR(transaction.Commit());
  return left;
}

absl::Status SqliteWriter::ForgetRequests() {
  const absl::Time before = clock_->Now() - kRequestMemory;
  return Query(db_.get(), kForget).Bind(absl::ToUnixMicros(before)).Run();
}

absl::Status SqliteWriter::EraseRow(const std::string& key, Revision revision) {
  {
    Query query(db_.get(), kFindVersion);
    if (!query.Bind(key).Bind(revision).Next()) {
      LB_RETURN_IF_ERROR(query.status());
      return NoSuchVersion(key, revision);
    }
  }
  return Query(db_.get(), kEraseVersion).Bind(key).Bind(revision).Run();
}

absl::StatusOr<std::vector<Revision>> SqliteWriter::RevisionsOf(
    const std::string& key) {
  std::vector<Revision> revisions;
  Query query(db_.get(), kRevisionsOf);
  query.Bind(key);
  while (query.Next()) revisions.push_back(query.Int(0));
  LB_RETURN_IF_ERROR(query.status());
  if (revisions.empty()) return NoSuchVersion(key, 0);
  return revisions;
}

absl::Status SqliteWriter::EraseRows(Erasure erasure) {
  DatabaseTransaction transaction(db_.get(), kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  if (erasure.revisions.empty()) {
    LB_ASSIGN_OR_RETURN(erasure.revisions, RevisionsOf(erasure.key));
  }
  for (const Revision revision : erasure.revisions) {
    LB_RETURN_IF_ERROR(EraseRow(erasure.key, revision));
  }
  LB_RETURN_IF_ERROR(tables_.AddErasure(erasure));
  return transaction.Commit();
}

absl::Status SqliteWriter::Erase(const Erasure& erasure) {
  LB_RETURN_IF_ERROR(EraseRows(erasure));
  return Scrub();
}

// secure_delete overwrites the record, but copies of it may stand in the unused
// part of pages that were split, and in the WAL: so the file is written anew
// and the WAL emptied. SQLite does not sync an emptied WAL: a power cut would
// fill it again.
absl::Status SqliteWriter::Scrub() {
  LB_RETURN_IF_ERROR(db_->Execute("VACUUM"));
  LB_RETURN_IF_ERROR(EmptyWal());
  return db_->SyncWal();
}

absl::Status SqliteWriter::EmptyWal() {
  Query query(db_.get(), kCheckpoint);
  if (query.Next() && query.Int(0) == 0) return absl::OkStatus();
  LB_RETURN_IF_ERROR(query.status());
  return StorageUnavailable(
      "erased, but a reader keeps the old bytes in the WAL; repeat it");
}

absl::Status SqliteWriter::SwapLease(absl::string_view name,
                                     const LeaseRecord& expected,
                                     const LeaseRecord& next) {
  DatabaseTransaction transaction(db_.get(), kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(const LeaseRecord stored, tables_.FindLease(name));
  LB_RETURN_IF_ERROR(CheckSwap(name, stored, expected));
  LB_RETURN_IF_ERROR(tables_.SaveLease(name, next));
  return transaction.Commit();
}

}  // namespace lagesbild::ledger
