#ifndef LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_
#define LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_

#include <compare>
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

// Which version is asked for: what was recorded up to a revision, or else at or
// before a time. One is set at least.
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
// Reads that wait for a thread; more are refused.
inline constexpr std::size_t kMaxAsOfWaiting = 64;

// Builds projections of earlier revisions from a ledger's history, each once
// for all who ask at the same time, and keeps the latest used. Thread-safe.
class AsOfCache : public std::enable_shared_from_this<AsOfCache> {
 public:
  // `threads` are for nothing else: storage that hangs holds up all of them.
  AsOfCache(ledger::Ledger* ledger, ProjectionFactory factory,
            base::ThreadPool* threads)
      : ledger_(ledger), factory_(std::move(factory)), threads_(threads) {}

  // `done` runs on one of the threads, or here with RESOURCE_EXHAUSTED.
  void Read(const Point& point, AsOfCallback done);

  // Forgets what is kept: bytes were erased.
  void Clear();

  // From now on every answer is UNAVAILABLE and the ledger is not touched;
  // returns when no read of it is running.
  void Stop();

 private:
  // A build that began before a Clear is not kept, and nobody who came after it
  // is answered with that build.
  struct BuildKey {
    std::int64_t era = 0;
    ledger::Revision revision = 0;
    friend auto operator<=>(const BuildKey&, const BuildKey&) = default;
  };

  void Resolve(const Point& point, AsOfCallback done);
  void Find(ledger::Revision revision, AsOfCallback done);
  void Build(const BuildKey& key);
  absl::StatusOr<ProjectionAsOf> BuildAt(ledger::Revision revision);
  void Keep(const ProjectionAsOf& built) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool EnterLedger();
  void LeaveLedger();

  ledger::Ledger* const ledger_;
  const ProjectionFactory factory_;
  base::ThreadPool* const threads_;

  base::Mutex mutex_;
  base::CondVar idle_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  int reading_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t era_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<ProjectionAsOf> kept_ ABSL_GUARDED_BY(mutex_);
  std::map<BuildKey, std::vector<AsOfCallback>> building_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_AS_OF_CACHE_H_
