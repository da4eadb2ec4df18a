#ifndef LAGESBILD_LIB_VIEW_VIEW_CORE_H_
#define LAGESBILD_LIB_VIEW_VIEW_CORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/view/as_of_cache.h"
#include "lib/view/projection.h"
#include "lib/view/request_memory.h"
#include "lib/view/revision_waiters.h"

namespace lagesbild::view {

// Hears what a view applied, on the view's own thread. Must not block.
class ViewListener {
 public:
  virtual ~ViewListener() = default;

  // The view shows `changes` now. Every revision once, in order, none left out
  // between two OnReload.
  virtual void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) = 0;

  // The next revision follows `head`. Said once when the listener is added, and
  // whenever the view was loaded anew: then revisions may have been skipped or
  // taken back, and bytes erased.
  virtual void OnReload(const ledger::Head& head) = 0;
};

// A request answered before, or the view's word that it does not know it.
struct Decided {
  std::optional<ledger::RequestRecord> repeated;
  ledger::Head at;  // what was decided on
  ledger::Transaction transaction;
};

using DecideFn =
    absl::FunctionRef<absl::StatusOr<ledger::Transaction>(const Projection&)>;

// The part of a View that does not know the state's type: loading, following
// the log, waiting and history. See View. Thread-safe.
class ViewCore : public std::enable_shared_from_this<ViewCore> {
 public:
  // Loads at head; the ledger, clock, executor and logger must outlive Stop().
  static absl::StatusOr<std::shared_ptr<ViewCore>> Open(
      ledger::Ledger* ledger, ProjectionFactory factory,
      const base::Clock* clock, base::Executor* executor, base::Logger* logger);

  ~ViewCore();
  ViewCore(const ViewCore&) = delete;
  ViewCore& operator=(const ViewCore&) = delete;

  // Ends the threads and answers what waits with UNAVAILABLE DRAINING. What is
  // read afterwards stands still. Idempotent.
  void Stop();

  void Read(
      absl::FunctionRef<void(const Projection&, const ledger::Head&)> f) const;
  ledger::Head Head() const;

  // Looks up the request and, where it is new, decides: both on one revision.
  absl::StatusOr<Decided> Decide(
      const std::optional<ledger::RequestKey>& request, DecideFn decide) const;

  std::optional<ledger::RequestRecord> FindRequest(
      const std::string& agency, const std::string& method,
      const std::string& request_id) const;

  void WhenReached(ledger::Revision revision, absl::Duration budget,
                   std::function<void(absl::Status)> done);

  void ReadAsOf(const Point& point, AsOfCallback done);

  // Asks the view's thread to load anew, as after an erasure; returns at once.
  void Reload();

  void AddListener(ViewListener* listener);
  void RemoveListener(ViewListener* listener);

  base::Executor* executor() const { return executor_; }
  const base::Clock* clock() const { return clock_; }

 private:
  using Batch = std::vector<std::shared_ptr<const ledger::RevisionChanges>>;

  ViewCore(ledger::Ledger* ledger, ProjectionFactory factory,
           const base::Clock* clock, base::Executor* executor,
           base::Logger* logger);

  absl::Status Load();
  void Follow();
  absl::Status FollowOnce(bool healing);
  absl::Status CheckPlace();
  absl::Status ApplyPage(ledger::ChangePage page, ledger::Revision after);
  void ApplyBatch(const Batch& batch);
  void ApplyRevision(const ledger::RevisionChanges& changes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(state_mutex_);
  bool TakeReloadWish();
  bool Stopping() const;
  void Pause(absl::Duration pause);

  ledger::Ledger* const ledger_;
  const ProjectionFactory factory_;
  const base::Clock* const clock_;
  base::Executor* const executor_;
  base::Logger* const logger_;

  mutable base::SharedMutex state_mutex_;
  std::shared_ptr<Projection> live_ ABSL_GUARDED_BY(state_mutex_);
  ledger::Head head_ ABSL_GUARDED_BY(state_mutex_);
  RequestMemory requests_ ABSL_GUARDED_BY(state_mutex_);

  // Held while listeners are told, so that none is called after its removal.
  base::Mutex listener_mutex_;
  std::vector<ViewListener*> listeners_ ABSL_GUARDED_BY(listener_mutex_);
  ledger::Head told_ ABSL_GUARDED_BY(listener_mutex_);

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool reload_wanted_ ABSL_GUARDED_BY(mutex_) = false;

  RevisionWaiters waiters_;
  base::ThreadPool as_of_threads_;
  std::shared_ptr<AsOfCache> as_of_;
  std::thread follower_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_VIEW_CORE_H_
