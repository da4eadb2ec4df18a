#include "lib/ledger/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/backup_file.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

constexpr char kHeader = 'H';
constexpr char kRevision = 'R';
constexpr char kVersion = 'V';
constexpr char kRequest = 'Q';
constexpr char kLease = 'L';
constexpr char kErasure = 'E';
constexpr char kEnd = 'Z';

enum VersionKind { kDeleted, kValue, kErased };

absl::Status Damaged(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("damaged backup: ", why));
}

std::string EncodeVersion(const StoredVersion& version) {
  const VersionKind kind =
      version.erased ? kErased : (version.value ? kValue : kDeleted);
  return Encoder()
      .Bytes(version.key)
      .Number(kind)
      .Bytes(version.value.value_or(""))
      .Bytes(version.digest)
      .Take();
}

std::string EncodeRevision(const StoredRevision& revision) {
  return Encoder()
      .Number(revision.revision)
      .Number(revision.recorded_micros)
      .Number(revision.logged ? 1 : 0)
      .Bytes(revision.chain)
      .Bytes(revision.content_digest)
      .Bytes(revision.logged ? EncodeMeta(revision.meta) : "")
      .Number(static_cast<std::int64_t>(revision.versions.size()))
      .Take();
}

std::string EncodeErasure(const Erasure& erasure) {
  Encoder out;
  out.Bytes(erasure.key).Bytes(erasure.decision);
  out.Number(static_cast<std::int64_t>(erasure.revisions.size()));
  for (const Revision revision : erasure.revisions) out.Number(revision);
  return out.Take();
}

StoreHeader DecodeHeader(Decoder* in) {
  StoreHeader header;
  header.store_id = in->Bytes();
  header.standing.head.revision = in->Number();
  header.standing.head.recorded = absl::FromUnixMicros(in->Number());
  header.standing.head.chain = in->Bytes();
  header.standing.only_migrated = in->Number() == 1;
  header.compacted_through = in->Number();
  header.compacted_chain = in->Bytes();
  return header;
}

StoredVersion DecodeVersion(Decoder* in) {
  StoredVersion version;
  version.key = in->Bytes();
  const std::int64_t kind = in->Number();
  std::string value = in->Bytes();
  if (kind != kDeleted) version.value = std::move(value);
  version.erased = kind == kErased;
  version.digest = in->Bytes();
  return version;
}

RequestRecord DecodeRequest(Decoder* in) {
  RequestRecord record;
  record.key.agency = in->Bytes();
  record.key.method = in->Bytes();
  record.key.request_id = in->Bytes();
  record.key.digest = in->Bytes();
  record.revision = in->Number();
  record.recorded = absl::FromUnixMicros(in->Number());
  return record;
}

Erasure DecodeErasure(Decoder* in) {
  Erasure erasure;
  erasure.key = in->Bytes();
  erasure.decision = in->Bytes();
  const std::int64_t count = in->Number();
  for (std::int64_t i = 0; i < count && in->ok(); ++i) {
    erasure.revisions.push_back(in->Number());
  }
  return erasure;
}

// One pass over a backup's records.
class BackupReader {
 public:
  BackupReader(RecordReader* records, StoreSink* sink)
      : records_(records), sink_(sink) {}

  absl::Status Run() {
    while (!ended_) {
      LB_ASSIGN_OR_RETURN(const std::string record, records_->Next());
      absl::string_view rest = record;
      if (rest.empty()) return Damaged("an empty record");
      const char kind = rest.front();
      rest.remove_prefix(1);
      Decoder in(rest);
      LB_RETURN_IF_ERROR(Give(kind, &in));
      if (!in.Finished()) return Damaged("a record of another length");
    }
    return records_->CheckEnd();
  }

 private:
  absl::Status Give(char kind, Decoder* in) {
    switch (kind) {
      case kHeader:
        return sink_->Begin(DecodeHeader(in));
      case kRevision:
        return GiveRevision(in);
      case kRequest:
        return sink_->AddRequest(DecodeRequest(in));
      case kLease:
        return GiveLease(in);
      case kErasure:
        return sink_->AddErasure(DecodeErasure(in));
      case kEnd:
        ended_ = true;
        return sink_->Finish();
      default:
        return Damaged("a record of an unknown kind");
    }
  }

  absl::Status GiveLease(Decoder* in) {
    const std::string name = in->Bytes();
    LeaseRecord lease;
    lease.token = in->Number();
    lease.beat = in->Number();
    return sink_->AddLease(name, lease);
  }

