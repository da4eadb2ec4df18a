#include "lib/ledger/commit_rules.h"

#include <algorithm>

#include "lib/base/status.h"
#include "lib/ledger/chain.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

absl::Status CheckExpected(absl::string_view key, Revision expected,
                           CommitFacts* facts) {
  LB_ASSIGN_OR_RETURN(const Revision actual, facts->RevisionOf(key));
  if (actual == expected) return absl::OkStatus();
  return RevisionMismatch(key, expected, actual);
}

absl::Status CheckFence(const Fence& fence, CommitFacts* facts) {
  LB_ASSIGN_OR_RETURN(const LeaseRecord lease, facts->FindLease(fence.lease));
  if (!lease.holder.empty() && lease.token == fence.token) {
    return absl::OkStatus();
  }
  return LeaseLost(fence.lease);
}

absl::Status CheckAllExpected(const Transaction& transaction,
                              CommitFacts* facts) {
  for (const Write& write : transaction.writes) {
    if (!write.expected) continue;
    LB_RETURN_IF_ERROR(CheckExpected(write.key, *write.expected, facts));
  }
  for (const Check& check : transaction.checks) {
    LB_RETURN_IF_ERROR(CheckExpected(check.key, check.expected, facts));
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> MigratedTime(const Standing& standing,
                                        absl::Time migrated, absl::Time now) {
  if (!standing.only_migrated) return NotOnlyMigrated();
  if (standing.head.revision > 0 && migrated < standing.head.recorded) {
    return MigratedBackwards();
  }
  // A later one would hold all commits to come at that time.
  if (migrated > now) {
    return MigratedAhead();
  }
  return migrated;
}

absl::Time ToMicrosecond(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

Standing EmptyStanding() {
  Standing standing;
  standing.head.chain = kEmptyChain;
  return standing;
}

bool IsRemembered(absl::Time recorded, absl::Time now) {
  return recorded >= now - kRequestMemory;
}

absl::StatusOr<std::optional<Committed>> Decide(const Transaction& transaction,
                                                absl::Time now,
                                                CommitFacts* facts) {
  if (const auto& request = transaction.meta.request) {
    LB_ASSIGN_OR_RETURN(std::optional<RequestRecord> earlier,
                        facts->FindRequest(*request));
    if (earlier && !IsRemembered(earlier->recorded, now)) earlier.reset();
    if (earlier && earlier->key.digest != request->digest) {
      return RequestIdReused(request->request_id);
    }
    if (earlier) {
      return std::make_optional(
          Committed{earlier->revision, earlier->recorded, true});
    }
  }
  if (transaction.fence) {
    LB_RETURN_IF_ERROR(CheckFence(*transaction.fence, facts));
  }
  LB_RETURN_IF_ERROR(CheckAllExpected(transaction, facts));
  return std::optional<Committed>();
}

absl::StatusOr<Standing> Advance(const Standing& standing,
                                 const PreparedTransaction& prepared,
                                 absl::Time now) {
  const auto& migrated = prepared.transaction.migrated_time;
  absl::Time recorded = ToMicrosecond(now);
  if (migrated) {
    LB_ASSIGN_OR_RETURN(recorded,
                        MigratedTime(standing, ToMicrosecond(*migrated), now));
  } else if (standing.head.revision > 0) {
    recorded = std::max(recorded, standing.head.recorded);
  }
  Standing next;
  next.only_migrated = standing.only_migrated && migrated.has_value();
  next.head.revision = standing.head.revision + 1;
  next.head.recorded = recorded;
  next.head.chain =
      ChainHash(standing.head.chain, next.head.revision,
                absl::ToUnixMicros(recorded), prepared.content_digest);
  return next;
}

absl::Status CheckSwap(absl::string_view name, const LeaseRecord& stored,
                       const LeaseRecord& expected) {
  if (stored.token == expected.token && stored.beat == expected.beat) {
    return absl::OkStatus();
  }
  return LeaseLost(name);
}

absl::Status CheckReadable(Revision after, Revision compacted_through,
                           Revision head) {
  if (after < compacted_through) {
    return CursorCompacted(after, compacted_through);
  }
  return after > head ? CursorAhead(after, head) : absl::OkStatus();
}

absl::Status JudgePosition(
    const Position& position, absl::string_view store_id, Revision head,
    Revision compacted_through,
    const std::function<absl::StatusOr<std::string>(Revision)>& chain_at) {
  if (position.store_id != store_id) return CursorForeign("other store");
  if (position.revision < 0) return CursorForeign("no such revision");
  LB_RETURN_IF_ERROR(CheckReadable(position.revision, compacted_through, head));
  LB_ASSIGN_OR_RETURN(const std::string chain, chain_at(position.revision));
  if (chain == position.chain) return absl::OkStatus();
  return CursorForeign("other chain");
}

}  // namespace lagesbild::ledger
