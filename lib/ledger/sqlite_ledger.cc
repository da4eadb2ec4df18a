#include "lib/ledger/sqlite_ledger.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/base/mutex.h"
#include "lib/base/status.h"
#include "lib/ledger/backup.h"
#include "lib/ledger/sqlite_copy.h"
#include "lib/ledger/sqlite_reads.h"
#include "lib/ledger/sqlite_tables.h"
#include "lib/ledger/sqlite_writer.h"

namespace lagesbild::ledger {
namespace {

// Our own commits wake a waiter at once; another process' are looked for.
constexpr absl::Duration kLookForOthers = absl::Milliseconds(25);

class SqliteLedger final : public Ledger {
 public:
  SqliteLedger(const std::string& path, const SqliteOptions& options,
               std::string store_id, std::unique_ptr<Database> db,
               const base::Clock* clock)
      : store_id_(std::move(store_id)),
        readers_(path, options.vfs, options.busy_timeout, store_id_),
        writer_(std::move(db), clock),
        committer_(
            [this](absl::Span<const PreparedTransaction> batch) {
              return Apply(batch);
            },
            options.limits) {}
  ~SqliteLedger() override { committer_.Stop(); }

  void Commit(Transaction transaction, CommitCallback done) override {
    committer_.Commit(std::move(transaction), std::move(done));
  }

  absl::StatusOr<ChangePage> ReadChanges(Revision after, int limit) override {
    return readers_.Run<absl::StatusOr<ChangePage>>(
        [&](SqliteReads* reads) { return reads->Changes(after, limit); });
  }

  absl::StatusOr<Head> WaitForHead(Revision after,
                                   absl::Duration timeout) override;

  absl::StatusOr<Head> ReadHead() override {
    return readers_.Run<absl::StatusOr<Head>>(
        [](SqliteReads* reads) { return reads->ReadHead(); });
  }

  absl::StatusOr<Snapshot> Load() override {
    return readers_.Run<absl::StatusOr<Snapshot>>(
        [](SqliteReads* reads) { return reads->Load(); });
  }

  absl::StatusOr<std::vector<Version>> ReadHistory(absl::string_view prefix,
                                                   Revision at) override {
    return readers_.Run<absl::StatusOr<std::vector<Version>>>(
        [&](SqliteReads* reads) { return reads->History(prefix, at); });
  }

  absl::StatusOr<std::vector<Version>> ReadVersions(
      absl::string_view key) override {
    return readers_.Run<absl::StatusOr<std::vector<Version>>>(
        [&](SqliteReads* reads) { return reads->Versions(key); });
  }

  absl::StatusOr<Revision> RevisionAt(absl::Time time) override {
    return readers_.Run<absl::StatusOr<Revision>>(
        [&](SqliteReads* reads) { return reads->RevisionAt(time); });
  }

  absl::StatusOr<std::vector<RequestRecord>> LoadRequests() override {
    return readers_.Run<absl::StatusOr<std::vector<RequestRecord>>>(
        [](SqliteReads* reads) { return reads->Requests(); });
  }

  absl::Status Compact(Revision through) override;

  absl::StatusOr<Revision> CompactedThrough() override {
    return readers_.Run<absl::StatusOr<Revision>>(
        [](SqliteReads* reads) { return reads->CompactedThrough(); });
  }

  absl::Status Erase(const Erasure& erasure) override {
    LB_RETURN_IF_ERROR(ValidateErasure(erasure));
    base::MutexLock lock(&write_mutex_);
    return writer_.Erase(erasure);
  }

  absl::StatusOr<std::vector<Erasure>> ReadErasures() override {
    return readers_.Run<absl::StatusOr<std::vector<Erasure>>>(
        [](SqliteReads* reads) { return reads->Erasures(); });
  }

  absl::Status CheckPosition(const Position& position) override {
    return readers_.Run<absl::Status>(
        [&](SqliteReads* reads) { return reads->CheckPosition(position); });
  }

  std::string StoreId() override { return store_id_; }

  absl::Status VerifyChain() override {
    VerifyingSink sink;
    LB_RETURN_IF_ERROR(Export(&sink));
    return VerifyState(this);
  }

  absl::Status Backup(const std::string& path) override {
    LB_ASSIGN_OR_RETURN(const auto writer, BackupWriter::Create(path));
    return Export(writer.get());
  }