  absl::Status GiveRevision(Decoder* in) {
    StoredRevision revision;
    revision.revision = in->Number();
    revision.recorded_micros = in->Number();
    revision.logged = in->Number() == 1;
    revision.chain = in->Bytes();
    revision.content_digest = in->Bytes();
    const std::string meta = in->Bytes();
    if (revision.logged && !DecodeMeta(meta, &revision.meta)) {
      return Damaged("a revision's meta");
    }
    const std::int64_t count = in->Number();
    for (std::int64_t i = 0; i < count; ++i) {
      LB_RETURN_IF_ERROR(ReadVersion(&revision));
    }
    return sink_->AddRevision(std::move(revision));
  }

  absl::Status ReadVersion(StoredRevision* revision) {
    LB_ASSIGN_OR_RETURN(const std::string record, records_->Next());
    absl::string_view rest = record;
    if (rest.empty() || rest.front() != kVersion) {
      return Damaged("a version is missing");
    }
    rest.remove_prefix(1);
    Decoder in(rest);
    revision->versions.push_back(DecodeVersion(&in));
    return in.Finished() ? absl::OkStatus() : Damaged("a version");
  }

  RecordReader* const records_;
  StoreSink* const sink_;
  bool ended_ = false;
};

// A new file's name is durable when its folder is.
absl::Status SyncFolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) close(fd);
  if (synced) return absl::OkStatus();
  return StorageUnavailable(
      absl::StrCat("backup ", path, ": ", std::strerror(errno)));
}

absl::Status ReadOnce(const std::string& path, StoreSink* sink) {
  LB_ASSIGN_OR_RETURN(const auto records, RecordReader::Open(path));
  return BackupReader(records.get(), sink).Run();
}

}  // namespace

BackupWriter::BackupWriter(std::string path, std::FILE* file)
    : path_(std::move(path)), out_(std::make_unique<RecordWriter>(file)) {}

BackupWriter::~BackupWriter() {
  if (!finished_) unlink(path_.c_str());
}

absl::StatusOr<std::unique_ptr<BackupWriter>> BackupWriter::Create(
    const std::string& path) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat("backup ", path));
  }
  if (fd < 0) {
    return StorageUnavailable(
        absl::StrCat("backup ", path, ": ", std::strerror(errno)));
  }
  return std::unique_ptr<BackupWriter>(
      new BackupWriter(path, fdopen(fd, "wb")));
}

absl::Status BackupWriter::Put(char kind, const std::string& fields) {
  std::string record(1, kind);
  record.append(fields);
  return out_->Put(record);
}

absl::Status BackupWriter::Begin(const StoreHeader& header) {
  const Head& head = header.standing.head;
  return Put(kHeader, Encoder()
                          .Bytes(header.store_id)
                          .Number(head.revision)
                          .Number(absl::ToUnixMicros(head.recorded))
                          .Bytes(head.chain)
                          .Number(header.standing.only_migrated ? 1 : 0)
                          .Number(header.compacted_through)
                          .Bytes(header.compacted_chain)
                          .Take());
}

absl::Status BackupWriter::AddRevision(StoredRevision revision) {
  LB_RETURN_IF_ERROR(Put(kRevision, EncodeRevision(revision)));
  for (const StoredVersion& version : revision.versions) {
    LB_RETURN_IF_ERROR(Put(kVersion, EncodeVersion(version)));
  }
  return absl::OkStatus();
}

absl::Status BackupWriter::AddRequest(const RequestRecord& request) {
  return Put(kRequest, Encoder()
                           .Bytes(request.key.agency)
                           .Bytes(request.key.method)
                           .Bytes(request.key.request_id)
                           .Bytes(request.key.digest)
                           .Number(request.revision)
                           .Number(absl::ToUnixMicros(request.recorded))
                           .Take());
}

absl::Status BackupWriter::AddLease(const std::string& name,
                                    const LeaseRecord& lease) {
  return Put(
      kLease,
      Encoder().Bytes(name).Number(lease.token).Number(lease.beat).Take());
}

absl::Status BackupWriter::AddErasure(const Erasure& erasure) {
  return Put(kErasure, EncodeErasure(erasure));
}

absl::Status BackupWriter::Finish() {
  LB_RETURN_IF_ERROR(Put(kEnd, ""));
  LB_RETURN_IF_ERROR(out_->Finish());
  LB_RETURN_IF_ERROR(SyncFolderOf(path_));
  finished_ = true;
  return absl::OkStatus();
}

absl::Status ReadBackup(const std::string& path, StoreSink* sink) {
  VerifyingSink verify;
  LB_RETURN_IF_ERROR(ReadOnce(path, &verify));
  return ReadOnce(path, sink);
}

}  // namespace lagesbild::ledger
