#include "lib/ledger/memory_ledger.h"

#include <utility>
#include <vector>

#include "lib/base/mutex.h"
#include "lib/base/status.h"
#include "lib/ledger/backup.h"
#include "lib/ledger/committer.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/memory_store.h"

namespace lagesbild::ledger {
namespace {

class MemoryLedger final : public Ledger {
 public:
  MemoryLedger(const base::Clock* clock, MemoryStore store)
      : clock_(clock),
        store_(std::move(store)),
        committer_([this](absl::Span<const PreparedTransaction> batch) {
          return Apply(batch);
        }) {}
  ~MemoryLedger() override { committer_.Stop(); }

  void Commit(Transaction transaction, CommitCallback done) override {
    committer_.Commit(std::move(transaction), std::move(done));
  }

  absl::StatusOr<ChangePage> ReadChanges(Revision after, int limit) override {
    base::MutexLock lock(&mutex_);
    return store_.ReadChanges(after, limit);
  }

  absl::StatusOr<Head> WaitForHead(Revision after,
                                   absl::Duration timeout) override {
    const base::SystemClock real;
    const absl::Duration end = real.Monotonic() + timeout;
    base::MutexLock lock(&mutex_);
    while (store_.head().revision <= after && real.Monotonic() < end) {
      moved_.WaitFor(&mutex_, end - real.Monotonic());
    }
    return store_.head();
  }

  absl::StatusOr<Head> ReadHead() override {
    base::MutexLock lock(&mutex_);
    return store_.head();
  }

  absl::StatusOr<Snapshot> Load() override {
    base::MutexLock lock(&mutex_);
    return store_.Load();
  }

  absl::StatusOr<std::vector<Version>> ReadHistory(absl::string_view prefix,
                                                   Revision at) override {
    base::MutexLock lock(&mutex_);
    return store_.ReadHistory(prefix, at);
  }

  absl::StatusOr<std::vector<Version>> ReadVersions(
      absl::string_view key) override {
    base::MutexLock lock(&mutex_);
    return store_.ReadVersions(key);
  }

  absl::StatusOr<Revision> RevisionAt(absl::Time time) override {
    base::MutexLock lock(&mutex_);
    return store_.RevisionAt(time);
  }

  absl::StatusOr<std::vector<RequestRecord>> LoadRequests() override {
    base::MutexLock lock(&mutex_);
    return store_.LoadRequests();
  }

  absl::Status Compact(Revision through) override {
    base::MutexLock lock(&mutex_);
    return store_.Compact(through, clock_->Now());
  }

  absl::StatusOr<Revision> CompactedThrough() override {
    base::MutexLock lock(&mutex_);
    return store_.compacted_through();
  }

  absl::Status Erase(const Erasure& erasure) override {
    LB_RETURN_IF_ERROR(ValidateErasure(erasure));
    base::MutexLock lock(&mutex_);
    return store_.Erase(erasure);
  }

  absl::StatusOr<std::vector<Erasure>> ReadErasures() override {
    base::MutexLock lock(&mutex_);
    return store_.erasures();
  }

  absl::Status CheckPosition(const Position& position) override {
    base::MutexLock lock(&mutex_);
    return store_.CheckPosition(position);
  }

  std::string StoreId() override {
    base::MutexLock lock(&mutex_);
    return store_.store_id();
  }

  absl::Status VerifyChain() override {
    {
      VerifyingSink sink;
      base::MutexLock lock(&mutex_);
      LB_RETURN_IF_ERROR(store_.Export(&sink));
    }
    return VerifyState(this);
  }

  absl::Status Backup(const std::string& path) override {
    LB_ASSIGN_OR_RETURN(const auto writer, BackupWriter::Create(path));
    base::MutexLock lock(&mutex_);
    return store_.Export(writer.get());
  }

  absl::StatusOr<LeaseRecord> ReadLease(absl::string_view name) override {
    base::MutexLock lock(&mutex_);
    return store_.FindLease(name);
  }

  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next) override {
    base::MutexLock lock(&mutex_);
    return store_.SwapLease(name, expected, next);
  }

 private:
  std::vector<absl::StatusOr<Committed>> Apply(
      absl::Span<const PreparedTransaction> batch) {
    std::vector<absl::StatusOr<Committed>> results;
    base::MutexLock lock(&mutex_);
    for (const PreparedTransaction& prepared : batch) {
      results.push_back(store_.Apply(prepared, clock_->Now()));
    }
    moved_.SignalAll();
    return results;
  }

  const base::Clock* const clock_;
  base::Mutex mutex_;
  base::CondVar moved_;
  MemoryStore store_ ABSL_GUARDED_BY(mutex_);
  Committer committer_;  // last: its thread uses all of the above
};

}  // namespace

std::unique_ptr<Ledger> NewMemoryLedger(const base::Clock* clock,
                                        base::IdSource* ids) {
  return std::make_unique<MemoryLedger>(clock, MemoryStore(ids->NewId()));
}

absl::StatusOr<std::unique_ptr<Ledger>> RestoreMemoryLedger(
    const std::string& path, const base::Clock* clock, base::IdSource* ids) {
  MemoryStore store(ids->NewId());
  LB_RETURN_IF_ERROR(ReadBackup(path, &store));
  return std::make_unique<MemoryLedger>(clock, std::move(store));
}

}  // namespace lagesbild::ledger
