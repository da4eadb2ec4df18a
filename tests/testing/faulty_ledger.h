#ifndef LAGESBILD_TESTS_TESTING_FAULTY_LEDGER_H_
#define LAGESBILD_TESTS_TESTING_FAULTY_LEDGER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// A ledger whose storage can be taken away and given back, made to wait, or
// exchanged for another ledger, as a restore does. Does not own what it stands
// before.
class FaultyLedger final : public ledger::Ledger {
 public:
  explicit FaultyLedger(ledger::Ledger* inner) : inner_(inner) {}

  // From now on every call gives `status`; OK: works again.
  void Fail(absl::Status status) {
    base::MutexLock lock(&mutex_);
    failure_ = std::move(status);
  }
  void Exchange(ledger::Ledger* inner) {
    base::MutexLock lock(&mutex_);
    inner_ = inner;
  }
  // From now on commits give `status`, and nothing else does.
  void FailCommits(absl::Status status) {
    base::MutexLock lock(&mutex_);
    commit_failure_ = std::move(status);
  }
  int failed_commits() const {
    base::MutexLock lock(&mutex_);
    return failed_commits_;
  }
  // How many calls were answered with a failure.
  int failures() const {
    base::MutexLock lock(&mutex_);
    return failures_;
  }

  // From now on commits of this cause wait, for "" all; what waits goes on
  // waiting.
  void HoldCommits(std::string cause) {
    base::MutexLock lock(&mutex_);
    holding_ = std::move(cause);
  }
  // Lets those that wait now go on, in the order in which they came.
  void PassHeld() {
    for (auto& [transaction, done] : TakeHeld()) {
      inner()->Commit(std::move(transaction), std::move(done));
    }
  }
  // Nothing waits any more.
  void Release() {
    {
      base::MutexLock lock(&mutex_);
      holding_.reset();
    }
    PassHeld();
  }
  int held() const {
    base::MutexLock lock(&mutex_);
    return static_cast<int>(held_.size());
  }
  // How those that had waited came out, in that order.
  std::vector<absl::Status> outcomes() const {
    base::MutexLock lock(&mutex_);
    return outcomes_;
  }

  // From now on reads of the whole history hang, with what they have read,
  // until they are let go.
  void HoldHistory(bool hold) {
    base::MutexLock lock(&mutex_);
    history_held_ = hold;
    history_free_.SignalAll();
  }
  // How many hang now.
  int hanging() const {
    base::MutexLock lock(&mutex_);
    return hanging_;
  }

  void Commit(ledger::Transaction transaction,
              ledger::CommitCallback done) override {
    if (const absl::Status s = Check(); !s.ok()) return done(s);
    if (const absl::Status s = CheckCommit(); !s.ok()) return done(s);
    if (Hold(&transaction, &done)) return;
    inner()->Commit(std::move(transaction), std::move(done));
  }
  absl::StatusOr<ledger::ChangePage> ReadChanges(ledger::Revision after,
                                                 int limit) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->ReadChanges(after, limit);
  }
  absl::StatusOr<ledger::Head> WaitForHead(ledger::Revision after,
                                           absl::Duration timeout) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->WaitForHead(after, timeout);
  }
  absl::StatusOr<ledger::Head> ReadHead() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->ReadHead();
  }
  absl::StatusOr<ledger::Snapshot> Load() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->Load();
  }
  absl::StatusOr<std::vector<ledger::Version>> ReadHistory(
      absl::string_view prefix, ledger::Revision at) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    auto versions = inner()->ReadHistory(prefix, at);
    if (prefix.empty()) Hang();
    return versions;
  }
  absl::StatusOr<std::vector<ledger::Version>> ReadVersions(
      absl::string_view key) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->ReadVersions(key);
  }
  absl::StatusOr<ledger::Revision> RevisionAt(absl::Time time) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->RevisionAt(time);
  }
  absl::StatusOr<std::vector<ledger::RequestRecord>> LoadRequests() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->LoadRequests();
  }
  absl::Status Compact(ledger::Revision through) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->Compact(through);
  }
  absl::StatusOr<ledger::Revision> CompactedThrough() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->CompactedThrough();
  }
  absl::Status Erase(const ledger::Erasure& erasure) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->Erase(erasure);
  }
  absl::StatusOr<std::vector<ledger::Erasure>> ReadErasures() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->ReadErasures();
  }
  absl::Status CheckPosition(const ledger::Position& position) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->CheckPosition(position);
  }
  std::string StoreId() override { return inner()->StoreId(); }
  absl::Status VerifyChain() override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->VerifyChain();
  }
  absl::Status Backup(const std::string& path) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->Backup(path);
  }
  absl::StatusOr<ledger::LeaseRecord> ReadLease(
      absl::string_view name) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->ReadLease(name);
  }
  absl::Status SwapLease(absl::string_view name,
                         const ledger::LeaseRecord& expected,
                         const ledger::LeaseRecord& next) override {
    if (absl::Status s = Check(); !s.ok()) return s;
    return inner()->SwapLease(name, expected, next);
  }

 private:
  absl::Status Check() {
    base::MutexLock lock(&mutex_);
    if (!failure_.ok()) ++failures_;
    return failure_;
  }
  absl::Status CheckCommit() {
    base::MutexLock lock(&mutex_);
    if (!commit_failure_.ok()) ++failed_commits_;
    return commit_failure_;
  }
  ledger::Ledger* inner() const {
    base::MutexLock lock(&mutex_);
    return inner_;
  }

  void Hang() {
    base::MutexLock lock(&mutex_);
    ++hanging_;
    while (history_held_) history_free_.Wait(&mutex_);
    --hanging_;
  }

  // True: it was taken over.
  bool Hold(ledger::Transaction* transaction, ledger::CommitCallback* done) {
    base::MutexLock lock(&mutex_);
    if (!holding_) return false;
    if (!holding_->empty() && transaction->meta.cause != *holding_) {
      return false;
    }
    held_.emplace_back(std::move(*transaction), Noting(std::move(*done)));
    return true;
  }
  ledger::CommitCallback Noting(ledger::CommitCallback done) {
    return [this, done = std::move(done)](
               const absl::StatusOr<ledger::Committed>& committed) {
      {
        base::MutexLock lock(&mutex_);
        outcomes_.push_back(committed.status());
      }
      done(committed);
    };
  }
  std::vector<std::pair<ledger::Transaction, ledger::CommitCallback>>
  TakeHeld() {
    base::MutexLock lock(&mutex_);
    return std::exchange(held_, {});
  }

  mutable base::Mutex mutex_;
  ledger::Ledger* inner_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status commit_failure_ ABSL_GUARDED_BY(mutex_);
  int failed_commits_ ABSL_GUARDED_BY(mutex_) = 0;
  base::CondVar history_free_;
  bool history_held_ ABSL_GUARDED_BY(mutex_) = false;
  int hanging_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<std::string> holding_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<ledger::Transaction, ledger::CommitCallback>> held_
      ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> outcomes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_FAULTY_LEDGER_H_
