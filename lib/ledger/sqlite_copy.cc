#include "lib/ledger/sqlite_copy.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/sqlite_reads.h"

namespace lagesbild::ledger {
namespace {

constexpr char kAllVersions[] =
    "SELECT revision, recorded, key, kind, digest, value FROM history "
    "ORDER BY id";
constexpr char kLogRow[] =
    "SELECT chain, digest, meta FROM log WHERE revision = ?";
constexpr char kAllLeases[] =
    "SELECT name, holder, token, beat, ttl FROM leases ORDER BY name";
constexpr char kSetCompacted[] =
    "UPDATE head SET compacted_through = ?, compacted_chain = ?";

StoredVersion StoredVersionOf(const Query& row) {
  const auto kind = static_cast<VersionKind>(row.Int(3));
  StoredVersion version{row.Bytes(2), std::nullopt,
                        kind == VersionKind::kErased, row.Bytes(4)};
  if (kind != VersionKind::kDeleted) version.value = row.Bytes(5);
  return version;
}

}  // namespace

absl::Status SqliteReads::Export(StoreSink* sink) {
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db_));
  LB_RETURN_IF_ERROR(sink->Begin(header));
  LB_RETURN_IF_ERROR(ExportRevisions(sink, header.compacted_through));
  LB_ASSIGN_OR_RETURN(const auto requests, Requests());
  for (const RequestRecord& request : requests) {
    LB_RETURN_IF_ERROR(sink->AddRequest(request));
  }
  LB_RETURN_IF_ERROR(ExportLeases(sink));
  LB_ASSIGN_OR_RETURN(const auto erasures, Erasures());
  for (const Erasure& erasure : erasures) {
    LB_RETURN_IF_ERROR(sink->AddErasure(erasure));
  }
  return sink->Finish();
}

absl::Status SqliteReads::FillFromLog(StoredRevision* revision) {
  Query query(db_, kLogRow);
  if (!query.Bind(revision->revision).Next()) {
    LB_RETURN_IF_ERROR(query.status());
    return absl::DataLossError(absl::StrCat("revision ", revision->revision,
                                            " is missing from the log"));
  }
  revision->logged = true;
  revision->chain = query.Bytes(0);
  revision->content_digest = query.Bytes(1);
  if (DecodeMeta(query.Bytes(2), &revision->meta)) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("revision ", revision->revision, ": its meta is damaged"));
}

absl::Status SqliteReads::ExportRevisions(StoreSink* sink,
                                          Revision compacted_through) {
  StoredRevision revision;
  const auto give = [&]() -> absl::Status {
    if (revision.revision == 0) return absl::OkStatus();
    if (revision.revision > compacted_through) {
      LB_RETURN_IF_ERROR(FillFromLog(&revision));
    }
    return sink->AddRevision(std::exchange(revision, {}));
  };
  Query query(db_, kAllVersions);
  while (query.Next()) {
    if (query.Int(0) != revision.revision) {
      LB_RETURN_IF_ERROR(give());
      revision.revision = query.Int(0);
      revision.recorded_micros = query.Int(1);
    }
    revision.versions.push_back(StoredVersionOf(query));
  }
  LB_RETURN_IF_ERROR(query.status());
  return give();
}

absl::Status SqliteReads::ExportLeases(StoreSink* sink) {
  Query query(db_, kAllLeases);
  while (query.Next()) {
    LB_RETURN_IF_ERROR(sink->AddLease(
        query.Bytes(0), {query.Bytes(1), query.Int(2), query.Int(3),
                         absl::Microseconds(query.Int(4))}));
  }
  return query.status();
}

absl::Status SqliteRestore::Begin(const StoreHeader& header) {
  LB_RETURN_IF_ERROR(tables_.SaveStanding(header.standing));
  Query query(db_, kSetCompacted);
  return query.Bind(header.compacted_through)
      .Bind(header.compacted_chain)
      .Run();
}

absl::Status SqliteRestore::AddRevision(StoredRevision revision) {
  for (const StoredVersion& version : revision.versions) {
    LB_RETURN_IF_ERROR(tables_.AddVersion(
        revision.revision, revision.recorded_micros, version.key, version.value,
        version.erased, version.digest));
  }
  if (!revision.logged) return absl::OkStatus();
  return tables_.AddLog(revision.revision, revision.versions.size(),
                        revision.chain, revision.content_digest, revision.meta);
}

absl::Status SqliteRestore::AddRequest(const RequestRecord& request) {
  return tables_.Remember(request);
}

absl::Status SqliteRestore::AddLease(const std::string& name,
                                     const LeaseRecord& lease) {
  return tables_.SaveLease(name, lease);
}

absl::Status SqliteRestore::AddErasure(const Erasure& erasure) {
  return tables_.AddErasure(erasure);
}

absl::Status SqliteRestore::Finish() { return absl::OkStatus(); }

}  // namespace lagesbild::ledger
