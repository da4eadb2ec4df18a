#include "lib/ledger/redis_ledger.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/backup.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/redis_changes.h"
#include "lib/ledger/redis_pool.h"
#include "lib/ledger/redis_reads.h"
#include "lib/ledger/redis_writer.h"

namespace lagesbild::ledger {
namespace {

constexpr char kFormat[] = "1";
// An export is begun anew when a compaction or an erasure came between.
constexpr int kExportAttempts = 5;

class RedisLedger final : public Ledger {
 public:
  RedisLedger(const RedisOptions& options, std::string tag,
              std::string store_id, std::string writer_id,
              const base::Clock* clock)
      : tag_(tag),
        store_id_(store_id),
        clock_(clock),
        pool_(options.endpoint),
        writer_(options, std::move(tag), std::move(store_id),
                std::move(writer_id), clock),
        committer_(
            [this](absl::Span<const PreparedTransaction> batch) {
              return writer_.Apply(batch);
            },
            options.limits) {}
  ~RedisLedger() override { committer_.Stop(); }

  void Commit(Transaction transaction, CommitCallback done) override {
    committer_.Commit(std::move(transaction), std::move(done));
  }

  absl::StatusOr<ChangePage> ReadChanges(Revision after, int limit) override {
    return Read<absl::StatusOr<ChangePage>>(
        [&](RedisReads* reads) { return reads->Changes(after, limit); });
  }

  absl::StatusOr<Head> WaitForHead(Revision after,
                                   absl::Duration timeout) override {
    return Read<absl::StatusOr<Head>>(
        [&](RedisReads* reads) { return reads->WaitForHead(after, timeout); });
  }

  absl::StatusOr<Head> ReadHead() override {
    return Read<absl::StatusOr<Head>>(
        [](RedisReads* reads) { return reads->ReadHead(); });
  }

  absl::StatusOr<Snapshot> Load() override {
    return Read<absl::StatusOr<Snapshot>>(
        [](RedisReads* reads) { return reads->Load(); });
  }

  absl::StatusOr<std::vector<Version>> ReadHistory(absl::string_view prefix,
                                                   Revision at) override {
    return Read<absl::StatusOr<std::vector<Version>>>(
        [&](RedisReads* reads) { return reads->History(prefix, at); });
  }

  absl::StatusOr<std::vector<Version>> ReadVersions(
      absl::string_view key) override {
    return Read<absl::StatusOr<std::vector<Version>>>(
        [&](RedisReads* reads) { return reads->Versions(key); });
  }

  absl::StatusOr<Revision> RevisionAt(absl::Time time) override {
    return Read<absl::StatusOr<Revision>>(
        [&](RedisReads* reads) { return reads->RevisionAt(time); });
  }

  absl::StatusOr<std::vector<RequestRecord>> LoadRequests() override {
    return Read<absl::StatusOr<std::vector<RequestRecord>>>(
        [](RedisReads* reads) { return reads->Requests(); });
  }

  absl::Status Compact(Revision through) override {
    return Change([&](RedisChanges* changes) {
      return changes->Compact(through, clock_->Now() - kRequestMemory);
    });
  }

  absl::StatusOr<Revision> CompactedThrough() override {
    return Read<absl::StatusOr<Revision>>(
        [](RedisReads* reads) { return reads->CompactedThrough(); });
  }

  absl::Status Erase(const Erasure& erasure) override {
    LB_RETURN_IF_ERROR(ValidateErasure(erasure));
    return Change(
        [&](RedisChanges* changes) { return changes->Erase(erasure); });
  }

  absl::StatusOr<std::vector<Erasure>> ReadErasures() override {
    return Read<absl::StatusOr<std::vector<Erasure>>>(
        [](RedisReads* reads) { return reads->Erasures(); });
  }

  absl::Status CheckPosition(const Position& position) override {
    return Read<absl::Status>(
        [&](RedisReads* reads) { return reads->CheckPosition(position); });
  }

