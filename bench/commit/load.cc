#include "bench/commit/load.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "bench/must.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"

namespace lagesbild::bench {
namespace {

// Commits from the completions, as services do.
class Pump {
 public:
  explicit Pump(ledger::Ledger* ledger) : ledger_(ledger) {}

  double Run(int outstanding) {
    const absl::Duration start = clock_.Monotonic();
    end_ = start + kMeasured;
    {
      base::MutexLock lock(&mutex_);
      outstanding_ = outstanding;
    }
    for (int i = 0; i < outstanding; ++i) Send(unsigned(i));
    base::MutexLock lock(&mutex_);
    while (outstanding_ > 0) done_.Wait(&mutex_);
    return commits_ / absl::ToDoubleSeconds(clock_.Monotonic() - start);
  }

 private:
  void Send(unsigned number) {
    ledger_->Commit(TransactionOf(number),
                    [this](const absl::StatusOr<ledger::Committed>& committed) {
                      Hear(committed);
                    });
  }
  void Hear(const absl::StatusOr<ledger::Committed>& committed) {
    Must(committed.status());
    ++commits_;
    if (clock_.Monotonic() < end_) return Send(unsigned(random_()));
    base::MutexLock lock(&mutex_);
    if (--outstanding_ == 0) done_.Signal();
  }

  ledger::Ledger* const ledger_;
  const base::SystemClock clock_{};
  absl::Duration end_;
  // Used by completions alone, which run on one thread.
  std::mt19937 random_;
  double commits_ = 0;
  base::Mutex mutex_;
  base::CondVar done_;
  int outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

std::string KeyOf(unsigned number) {
  return absl::StrCat("regions/stockholm/sites/", number % kKeys);
}

ledger::Transaction TransactionOf(unsigned number) {
  ledger::Transaction transaction;
  transaction.writes.push_back(
      {KeyOf(number), std::string(kRecordBytes, 'x'), std::nullopt});
  transaction.meta.actor = "police/bench";
  transaction.meta.cause = "lagesbild.registry.v1.SiteRegistry/UpdateSite";
  return transaction;
}

double MeasureLedger(ledger::Ledger* ledger, int outstanding) {
  return Pump(ledger).Run(outstanding);
}

}  // namespace lagesbild::bench
