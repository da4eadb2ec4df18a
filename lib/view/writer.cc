#include "lib/view/writer.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "lib/base/status.h"

namespace lagesbild::view {
namespace {

bool IsConflict(const absl::Status& status) {
  return absl::IsAborted(status) &&
         base::ReasonOf(status) == base::kRevisionMismatch;
}

// The revision that changed the record in the way; 0 where it was deleted.
ledger::Revision ActualRevision(const absl::Status& conflict) {
  const base::ErrorDetail detail = base::DetailOf(conflict);
  const auto found = detail.metadata.find("actual");
  ledger::Revision revision = 0;
  if (found == detail.metadata.end() ||
      !absl::SimpleAtoi(found->second, &revision)) {
    return 0;
  }
  return revision;
}

absl::Status Reused(const std::string& request_id) {
  return base::Error(absl::StatusCode::kInvalidArgument, base::kRequestIdReused,
                     "the request id was used for another request",
                     {{"request_id", request_id}});
}

// One Mutate under way; lives in the callbacks that are to go on with it.
class Mutation : public std::enable_shared_from_this<Mutation> {
 public:
  Mutation(std::shared_ptr<ViewCore> view, ledger::Ledger* ledger,
           ledger::Meta meta, ErasedDecide decide, absl::Duration budget,
           ledger::CommitCallback done)
      : view_(std::move(view)),
        ledger_(ledger),
        meta_(std::move(meta)),
        decide_(std::move(decide)),
        deadline_(view_->clock()->Monotonic() + budget),
        done_(std::move(done)) {}

  void Decide() {
    ++decisions_;
    absl::StatusOr<Decided> decided = view_->Decide(meta_.request, decide_);
    if (!decided.ok()) return done_(decided.status());
    decided_at_ = decided->at.revision;
    if (decided->repeated) return Repeat(*decided->repeated);
    ledger::Transaction& transaction = decided->transaction;
    if (transaction.writes.empty()) {
      return done_(
          ledger::Committed{decided->at.revision, decided->at.recorded, false});
    }
    std::string basis = std::move(transaction.meta.basis);
    transaction.meta = meta_;
    if (!basis.empty()) transaction.meta.basis = std::move(basis);
    ledger_->Commit(std::move(transaction),
                    [self = shared_from_this()](
                        absl::StatusOr<ledger::Committed> committed) {
                      self->OnCommitted(std::move(committed));
                    });
  }

 private:
  void Repeat(const ledger::RequestRecord& first) {
    if (first.key.digest != meta_.request->digest) {
      return done_(Reused(first.key.request_id));
    }
    done_(ledger::Committed{first.revision, first.recorded, true});
  }

  void OnCommitted(absl::StatusOr<ledger::Committed> committed) {
    if (committed.ok()) return Show(*committed);
    if (!IsConflict(committed.status()) || decisions_ >= kMaxDecisions) {
      return done_(std::move(committed));
    }
    Retry(committed.status());
  }

  void Retry(const absl::Status& conflict) {
    const ledger::Revision actual = ActualRevision(conflict);
    // The view had shown it already: what was decided did not come from the
    // view, and deciding again would give the same.
    if (actual > 0 && actual <= decided_at_) return done_(conflict);
    view_->WhenReached(
        std::max(actual, decided_at_ + 1), Remaining(),
        [self = shared_from_this(), conflict](const absl::Status& reached) {
          if (!reached.ok()) return self->done_(conflict);
          // Not here: this may be the committer's or the view's thread.
          self->view_->executor()->Run([self] { self->Decide(); });
        });
  }

  void Show(const ledger::Committed& committed) {
    view_->WhenReached(
        committed.revision, Remaining(),
        [self = shared_from_this(), committed](const absl::Status& reached) {
          if (!reached.ok()) return self->done_(reached);
          self->done_(committed);
        });
  }

  absl::Duration Remaining() const {
    return deadline_ - view_->clock()->Monotonic();
  }

  const std::shared_ptr<ViewCore> view_;
  ledger::Ledger* const ledger_;
  const ledger::Meta meta_;
  const ErasedDecide decide_;
  const absl::Duration deadline_;
  const ledger::CommitCallback done_;
  int decisions_ = 0;
  ledger::Revision decided_at_ = 0;
};

}  // namespace

void MutateErased(std::shared_ptr<ViewCore> view, ledger::Ledger* ledger,
                  ledger::Meta meta, ErasedDecide decide, absl::Duration budget,
                  ledger::CommitCallback done) {
  std::make_shared<Mutation>(std::move(view), ledger, std::move(meta),
                             std::move(decide), budget, std::move(done))
      ->Decide();
}

}  // namespace lagesbild::view
