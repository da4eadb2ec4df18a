#include "lib/ledger/sqlite_tables.h"

#include <utility>

#include "lib/base/status.h"
#include "lib/ledger/codec.h"

namespace lagesbild::ledger {
namespace {

constexpr char kFindRequest[] =
    "SELECT digest, revision, recorded FROM requests "
    "WHERE agency = ? AND method = ? AND request_id = ?";
constexpr char kFindLease[] =
    "SELECT holder, token, beat, ttl FROM leases WHERE name = ?";
constexpr char kFindState[] = "SELECT revision FROM state WHERE key = ?";
constexpr char kAddVersion[] =
    "INSERT INTO history(revision, recorded, key, kind, digest, value) "
    "VALUES(?, ?, ?, ?, ?, ?)";
constexpr char kSetState[] =
    "INSERT INTO state(key, id, revision) VALUES(?, ?, ?) "
    "ON CONFLICT(key) DO UPDATE SET id = excluded.id, "
    "revision = excluded.revision";
constexpr char kDropState[] = "DELETE FROM state WHERE key = ?";
constexpr char kAddLog[] =
    "INSERT INTO log(revision, first, count, chain, digest, meta) "
    "VALUES(?, ?, ?, ?, ?, ?)";
// An id that counts as unknown again may still be there.
constexpr char kRemember[] =
    "INSERT OR REPLACE INTO requests VALUES(?, ?, ?, ?, ?, ?)";
constexpr char kSaveStanding[] =
    "UPDATE head SET revision = ?, recorded = ?, chain = ?, only_migrated = ?";
constexpr char kSaveLease[] =
    "INSERT OR REPLACE INTO leases VALUES(?, ?, ?, ?, ?)";
constexpr char kAddErasure[] =
    "INSERT INTO erasures(key, decision, revisions) VALUES(?1, ?2, ?3) "
    "ON CONFLICT DO NOTHING";

VersionKind KindOf(const std::optional<std::string>& value, bool erased) {
  if (erased) return VersionKind::kErased;
  return value ? VersionKind::kValue : VersionKind::kDeleted;
}

}  // namespace

absl::StatusOr<std::optional<RequestRecord>> SqliteTables::FindRequest(
    const RequestKey& request) {
  Query query(db_, kFindRequest);
  query.Bind(request.agency).Bind(request.method).Bind(request.request_id);
  if (!query.Next()) {
    LB_RETURN_IF_ERROR(query.status());
    return std::optional<RequestRecord>();
  }
  RequestRecord record{request, query.Int(1),
                       absl::FromUnixMicros(query.Int(2))};
  record.key.digest = query.Bytes(0);
  return std::make_optional(std::move(record));
}

absl::StatusOr<LeaseRecord> SqliteTables::FindLease(absl::string_view name) {
  Query query(db_, kFindLease);
  if (!query.Bind(name).Next()) {
    LB_RETURN_IF_ERROR(query.status());
    return LeaseRecord();
  }
  return LeaseRecord{query.Bytes(0), query.Int(1), query.Int(2),
                     absl::Microseconds(query.Int(3))};
}

absl::StatusOr<Revision> SqliteTables::RevisionOf(absl::string_view key) {
  Query query(db_, kFindState);
  if (query.Bind(key).Next()) return query.Int(0);
  LB_RETURN_IF_ERROR(query.status());
  return 0;
}

absl::Status SqliteTables::SetState(absl::string_view key, std::int64_t id,
                                    Revision revision) {
  return Query(db_, kSetState).Bind(key).Bind(id).Bind(revision).Run();
}

absl::Status SqliteTables::DropState(absl::string_view key) {
  return Query(db_, kDropState).Bind(key).Run();
}

absl::Status SqliteTables::AddVersion(Revision revision,
                                      std::int64_t recorded_micros,
                                      absl::string_view key,
                                      const std::optional<std::string>& value,
                                      bool erased, absl::string_view digest) {
  const VersionKind kind = KindOf(value, erased);
  {
    Query query(db_, kAddVersion);
    query.Bind(revision).Bind(recorded_micros).Bind(key);
    query.Bind(static_cast<std::int64_t>(kind)).BindBlob(digest);
    value ? query.BindBlob(*value) : query.BindNull();
    LB_RETURN_IF_ERROR(query.Run());
  }
  if (kind == VersionKind::kDeleted) return DropState(key);
  return SetState(key, db_->LastInsertId(), revision);
}

absl::Status SqliteTables::AddLog(Revision revision, std::size_t versions,
                                  absl::string_view chain,
                                  absl::string_view digest, const Meta& meta) {
  const auto count = static_cast<std::int64_t>(versions);
  const std::int64_t first = db_->LastInsertId() - count + 1;
  const std::string encoded = EncodeMeta(meta);
  Query query(db_, kAddLog);
  query.Bind(revision).Bind(first).Bind(count).Bind(chain).Bind(digest);
  return query.BindBlob(encoded).Run();
}

absl::Status SqliteTables::Record(const PreparedTransaction& prepared,
                                  const Standing& standing) {
  const Transaction& transaction = prepared.transaction;
  const Head& head = standing.head;
  for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
    const Write& write = transaction.writes[i];
    LB_RETURN_IF_ERROR(AddVersion(head.revision,
                                  absl::ToUnixMicros(head.recorded), write.key,
                                  write.value, false, prepared.digests[i]));
  }
  LB_RETURN_IF_ERROR(AddLog(head.revision, transaction.writes.size(),
                            head.chain, prepared.content_digest,
                            transaction.meta));
  if (!transaction.meta.request) return absl::OkStatus();
  return Remember({*transaction.meta.request, head.revision, head.recorded});
}

absl::Status SqliteTables::Remember(const RequestRecord& request) {
  const RequestKey& key = request.key;
  Query query(db_, kRemember);
  query.Bind(key.agency).Bind(key.method).Bind(key.request_id);
  query.Bind(key.digest).Bind(request.revision);
  return query.Bind(absl::ToUnixMicros(request.recorded)).Run();
}

absl::Status SqliteTables::SaveStanding(const Standing& standing) {
  const Head& head = standing.head;
  Query query(db_, kSaveStanding);
  query.Bind(head.revision).Bind(absl::ToUnixMicros(head.recorded));
  return query.Bind(head.chain).Bind(standing.only_migrated ? 1 : 0).Run();
}

absl::Status SqliteTables::SaveLease(absl::string_view name,
                                     const LeaseRecord& lease) {
  Query query(db_, kSaveLease);
  query.Bind(name).Bind(lease.holder).Bind(lease.token).Bind(lease.beat);
  return query.Bind(absl::ToInt64Microseconds(lease.ttl)).Run();
}

absl::Status SqliteTables::AddErasure(const Erasure& erasure) {
  Encoder revisions;
  for (const Revision revision : erasure.revisions) revisions.Number(revision);
  const std::string encoded = revisions.Take();
  Query query(db_, kAddErasure);
  return query.Bind(erasure.key).Bind(erasure.decision).BindBlob(encoded).Run();
}

}  // namespace lagesbild::ledger
