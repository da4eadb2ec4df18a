#ifndef LAGESBILD_LIB_VIEW_WRITER_H_
#define LAGESBILD_LIB_VIEW_WRITER_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/ledger/ledger.h"
#include "lib/view/view.h"

namespace lagesbild::view {

// How often a decision is made anew because another commit came first.
inline constexpr int kMaxDecisions = 16;

using ErasedDecide =
    std::function<absl::StatusOr<ledger::Transaction>(const Projection&)>;

// Writer without the state's type.
void MutateErased(std::shared_ptr<ViewCore> view, ledger::Ledger* ledger,
                  ledger::Meta meta, ErasedDecide decide, absl::Duration budget,
                  ledger::CommitCallback done);

// Decides on what a view shows and commits it. Thread-safe.
template <typename State>
class Writer {
 public:
  // Pure: gives what to write, or the error to answer with, from the state
  // alone. Runs under the view's read lock, perhaps several times and on other
  // threads: it must be quick, must not block and must own what it captures.
  // Writes that depend on a record state its expected revision; a client's etag
  // is compared here, not left to the commit. `meta` of the transaction is
  // filled in, but for a `basis` that the decision sets itself. No writes:
  // there is nothing to change.
  using Decide =
      std::function<absl::StatusOr<ledger::Transaction>(const State&)>;

  // The ledger's completions must have run before `view` and `ledger` go.
  Writer(View<State>* view, ledger::Ledger* ledger)
      : view_(view), ledger_(ledger) {}

  // Decides, commits, and answers when the view shows the result; never blocks.
  //   `meta.request` known: the first answer, `repeated`; with another digest
  //     INVALID_ARGUMENT REQUEST_ID_REUSED. Nothing is decided.
  //   nothing to change: the view's revision; the request is not remembered.
  //   another commit came first: decided again on what it left; ABORTED
  //     REVISION_MISMATCH after kMaxDecisions.
  //   UNAVAILABLE NOT_CAUGHT_UP: `budget` was used up; the write may stand.
  //   else what `decide` or the commit gave.
  // `done` runs exactly once, on this thread, the ledger's, the view's or the
  // executor's; it must not block.
  void Mutate(ledger::Meta meta, Decide decide, absl::Duration budget,
              ledger::CommitCallback done) {
    MutateErased(
        view_->core(), ledger_, std::move(meta),
        [decide = std::move(decide)](const Projection& p) {
          return decide(View<State>::Get(p));
        },
        budget, std::move(done));
  }

 private:
  View<State>* const view_;
  ledger::Ledger* const ledger_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_WRITER_H_
