#ifndef LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_
#define LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "tests/faults/crash_auditor.h"

namespace lagesbild::testing {

// The load of the crash tests: transactions that write their id, unlike any
// other, under three keys that others write too, with some bytes besides. The
// id tells all that its transaction does:
//   NAME           no more than that
//   NAME/request   has a request id as well
//   NAME/delete    has a request id, and deletes one of the three
//   NAME/step      has a request id, and the third key is kStepKey
inline constexpr int kKeysPerTransaction = 3;
inline constexpr char kStepKey[] = "step";
ledger::Transaction LoadTransaction(const std::string& id);
bool HasRequest(const std::string& id);

// The id of the n-th transaction of a load with this prefix, and of the n-th of
// those that move kStepKey on.
std::string LoadId(const std::string& prefix, std::int64_t n);
std::string StepId(const std::string& prefix, std::int64_t n);

// Keeps so many transactions outstanding until it is stopped; with more than
// one, one of them is a step, which expects the revision that the step before
// left. What was refused and has a request id is sent again, as clients do.
class LedgerLoad {
 public:
  using Told = std::function<void(const Acknowledged&)>;
  using Refused = std::function<void(const absl::Status&)>;

  // `prefix` makes its ids unlike another load's. `told` and `refused` run on
  // the committer's thread.
  LedgerLoad(
      ledger::Ledger* ledger, std::string prefix, int outstanding, Told told,
      Refused refused = [](const absl::Status&) {});
  // Stops and waits for what is outstanding.
  ~LedgerLoad();

  int refused() const { return refusals_; }
  int acknowledged() const { return acknowledged_; }

 private:
  std::string NextId(bool step);
  void Send(const std::string& id);
  void Hear(const std::string& id,
            const absl::StatusOr<ledger::Committed>& committed);
  bool Done();

  ledger::Ledger* const ledger_;
  const std::string prefix_;
  const Told told_;
  const Refused refused_;
  std::atomic<std::int64_t> next_ = 0;
  std::atomic<std::int64_t> next_step_ = 0;
  std::atomic<int> refusals_ = 0;
  std::atomic<int> acknowledged_ = 0;
  // Where kStepKey stands; used by one transaction at a time.
  ledger::Revision step_ = 0;
  base::Mutex mutex_;
  base::CondVar done_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_LEDGER_LOAD_H_
