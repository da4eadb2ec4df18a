#include "tests/faults/ledger_load.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::testing {
namespace {

using ledger::Change;
using ledger::ChangePage;
using ledger::Committed;
using ledger::Ledger;
using ledger::RevisionChanges;
using ledger::Transaction;

constexpr int kRecords = 50;
constexpr int kBytes = 300;
constexpr int kPerPage = 2000;
constexpr ledger::Revision kOverlap = 500;

}  // namespace

Transaction LoadTransaction(const std::string& id) {
  Transaction transaction;
  const std::size_t record = std::hash<std::string>()(id) % kRecords;
  for (int i = 0; i < kKeysPerTransaction; ++i) {
    transaction.writes.push_back(
        {absl::StrCat("part", i, "/", record),
         absl::StrCat(id, "|", std::string(kBytes, char('a' + i))),
         std::nullopt});
  }
  transaction.meta.cause = id;
  return transaction;
}

LedgerLoad::LedgerLoad(Ledger* ledger, std::string prefix, int outstanding,
                       std::function<void(const Acknowledged&)> told)
    : ledger_(ledger), prefix_(std::move(prefix)), told_(std::move(told)) {
  for (int i = 0; i < outstanding; ++i) {
    {
      base::MutexLock lock(&mutex_);
      ++outstanding_;
    }
    Send();
  }
}

LedgerLoad::~LedgerLoad() {
  base::MutexLock lock(&mutex_);
  stopping_ = true;
  while (outstanding_ > 0) done_.Wait(&mutex_);
}

void LedgerLoad::Send() {
  const std::string id = absl::StrCat(prefix_, next_++);
  ledger_->Commit(
      LoadTransaction(id),
      [this, id](absl::StatusOr<Committed> committed) { Hear(id, committed); });
}

void LedgerLoad::Hear(const std::string& id,
                      const absl::StatusOr<Committed>& committed) {
  if (committed.ok()) {
    ++acknowledged_;
    told_({committed->revision, id});
  } else {
    ++refused_;
  }
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) {
      --outstanding_;
      done_.SignalAll();
      return;
    }
  }
  Send();
}

void CrashAuditor::AuditRevision(const RevisionChanges& changes) {
  const std::string& id = changes.meta.cause;
  EXPECT_EQ(ids_.emplace(id, changes.revision).first->second, changes.revision)
      << id << " was committed twice";
  EXPECT_EQ(changes.changes.size(), std::size_t(kKeysPerTransaction))
      << "half: revision " << changes.revision;
  for (const Change& change : changes.changes) {
    EXPECT_TRUE(absl::StartsWith(*change.after, id + "|"))
        << "half: revision " << changes.revision;
  }
  const auto acknowledged = acknowledged_.find(changes.revision);
  if (acknowledged != acknowledged_.end()) {
    EXPECT_EQ(id, acknowledged->second)
        << "other content: revision " << changes.revision;
  }
  const auto seen = seen_.find(changes.revision);
  if (seen != seen_.end()) {
    EXPECT_EQ(changes.chain, seen->second)
        << "other history: revision " << changes.revision;
  }
  seen_[changes.revision] = changes.chain;
}

void CrashAuditor::Audit(Ledger* ledger) {
  AuditAfter(ledger, std::max<ledger::Revision>(0, audited_ - kOverlap));
}

void CrashAuditor::AuditAll(Ledger* ledger) {
  AuditAfter(ledger, 0);
  EXPECT_THAT(ledger->VerifyChain(), IsOk());
}

void CrashAuditor::AuditAfter(Ledger* ledger, ledger::Revision at) {
  while (true) {
    ASSERT_OK_AND_ASSIGN(const ChangePage page,
                         ledger->ReadChanges(at, kPerPage));
    if (page.revisions.empty()) break;
    for (const RevisionChanges& changes : page.revisions) {
      ASSERT_EQ(changes.revision, ++at);
      AuditRevision(changes);
    }
  }
  if (!acknowledged_.empty()) {
    EXPECT_GE(at, acknowledged_.rbegin()->first)
        << "lost: acknowledged revisions";
  }
  if (!seen_.empty()) {
    EXPECT_GE(at, seen_.rbegin()->first) << "lost: revisions that were seen";
  }
  audited_ = at;
}

}  // namespace lagesbild::testing
