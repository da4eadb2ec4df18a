#include "lib/view/compactor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::view {
namespace {

// A lease is renewed several times before it would run out.
const absl::Duration kLookInterval = kCompactorLeaseTtl / 4;

}  // namespace

Compactor::Compactor(std::shared_ptr<const ViewCore> view,
                     ledger::Ledger* ledger, base::Logger* logger,
                     std::string holder, LogLimits limits)
    : view_(std::move(view)),
      ledger_(ledger),
      logger_(logger),
      limits_(limits),
      lease_(ledger, view_->clock(), kCompactorLease, std::move(holder),
             kCompactorLeaseTtl),
      next_(-absl::InfiniteDuration()) {}

void Compactor::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Compactor::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Compactor::Run() {
  while (!Stopping()) {
    Look();
    Sleep();
  }
  FreeLease();
}

void Compactor::Look() {
  if (!KeepLease() || view_->clock()->Monotonic() < next_) return;
  const absl::Status compacted = Compact();
  if (compacted.ok()) {
    next_ = view_->clock()->Monotonic() + kCompactionInterval;
  } else {
    logger_->Warn("log not compacted", {{"error", compacted.ToString()}});
  }
}

bool Compactor::KeepLease() {
  const absl::StatusOr<bool> held = lease_.Tick();
  if (held.ok()) return *held;
  logger_->Warn("compactor's lease not renewed",
                {{"error", held.status().ToString()}});
  return false;
}

void Compactor::FreeLease() {
  const absl::Status freed = lease_.Release();
  if (freed.ok()) return;
  logger_->Warn("compactor's lease not freed", {{"error", freed.ToString()}});
}

// Even with nothing to drop: the engine forgets requests as well.
absl::Status Compactor::Compact() {
  LB_ASSIGN_OR_RETURN(const ledger::Revision horizon, Horizon());
  LB_ASSIGN_OR_RETURN(const ledger::Revision before,
                      ledger_->CompactedThrough());
  ledger::Revision through = before;
  do {
    through = std::min(horizon, through + limits_.max_drop);
    LB_RETURN_IF_ERROR(ledger_->Compact(through));
  } while (through < horizon && !Stopping() && KeepLease());
  const ledger::Revision dropped =
      std::max<ledger::Revision>(through - before, 0);
  logger_->Info("log compacted", {{"dropped", absl::StrCat(dropped)},
                                  {"through", absl::StrCat(before + dropped)}});
  return absl::OkStatus();
}

// The last revision to drop.
absl::StatusOr<ledger::Revision> Compactor::Horizon() {
  LB_ASSIGN_OR_RETURN(
      const ledger::Revision old,
      ledger_->RevisionAt(view_->clock()->Now() - limits_.max_age));
  const ledger::Revision shown = view_->Head().revision;
  return std::min(std::max(old, shown - limits_.max_revisions), shown);
}

void Compactor::Sleep() {
  base::MutexLock lock(&mutex_);
  if (!stopping_) wake_.WaitFor(&mutex_, kLookInterval);
}

bool Compactor::Stopping() {
  base::MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace lagesbild::view
