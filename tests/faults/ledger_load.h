#ifndef LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_
#define LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// A commit that the ledger acknowledged.
struct Acknowledged {
  ledger::Revision revision = 0;
  std::string id;
};

// The load of the crash tests: transactions that write one id, unlike any
// other, under three keys, with some bytes besides.
inline constexpr int kKeysPerTransaction = 3;
ledger::Transaction LoadTransaction(const std::string& id);

// Keeps so many transactions outstanding until it is stopped. `prefix` makes
// its ids unlike another load's. `told` runs on the committer's thread.
class LedgerLoad {
 public:
  LedgerLoad(ledger::Ledger* ledger, std::string prefix, int outstanding,
             std::function<void(const Acknowledged&)> told);
  // Stops and waits for what is outstanding.
  ~LedgerLoad();

  int refused() const { return refused_; }
  int acknowledged() const { return acknowledged_; }

 private:
  void Send();
  void Hear(const std::string& id,
            const absl::StatusOr<ledger::Committed>& committed);

  ledger::Ledger* const ledger_;
  const std::string prefix_;
  const std::function<void(const Acknowledged&)> told_;
  std::atomic<std::int64_t> next_ = 0;
  std::atomic<int> refused_ = 0;
  std::atomic<int> acknowledged_ = 0;
  base::Mutex mutex_;
  base::CondVar done_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
};

// What must hold after every crash of one store. Not thread-safe.
class CrashAuditor {
 public:
  void Acknowledge(const Acknowledged& acknowledged) {
    acknowledged_[acknowledged.revision] = acknowledged.id;
  }
  // A revision that somebody was shown.
  void Saw(ledger::Revision revision, const std::string& chain) {
    seen_[revision] = chain;
  }
  // Walks the log from a little before where the last audit ended. Fails the
  // test where an acknowledged commit is missing, one is half there, an id was
  // committed twice, or a revision that was seen came back as another.
  void Audit(ledger::Ledger* ledger);
  // Walks all of it, and verifies the chain.
  void AuditAll(ledger::Ledger* ledger);

 private:
  void AuditAfter(ledger::Ledger* ledger, ledger::Revision at);
  void AuditRevision(const ledger::RevisionChanges& changes);

  std::map<ledger::Revision, std::string> acknowledged_;
  std::map<ledger::Revision, std::string> seen_;
  std::map<std::string, ledger::Revision> ids_;
  ledger::Revision audited_ = 0;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_
