#ifndef LAGESBILD_LIB_VIEW_VIEW_H_
#define LAGESBILD_LIB_VIEW_VIEW_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/status.h"
#include "lib/view/view_core.h"

namespace lagesbild::view {

// A State as it stood at one revision.
template <typename State>
struct StateAsOf {
  std::shared_ptr<const State> state;
  ledger::Revision revision = 0;
};

// The live records of one ledger in memory, as a service's own typed State,
// kept up to date by following the log. Reads of now come from here and never
// touch storage; reads of earlier versions are built from history on threads of
// their own.
//
// A State is any class with
//   void Apply(const std::string& key, const std::optional<std::string>& value,
//              ledger::Revision revision, absl::Time recorded);
// nullopt deletes (or the bytes were erased). Apply cannot fail: a record that
// does not parse is kept out and logged by the State. Records of one revision
// come in one go, and no reader sees half of it. Where a State needs more than
// a default constructor, a factory makes it: for the live one, and anew for
// each reload and each version.
//
// When storage is out of reach the view stands still, goes on answering from
// memory and catches up by itself; when it has fallen below the log's horizon
// (or the store was restored) it loads anew and tells its listeners.
//
// Thread-safe.
template <typename State>
class View {
 public:
  using Factory = std::function<std::unique_ptr<State>()>;

  // Loads at head, blocking. What is passed must outlive the view.
  static absl::StatusOr<std::unique_ptr<View>> Open(ledger::Ledger* ledger,
                                                    Factory factory,
                                                    const base::Clock* clock,
                                                    base::Executor* executor,
                                                    base::Logger* logger) {
    ProjectionFactory make = [factory = std::move(factory)] {
      return std::make_unique<Projected<State>>(factory());
    };
    LB_ASSIGN_OR_RETURN(auto core, ViewCore::Open(ledger, std::move(make),
                                                  clock, executor, logger));
    return absl::WrapUnique(new View(std::move(core)));
  }
  static absl::StatusOr<std::unique_ptr<View>> Open(ledger::Ledger* ledger,
                                                    const base::Clock* clock,
                                                    base::Executor* executor,
                                                    base::Logger* logger) {
    return Open(
        ledger, [] { return std::make_unique<State>(); }, clock, executor,
        logger);
  }

  ~View() { Stop(); }

  // Stands still from now on; what waits, and what would have to, is answered
  // with UNAVAILABLE DRAINING. Idempotent.
  void Stop() { core_->Stop(); }

  // f(const State&, const ledger::Head&) sees one revision whole, and returns
  // what Read returns. It runs under a shared lock: it must be quick, must not
  // block, must not call the view, and must not keep references into the State.
  template <typename F>
  auto Read(F&& f) const {
    using Result = std::invoke_result_t<F, const State&, const ledger::Head&>;
    if constexpr (std::is_void_v<Result>) {
      core_->Read([&](const Projection& p, const ledger::Head& head) {
        f(Get(p), head);
      });
    } else {
      std::optional<Result> result;
      core_->Read([&](const Projection& p, const ledger::Head& head) {
        result.emplace(f(Get(p), head));
      });
      return *std::move(result);
    }
  }

  // What the view shows now.
  ledger::Head Head() const { return core_->Head(); }

  // `done` hears OK as soon as the view shows `revision` (at once, on this
  // thread, where it does already), else UNAVAILABLE NOT_CAUGHT_UP when
  // `budget` is used up. It runs on the view's thread and must not block. No
  // thread waits.
  void WhenReached(ledger::Revision revision, absl::Duration budget,
                   std::function<void(absl::Status)> done) {
    core_->WhenReached(revision, budget, std::move(done));
  }

  // The State at a point in the past; a few are kept. OUT_OF_RANGE when the
  // revision is beyond the ledger's head, RESOURCE_EXHAUSTED (at once) when too
  // many ask. `done` runs on a thread that may block.
  void ReadAsOf(const Point& point,
                std::function<void(absl::StatusOr<StateAsOf<State>>)> done) {
    core_->ReadAsOf(
        point, [done = std::move(done)](absl::StatusOr<ProjectionAsOf> found) {
          if (!found.ok()) return done(found.status());
          const State* state = &Get(*found->projection);
          // Shares ownership with the projection that holds the state.
          done(StateAsOf<State>{
              std::shared_ptr<const State>(found->projection, state),
              found->revision});
        });
  }

  // The remembered request, from memory; nullopt when it is not known at the
  // revision the view shows.
  std::optional<ledger::RequestRecord> FindRequest(
      const std::string& agency, const std::string& method,
      const std::string& request_id) const {
    return core_->FindRequest(agency, method, request_id);
  }

  // Loads anew soon, as must be done after Ledger::Erase.
  void Reload() { core_->Reload(); }

  // The listener hears OnReload at once, then every revision, until it is
  // removed. RemoveListener returns when no call to it is running.
  void AddListener(ViewListener* listener) { core_->AddListener(listener); }
  void RemoveListener(ViewListener* listener) {
    core_->RemoveListener(listener);
  }

  // For what works with views of any state: watch::WatchHub, Writer.
  const std::shared_ptr<ViewCore>& core() const { return core_; }

  static const State& Get(const Projection& projection) {
    return *static_cast<const Projected<State>&>(projection).state;
  }

 private:
  explicit View(std::shared_ptr<ViewCore> core) : core_(std::move(core)) {}

  const std::shared_ptr<ViewCore> core_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_VIEW_H_
