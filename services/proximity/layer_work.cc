#include "services/proximity/layer_work.h"

#include <utility>

#include "absl/time/time.h"
#include "services/proximity/proximity_commit.h"

namespace lagesbild::proximity {
namespace {

constexpr absl::Duration kCommitBudget = absl::Seconds(20);
// Where a wish was missed.
constexpr absl::Duration kLookAgain = absl::Seconds(5);
// After a failure.
constexpr absl::Duration kTryAgain = absl::Seconds(30);

// The layer with its new rule in place, or refused; nothing when another rule
// has been asked for since, or none is to come any more.
std::optional<Layer> Become(const Inventory& inventory,
                            const LayerBuild& build) {
  const auto found = inventory.layers().find(build.layer());
  if (found == inventory.layers().end() ||
      found->second.pending != build.rule()) {
    return std::nullopt;
  }
  Layer layer = found->second;
  layer.pending.reset();
  if (build.too_many()) {
    layer.refused = build.rule();
  } else {
    layer.kinds = build.rule().kinds;
    layer.radius = build.rule().radius;
  }
  return layer;
}

ledger::Transaction Decide(const ProximityState& state, const LayerBuild& build,
                           base::Date today) {
  const auto layer = Become(state.inventory(), build);
  if (!layer) return {};
  // A new day comes with RollDay, which judges the places anew.
  CommitBuilder builder(state, state.day().value_or(today));
  builder.Derive();
  if (build.too_many()) {
    builder.PutLayer(*layer);
  } else {
    builder.ReplaceLayer(layer->id, layer,
                         build.Settle(state.inventory(), builder.today()));
  }
  return builder.Take();
}

}  // namespace

LayerWork::LayerWork(const Backend& backend, std::size_t most)
    : backend_(backend), most_(most), thread_([this] { Run(); }) {}

void LayerWork::Wake() {
  base::MutexLock lock(&mutex_);
  wanted_ = true;
  wake_.SignalAll();
}

void LayerWork::Retire() {
  base::MutexLock lock(&mutex_);
  stopping_ = true;
  wake_.SignalAll();
}

void LayerWork::Stop() {
  Retire();
  if (thread_.joinable()) thread_.join();
}

double LayerWork::ProgressOf(const std::string& layer) const {
  base::MutexLock lock(&mutex_);
  const auto found = progress_.find(layer);
  return found == progress_.end() ? 0 : found->second;
}

bool LayerWork::Stopping() const {
  base::MutexLock lock(&mutex_);
  return stopping_;
}

bool LayerWork::AwaitWork() {
  base::MutexLock lock(&mutex_);
  if (!wanted_ && !stopping_) wake_.WaitFor(&mutex_, kLookAgain);
  wanted_ = false;
  return !stopping_;
}

void LayerWork::Run() {
  while (AwaitWork()) {
    auto build = NextBuild();
    if (!build) continue;
    const std::string layer = build->layer();
    if (!build->Run(most_, [&](double share) { return Note(layer, share); })) {
      return;
    }
    const absl::Status committed = Commit(*build);
    Note(layer, 0);
    Wake();  // there may be more
    if (committed.ok()) continue;
    not_before_[layer] = backend_.clock->Monotonic() + kTryAgain;
    if (!Stopping()) {
      backend_.logger->Warn(
          "a layer's exposures are not in place yet",
          {{"layer", layer}, {"error", committed.ToString()}});
    }
  }
}

std::optional<LayerBuild> LayerWork::NextBuild() const {
  return backend_.view->Read(
      [this, now = backend_.clock->Monotonic()](
          const ProximityState& state,
          const ledger::Head&) -> std::optional<LayerBuild> {
        for (const auto& [id, layer] : state.inventory().layers()) {
          const auto later = not_before_.find(id);
          if (later != not_before_.end() && later->second > now) continue;
          if (layer.pending) {
            return LayerBuild(state.inventory(), id, *layer.pending);
          }
        }
        return std::nullopt;
      });
}

bool LayerWork::Note(const std::string& layer, double share) {
  base::MutexLock lock(&mutex_);
  progress_[layer] = share;
  return !stopping_;
}

// Waits for the commit, which always ends, as its budget is its own; so what
// the decision captures outlives it.
absl::Status LayerWork::Commit(const LayerBuild& build) {
  ledger::Meta meta;
  meta.actor = kServiceName;
  meta.cause = "BuildLayer";
  base::Mutex mutex;
  base::CondVar ended;
  std::optional<absl::Status> outcome;
  backend_.turnstile->Enter([&](const base::Turnstile::Leave& leave) {
    backend_.writer->Mutate(
        meta,
        [&](const ProximityState& state)
            -> absl::StatusOr<ledger::Transaction> {
          return Decide(state, build,
                        base::DateInSweden(backend_.clock->Now()));
        },
        kCommitBudget,
        [&, leave](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          base::MutexLock lock(&mutex);
          outcome = committed.status();
          ended.SignalAll();
        });
  });
  base::MutexLock lock(&mutex);
  while (!outcome) ended.Wait(&mutex);
  return *outcome;
}

}  // namespace lagesbild::proximity
