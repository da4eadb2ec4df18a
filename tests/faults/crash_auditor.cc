#include "tests/faults/crash_auditor.h"

#include <algorithm>
#include <utility>

#include "gtest/gtest.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::testing {
namespace {

using ledger::Change;
using ledger::ChangePage;
using ledger::Ledger;
using ledger::RequestRecord;
using ledger::Revision;
using ledger::RevisionChanges;
using ledger::Transaction;
using ledger::Version;

constexpr int kPerPage = 2000;
constexpr Revision kOverlap = 500;

}  // namespace

void CrashAuditor::Audit(Ledger* ledger) {
  AuditAfter(ledger, std::max<Revision>(0, audited_ - kOverlap));
}

void CrashAuditor::AuditAll(Ledger* ledger) {
  AuditAfter(ledger, 0);
  EXPECT_THAT(ledger->VerifyChain(), IsOk());
}

void CrashAuditor::AuditAfter(Ledger* ledger, Revision at) {
  ASSERT_OK_AND_ASSIGN(const Revision compacted, ledger->CompactedThrough());
  ASSERT_LE(compacted, audited_) << "compacted before it was audited";
  at = std::max(at, compacted);
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
  ASSERT_EQ(at, audited_) << "lost: revisions that were audited";
  AuditTables(ledger);
}

void CrashAuditor::AuditRevision(const RevisionChanges& changes) {
  const std::string& id = changes.meta.cause;
  EXPECT_EQ(ids_.emplace(id, changes.revision).first->second, changes.revision)
      << id << " was committed twice";
  AuditChanges(changes);
  const auto acknowledged = acknowledged_.find(changes.revision);
  if (acknowledged != acknowledged_.end()) {
    EXPECT_EQ(id, acknowledged->second)
        << "other content: revision " << changes.revision;
  }
  const auto seen = seen_.emplace(changes.revision, changes.chain).first;
  EXPECT_EQ(changes.chain, seen->second)
      << "other history: revision " << changes.revision;
  if (changes.revision > audited_) Fold(changes);
}

void CrashAuditor::AuditChanges(const RevisionChanges& changes) {
  const Transaction whole = LoadTransaction(changes.meta.cause);
  ASSERT_EQ(changes.changes.size(), whole.writes.size())
      << "half: revision " << changes.revision;
  for (std::size_t i = 0; i < whole.writes.size(); ++i) {
    const Change& change = changes.changes[i];
    const ledger::Write& write = whole.writes[i];
    EXPECT_EQ(change.key, write.key) << "half: revision " << changes.revision;
    if (change.erased) {
      EXPECT_EQ(erasing_.count(change.key), 1u) << "erased: " << change.key;
    } else {
      EXPECT_EQ(change.after, write.value)
          << "half: revision " << changes.revision;
    }
  }
  EXPECT_EQ(changes.meta.request.has_value(), whole.meta.request.has_value());
}

void CrashAuditor::Fold(const RevisionChanges& changes) {
  audited_ = changes.revision;
  for (const Change& change : changes.changes) {
    const auto before = records_.find(change.key);
    const Revision revision =
        before == records_.end() ? 0 : before->second.revision;
    EXPECT_EQ(change.before ? change.before->revision : 0, revision)
        << "before: " << change.key << " in revision " << changes.revision;
    if (!change.after) {
      records_.erase(change.key);
      continue;
    }
    records_[change.key] = {change.key, changes.revision, changes.recorded,
                            change.after, change.erased};
  }
  times_[changes.recorded] = changes.revision;
  new_times_.insert(changes.recorded);
  if (const auto& request = changes.meta.request) {
    requests_[request->request_id] = {*request, changes.revision,
                                      changes.recorded};
  }
}

void CrashAuditor::AuditTables(Ledger* ledger) {
  ASSERT_OK_AND_ASSIGN(const ledger::Snapshot loaded, ledger->Load());
  EXPECT_EQ(loaded.head.revision, audited_);
  AuditRecords(loaded.records, "loaded");
  ASSERT_OK_AND_ASSIGN(const auto history, ledger->ReadHistory("", audited_));
  AuditRecords(history, "history");
  AuditTimes(ledger);
  AuditRequests(ledger);
  AuditErasures(ledger);
}

void CrashAuditor::AuditRecords(const std::vector<Version>& records,
                                const char* where) {
  ASSERT_EQ(records.size(), records_.size()) << where;
  auto folded = records_.begin();
  for (const Version& record : records) {
    const Version& expected = (folded++)->second;
    ASSERT_EQ(record.key, expected.key) << where;
    EXPECT_EQ(record.revision, expected.revision)
        << where << ": " << record.key;
    EXPECT_EQ(record.recorded, expected.recorded)
        << where << ": " << record.key;
    if (record.erased) {
      EXPECT_EQ(erasing_.count(record.key), 1u) << where << ": " << record.key;
    } else if (!expected.erased) {
      EXPECT_EQ(record.value, expected.value) << where << ": " << record.key;
    }
  }
}

void CrashAuditor::AuditTimes(Ledger* ledger) {
  for (const absl::Time time : std::exchange(new_times_, {})) {
    ASSERT_OK_AND_ASSIGN(const Revision at, ledger->RevisionAt(time));
    EXPECT_EQ(at, times_[time]) << "as of " << time;
  }
}

void CrashAuditor::AuditRequests(Ledger* ledger) {
  ASSERT_OK_AND_ASSIGN(const auto requests, ledger->LoadRequests());
  EXPECT_EQ(requests.size(), requests_.size());
  for (const RequestRecord& request : requests) {
    const auto folded = requests_.find(request.key.request_id);
    ASSERT_NE(folded, requests_.end()) << request.key.request_id;
    EXPECT_EQ(request.revision, folded->second.revision);
    EXPECT_EQ(request.recorded, folded->second.recorded);
    EXPECT_EQ(request.key.digest, folded->second.key.digest);
  }
}

void CrashAuditor::AuditErasures(Ledger* ledger) {
  for (const auto& [key, through] : erased_) {
    ASSERT_OK_AND_ASSIGN(const auto versions, ledger->ReadVersions(key));
    for (const Version& version : versions) {
      if (version.revision > through || !version.value) continue;
      EXPECT_TRUE(version.erased) << key << " in revision " << version.revision;
    }
  }
}

}  // namespace lagesbild::testing
