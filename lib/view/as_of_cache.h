#ifndef LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_
#define LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/executor.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/view/projection.h"

namespace lagesbild::view {

// Which version is asked for: what was recorded up to a revision, or at or
// before a time. Exactly one is set.
struct Point {
  std::optional<ledger::Revision> revision;
  std::optional<absl::Time> time;
};

struct ProjectionAsOf {
  std::shared_ptr<const Projection> projection;
  ledger::Revision revision = 0;
};

using AsOfCallback = std::function<void(absl::StatusOr<ProjectionAsOf>)>;

// How many versions are kept in memory beside the live one.
inline constexpr std::size_t kMaxVersionsKept = 4;

// Builds projections of earlier revisions from a ledger's history, each once
// for all who ask at the same time, and keeps the latest used. Thread-safe.
class AsOfCache : public std::enable_shared_from_this<AsOfCache> {
 public:
  AsOfCache(ledger::Ledger* ledger, ProjectionFactory factory,
            base::Executor* executor)
      : ledger_(ledger), factory_(std::move(factory)), executor_(executor) {}

  // `done` runs on the executor.
  void Read(const Point& point, AsOfCallback done);

  // Forgets what is kept: bytes were erased.
  void Clear();

  // From now on every answer is UNAVAILABLE and the ledger is not touched;
  // returns when no read of it is running.
  void Stop();

 private:
  void Resolve(const Point& point, AsOfCallback done);
  void Find(ledger::Revision revision, AsOfCallback done);
  void Build(ledger::Revision revision);
  absl::StatusOr<ProjectionAsOf> BuildAt(ledger::Revision revision);
  void Keep(const ProjectionAsOf& built) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool EnterLedger();
  void LeaveLedger();

  ledger::Ledger* const ledger_;
  const ProjectionFactory factory_;
  base::Executor* const executor_;

  base::Mutex mutex_;
  base::CondVar idle_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int reading_ ABSL_GUARDED_BY(mutex_) = 0;
  // A build that began before a Clear is not kept.
  std::int64_t era_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<ProjectionAsOf> kept_ ABSL_GUARDED_BY(mutex_);
  std::map<ledger::Revision, std::vector<AsOfCallback>> building_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_
