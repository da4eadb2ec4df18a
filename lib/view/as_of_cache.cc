#include "lib/view/as_of_cache.h"

#include <algorithm>
#include <utility>

#include "lib/base/status.h"

namespace lagesbild::view {
namespace {

absl::Status Draining() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the view is being closed");
}

absl::Status TooMany() {
  return absl::ResourceExhaustedError(
      "too many ask for earlier versions at once");
}

}  // namespace

void AsOfCache::Read(const Point& point, AsOfCallback done) {
  const bool taken = threads_->TryRun(
      [self = shared_from_this(), point, done] { self->Resolve(point, done); },
      kMaxAsOfWaiting);
  if (!taken) done(TooMany());
}

void AsOfCache::Clear() {
  base::MutexLock lock(&mutex_);
  kept_.clear();
  ++era_;
}

void AsOfCache::Stop() {
  base::MutexLock lock(&mutex_);
  stopped_ = true;
  while (reading_ > 0) idle_.Wait(&mutex_);
}

bool AsOfCache::EnterLedger() {
  base::MutexLock lock(&mutex_);
  if (stopped_) return false;
  ++reading_;
  return true;
}

void AsOfCache::LeaveLedger() {
  base::MutexLock lock(&mutex_);
  if (--reading_ == 0) idle_.SignalAll();
}

void AsOfCache::Resolve(const Point& point, AsOfCallback done) {
  if (point.revision) return Find(*point.revision, std::move(done));
  if (!point.time) {
    return done(absl::InvalidArgumentError("give a revision or a time"));
  }
  if (!EnterLedger()) return done(Draining());
  absl::StatusOr<ledger::Revision> revision = ledger_->RevisionAt(*point.time);
  LeaveLedger();
  if (!revision.ok()) return done(revision.status());
  Find(*revision, std::move(done));
}

void AsOfCache::Find(ledger::Revision revision, AsOfCallback done) {
  std::function<void()> next;
  {
    base::MutexLock lock(&mutex_);
    const auto it = std::find_if(
        kept_.begin(), kept_.end(),
        [&](const ProjectionAsOf& k) { return k.revision == revision; });
    if (it != kept_.end()) {
      kept_.splice(kept_.begin(), kept_, it);
      next = [done = std::move(done), found = *it] { done(found); };
    } else {
      const BuildKey key{era_, revision};
      std::vector<AsOfCallback>& waiting = building_[key];
      waiting.push_back(std::move(done));
      if (waiting.size() > 1) return;
      next = [this, key] { Build(key); };
    }
  }
  next();
}

void AsOfCache::Build(const BuildKey& key) {
  const absl::StatusOr<ProjectionAsOf> built = BuildAt(key.revision);
  std::vector<AsOfCallback> waiting;
  {
    base::MutexLock lock(&mutex_);
    waiting = std::move(building_[key]);
    building_.erase(key);
    if (built.ok() && key.era == era_) Keep(*built);
  }
  for (AsOfCallback& done : waiting) done(built);
}

absl::StatusOr<ProjectionAsOf> AsOfCache::BuildAt(ledger::Revision revision) {
  if (!EnterLedger()) return Draining();
  absl::StatusOr<std::vector<ledger::Version>> versions =
      ledger_->ReadHistory("", revision);
  LeaveLedger();
  if (!versions.ok()) return versions.status();
  std::shared_ptr<Projection> projection = factory_();
  for (ledger::Version& v : *versions) {
    if (v.erased) continue;
    projection->Apply(v.key, v.value, v.revision, v.recorded);
  }
  return ProjectionAsOf{std::move(projection), revision};
}

void AsOfCache::Keep(const ProjectionAsOf& built) {
  kept_.push_front(built);
  if (kept_.size() > kMaxVersionsKept) kept_.pop_back();
}

}  // namespace lagesbild::view
