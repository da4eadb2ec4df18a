#include "lib/ledger/lease_keeper.h"

#include <utility>

#include "lib/base/status.h"

namespace lagesbild::ledger {

LeaseKeeper::LeaseKeeper(Ledger* ledger, const base::Clock* clock,
                         std::string name, std::string holder,
                         absl::Duration ttl)
    : ledger_(ledger),
      clock_(clock),
      name_(std::move(name)),
      holder_(std::move(holder)),
      ttl_(ttl) {}

absl::StatusOr<bool> LeaseKeeper::Tick() {
  base::MutexLock lock(&storage_mutex_);
  LB_ASSIGN_OR_RETURN(const LeaseRecord stored, ledger_->ReadLease(name_));
  if (Mine(stored)) return Swap(stored, stored.token);
  LetGo();
  return Take(stored);
}

// A swap whose answer was lost may have succeeded: what is stored decides.
bool LeaseKeeper::Mine(const LeaseRecord& stored) const {
  return stored.holder == holder_ && stored.token == token_;
}

absl::StatusOr<bool> LeaseKeeper::Take(const LeaseRecord& stored) {
  if (!stored.holder.empty() && !StoodStill(stored)) return false;
  return Swap(stored, stored.token + 1);
}

bool LeaseKeeper::StoodStill(const LeaseRecord& stored) {
  const absl::Duration now = clock_->Monotonic();
  if (!seen_ || seen_->token != stored.token || seen_->beat != stored.beat) {
    seen_ = stored;
    seen_at_ = now;
    return false;
  }
  return now - seen_at_ >= stored.ttl;
}

absl::StatusOr<bool> LeaseKeeper::Swap(const LeaseRecord& stored,
                                       std::int64_t token) {
  // Others count the ttl from the beat, so ours must start before it.
  const absl::Duration before = clock_->Monotonic();
  token_ = token;
  const absl::Status swapped = ledger_->SwapLease(
      name_, stored, {holder_, token, stored.beat + 1, ttl_});
  if (absl::IsAborted(swapped)) {
    LetGo();
    return false;
  }
  LB_RETURN_IF_ERROR(swapped);
  Hold(token, before);
  seen_.reset();
  return true;
}

void LeaseKeeper::Hold(std::int64_t token, absl::Duration since) {
  base::MutexLock lock(&held_mutex_);
  held_ = token;
  renewed_at_ = since;
}

void LeaseKeeper::LetGo() {
  base::MutexLock lock(&held_mutex_);
  held_.reset();
}

std::optional<Fence> LeaseKeeper::fence() const {
  base::MutexLock lock(&held_mutex_);
  if (!held_ || clock_->Monotonic() - renewed_at_ >= ttl_) return std::nullopt;
  return Fence{name_, *held_};
}

absl::Status LeaseKeeper::Release() {
  base::MutexLock lock(&storage_mutex_);
  LetGo();
  LB_ASSIGN_OR_RETURN(const LeaseRecord stored, ledger_->ReadLease(name_));
  if (!Mine(stored)) return absl::OkStatus();
  const absl::Status freed = ledger_->SwapLease(
      name_, stored, {"", stored.token, stored.beat + 1, ttl_});
  // Taken by another in between: it is free of us either way.
  return absl::IsAborted(freed) ? absl::OkStatus() : freed;
}

}  // namespace lagesbild::ledger
