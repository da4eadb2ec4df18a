#ifndef LAGESBILD_TESTS_FAULTS_CRASH_AUDITOR_H_
#define LAGESBILD_TESTS_FAULTS_CRASH_AUDITOR_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// A commit that the ledger acknowledged.
struct Acknowledged {
  ledger::Revision revision = 0;
  std::string id;
};

// What must hold after every crash of one store that only LedgerLoad writes.
// Not thread-safe.
class CrashAuditor {
 public:
  void Acknowledge(const Acknowledged& acknowledged) {
    acknowledged_[acknowledged.revision] = acknowledged.id;
  }
  // A revision that somebody was shown.
  void Saw(ledger::Revision revision, const std::string& chain) {
    seen_[revision] = chain;
  }
  // From now on versions of `key` may be erased; Erased: those up to a revision
  // must be.
  void Erasing(const std::string& key) { erasing_.insert(key); }
  void Erased(const std::string& key, ledger::Revision through) {
    erased_[key] = through;
  }

  // Walks the log from a little before where the last audit ended. Fails the
  // test where an acknowledged commit is missing, one is half there, an id was
  // committed twice, a revision that was seen came back as another, or what
  // services load (records, history, times, requests) is not what the log made.
  void Audit(ledger::Ledger* ledger);
  // Walks all of it that is left, and has the ledger verify itself.
  void AuditAll(ledger::Ledger* ledger);

  // The last revision that was audited.
  ledger::Revision audited() const { return audited_; }

 private:
  void AuditAfter(ledger::Ledger* ledger, ledger::Revision at);
  void AuditRevision(const ledger::RevisionChanges& changes);
  void AuditChanges(const ledger::RevisionChanges& changes);
  // Adds a revision to what the log made.
  void Fold(const ledger::RevisionChanges& changes);
  void AuditRecords(const std::vector<ledger::Version>& records,
                    const char* where);
  void AuditTables(ledger::Ledger* ledger);
  void AuditTimes(ledger::Ledger* ledger);
  void AuditRequests(ledger::Ledger* ledger);
  void AuditErasures(ledger::Ledger* ledger);

  std::map<ledger::Revision, std::string> acknowledged_;
  std::map<ledger::Revision, std::string> seen_;
  std::set<std::string> erasing_;
  std::map<std::string, ledger::Revision> erased_;
  ledger::Revision audited_ = 0;

  // What the log made, up to audited_.
  std::map<std::string, ledger::Revision> ids_;
  std::map<std::string, ledger::Version> records_;
  std::map<absl::Time, ledger::Revision> times_;  // the last one of each
  std::map<std::string, ledger::RequestRecord> requests_;  // by id
  std::set<absl::Time> new_times_;  // since the last audit
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_CRASH_AUDITOR_H_
