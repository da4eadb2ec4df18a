#ifndef LAGESBILD_LIB_LEDGER_LEASE_KEEPER_H_
#define LAGESBILD_LIB_LEDGER_LEASE_KEEPER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// Takes and keeps one lease for one holder. A lease is taken when it is free,
// or when its beat has stood still for its ttl by this process' monotonic
// clock: no two wall clocks are ever compared. Holding it saves wasted work;
// only a commit that carries fence() is safe against another holder.
// Thread-safe.
class LeaseKeeper {
 public:
  // `holder` names this process and must be unlike any other's. Does not own
  // `ledger` or `clock`.
  LeaseKeeper(Ledger* ledger, const base::Clock* clock, std::string name,
              std::string holder, absl::Duration ttl);

  // Takes the lease where it may, renews it where it is held. Call it several
  // times a ttl, never on an RPC thread. True when it is held now; an error of
  // the storage leaves what was held until the ttl runs out.
  absl::StatusOr<bool> Tick();

  // What a commit by the holder carries; nullopt when the lease is not held or
  // was not renewed for a ttl. Never blocks.
  std::optional<Fence> fence() const;

  // Frees the lease if it is held, so that another need not wait.
  absl::Status Release();

 private:
  absl::StatusOr<bool> Take(const LeaseRecord& stored)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(storage_mutex_);
  absl::StatusOr<bool> Swap(const LeaseRecord& stored, std::int64_t token)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(storage_mutex_);
  bool Mine(const LeaseRecord& stored) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(storage_mutex_);
  bool StoodStill(const LeaseRecord& stored)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(storage_mutex_);
  void Hold(std::int64_t token, absl::Duration since);
  void LetGo();

  Ledger* const ledger_;
  const base::Clock* const clock_;
  const std::string name_;
  const std::string holder_;
  const absl::Duration ttl_;
  // Held while the storage is asked.
  base::Mutex storage_mutex_;
  // The token last asked for; ours for sure only while held_ has it.
  std::int64_t token_ ABSL_GUARDED_BY(storage_mutex_) = 0;
  // Another's lease as last seen to move, and when.
  std::optional<LeaseRecord> seen_ ABSL_GUARDED_BY(storage_mutex_);
  absl::Duration seen_at_ ABSL_GUARDED_BY(storage_mutex_);
  // Apart, so that fence() never waits for the storage.
  mutable base::Mutex held_mutex_;
  std::optional<std::int64_t> held_ ABSL_GUARDED_BY(held_mutex_);
  absl::Duration renewed_at_ ABSL_GUARDED_BY(held_mutex_);
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_LEASE_KEEPER_H_
