#ifndef LAGESBILD_LIB_VIEW_COMPACTOR_H_
#define LAGESBILD_LIB_VIEW_COMPACTOR_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/ledger/lease_keeper.h"
#include "lib/ledger/ledger.h"
#include "lib/view/view_core.h"

namespace lagesbild::view {

// Of all replicas one compacts: the holder of this lease.
inline constexpr char kCompactorLease[] = "compactor";
inline constexpr absl::Duration kCompactorLeaseTtl = absl::Minutes(5);
inline constexpr absl::Duration kCompactionInterval = absl::Hours(1);

// What stays in the log. A follower that was away for longer takes a snapshot.
struct LogLimits {
  absl::Duration max_age = absl::Hours(24 * 7);
  ledger::Revision max_revisions = 1'000'000;
  // Revisions dropped at once: closing waits for no more than these take.
  ledger::Revision max_drop = 50'000;
};

// Compacts a ledger beside its view, hourly: drops from the log what is beyond
// its limits, but never what the view has not shown, and with it the requests
// that are no longer remembered. Errors are logged and tried again.
class Compactor {
 public:
  // `holder` names this process and must be unlike any other's. What is passed
  // must outlive the compactor.
  Compactor(std::shared_ptr<const ViewCore> view, ledger::Ledger* ledger,
            base::Logger* logger, std::string holder, LogLimits limits = {});
  ~Compactor() { Stop(); }
  Compactor(const Compactor&) = delete;
  Compactor& operator=(const Compactor&) = delete;

  // Looks now and then from now on, on a thread of its own.
  void Start();

  // Frees the lease and ends the thread. Idempotent.
  void Stop();

  // Keeps the lease where it may, and compacts when it is time. Blocks. For
  // tests that move a clock of their own; not beside Start.
  void Look();

 private:
  void Run();
  bool KeepLease();
  void FreeLease();
  absl::Status Compact();
  absl::StatusOr<ledger::Revision> Horizon();
  void Sleep();
  bool Stopping();

  const std::shared_ptr<const ViewCore> view_;
  ledger::Ledger* const ledger_;
  base::Logger* const logger_;
  const LogLimits limits_;
  ledger::LeaseKeeper lease_;
  absl::Duration next_;  // monotonic

  base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_COMPACTOR_H_