  std::string StoreId() override { return store_id_; }

  absl::Status VerifyChain() override {
    absl::Status status;
    for (int attempt = 0; attempt < kExportAttempts; ++attempt) {
      VerifyingSink sink;
      status = Export(&sink);
      if (status.ok()) return VerifyState(this);
      if (!absl::IsAborted(status)) return status;
    }
    return StorageUnavailable(status.message());
  }

  absl::Status Backup(const std::string& path) override {
    absl::Status status;
    for (int attempt = 0; attempt < kExportAttempts; ++attempt) {
      LB_ASSIGN_OR_RETURN(const auto writer, BackupWriter::Create(path));
      status = Export(writer.get());
      if (!absl::IsAborted(status)) return status;
    }
    return StorageUnavailable(status.message());
  }

  absl::StatusOr<LeaseRecord> ReadLease(absl::string_view name) override {
    return Read<absl::StatusOr<LeaseRecord>>(
        [&](RedisReads* reads) { return reads->Lease(name); });
  }

  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next) override {
    return Change([&](RedisChanges* changes) {
      return changes->SwapLease(name, expected, next);
    });
  }

 private:
  template <typename Result, typename Use>
  Result Read(Use use) {
    return pool_.Run<Result>([&](RedisConnection* connection) -> Result {
      RedisReads reads(connection, tag_);
      Result result = use(&reads);
      LB_RETURN_IF_ERROR(reads.CheckStore(store_id_));
      return result;
    });
  }

  template <typename Use>
  absl::Status Change(Use use) {
    return pool_.Run<absl::Status>([&](RedisConnection* connection) {
      RedisChanges changes(connection, tag_, store_id_);
      return use(&changes);
    });
  }

  absl::Status Export(StoreSink* sink) {
    return Read<absl::Status>(
        [&](RedisReads* reads) { return reads->Export(sink); });
  }

  const std::string tag_;
  const std::string store_id_;
  const base::Clock* const clock_;
  RedisPool pool_;
  RedisWriter writer_;   // the committer's thread alone uses it
  Committer committer_;  // last: its thread uses all of the above
};

absl::StatusOr<std::string> TagOf(const RedisOptions& options) {
  LB_RETURN_IF_ERROR(ValidateKey("name", options.name));
  if (absl::StrContains(options.name, "{") ||
      absl::StrContains(options.name, "}")) {
    return base::InvalidField("name", "has braces");
  }
  if (options.limits.max_batch >= kRememberedOutcomes) {
    return base::InvalidField("limits.max_batch", "beyond what is remembered");
  }
  return absl::StrCat("{", options.name, "}");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> OpenRedis(const RedisOptions& options,
                                                  const base::Clock* clock,
                                                  base::IdSource* ids) {
  LB_ASSIGN_OR_RETURN(const std::string tag, TagOf(options));
  LB_ASSIGN_OR_RETURN(const auto connection,
                      RedisConnection::Connect(options.endpoint));
  LB_ASSIGN_OR_RETURN(
      const RedisReply reply,
      connection->CallScript(OpenScript(), tag, {ids->NewId()}));
  const RedisValue opened = reply.value();
  if (opened.size() != 3) {
    return absl::FailedPreconditionError(
        "the ledger's restore did not finish: restore it again");
  }
  if (opened[2].Text() != kFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the ledger has format ", opened[2].Text(), ", not ", kFormat));
  }
  return std::make_unique<RedisLedger>(
      options, tag, std::string(opened[1].Text()), ids->NewId(), clock);
}

absl::Status RestoreRedis(const std::string& backup,
                          const RedisOptions& options, base::IdSource* ids) {
  LB_ASSIGN_OR_RETURN(const std::string tag, TagOf(options));
  LB_ASSIGN_OR_RETURN(const auto connection,
                      RedisConnection::Connect(options.endpoint));
  RedisRestore restore(connection.get(), tag, ids->NewId());
  return ReadBackup(backup, &restore);
}

}  // namespace lagesbild::ledger