  absl::StatusOr<LeaseRecord> ReadLease(absl::string_view name) override {
    return readers_.Run<absl::StatusOr<LeaseRecord>>(
        [&](SqliteReads* reads) { return reads->Lease(name); });
  }

  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next) override {
    base::MutexLock lock(&write_mutex_);
    return writer_.SwapLease(name, expected, next);
  }

 private:
  absl::StatusOr<bool> DropLogRows(Revision through) {
    base::MutexLock lock(&write_mutex_);
    return writer_.DropLogRows(through);
  }

  absl::Status Export(StoreSink* sink) {
    return readers_.Run<absl::Status>(
        [&](SqliteReads* reads) { return reads->Export(sink); });
  }

  std::vector<absl::StatusOr<Committed>> Apply(
      absl::Span<const PreparedTransaction> batch) {
    base::MutexLock lock(&write_mutex_);
    auto results = writer_.Apply(batch);
    base::MutexLock moved(&head_mutex_);
    head_ = writer_.head();
    moved_.SignalAll();
    return results;
  }

  // Waits until our own commits have passed `after`, at most `timeout`.
  void AwaitOwnCommit(Revision after, absl::Duration timeout) {
    base::MutexLock lock(&head_mutex_);
    if (head_ <= after) moved_.WaitFor(&head_mutex_, timeout);
  }

  const std::string store_id_;
  SqliteReaders readers_;
  base::Mutex write_mutex_;
  SqliteWriter writer_ ABSL_GUARDED_BY(write_mutex_);
  base::Mutex head_mutex_;
  base::CondVar moved_;
  Revision head_ ABSL_GUARDED_BY(head_mutex_) = 0;
  Committer committer_;  // last: its thread uses all of the above
};

absl::StatusOr<Head> SqliteLedger::WaitForHead(Revision after,
                                               absl::Duration timeout) {
  const base::SystemClock real;
  const absl::Duration end = real.Monotonic() + timeout;
  while (true) {
    LB_ASSIGN_OR_RETURN(Head head, ReadHead());
    const absl::Duration left = end - real.Monotonic();
    if (head.revision > after || left <= absl::ZeroDuration()) return head;
    AwaitOwnCommit(after, std::min(left, kLookForOthers));
  }
}

absl::Status SqliteLedger::Compact(Revision through) {
  {
    base::MutexLock lock(&write_mutex_);
    LB_RETURN_IF_ERROR(writer_.MoveCompacted(through));
  }
  bool more = true;
  while (more) {
    LB_ASSIGN_OR_RETURN(more, DropLogRows(through));
  }
  base::MutexLock lock(&write_mutex_);
  return writer_.ForgetRequests();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> OpenSqlite(
    const std::string& path, const base::Clock* clock, base::IdSource* ids,
    const SqliteOptions& options) {
  LB_ASSIGN_OR_RETURN(auto db,
                      OpenForWriting(path, options.vfs, options.busy_timeout,
                                     options.checkpoint_pages));
  LB_RETURN_IF_ERROR(EnsureTables(db.get(), ids->NewId()));
  if (!options.name.empty()) {
    LB_RETURN_IF_ERROR(EnsureName(db.get(), options.name));
  }
  LB_ASSIGN_OR_RETURN(const StoreHeader header, ReadHeader(db.get()));
  return std::make_unique<SqliteLedger>(path, options, header.store_id,
                                        std::move(db), clock);
}

absl::Status RestoreSqlite(const std::string& backup, const std::string& path,
                           base::IdSource* ids, const SqliteOptions& options) {
  LB_ASSIGN_OR_RETURN(auto db,
                      OpenForWriting(path, options.vfs, options.busy_timeout,
                                     options.checkpoint_pages));
  DatabaseTransaction transaction(db.get(), DatabaseTransaction::Kind::kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(const bool empty, HasNoTables(db.get()));
  if (!empty) return absl::AlreadyExistsError(absl::StrCat("ledger ", path));
  LB_RETURN_IF_ERROR(CreateTables(db.get(), ids->NewId()));
  SqliteRestore restore(db.get());
  LB_RETURN_IF_ERROR(ReadBackup(backup, &restore));
  return transaction.Commit();
}

}  // namespace lagesbild::ledger
