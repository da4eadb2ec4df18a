#include "lib/ledger/memory_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "lib/base/status.h"
#include "lib/ledger/chain.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {

MemoryStore::MemoryStore(std::string store_id)
    : store_id_(std::move(store_id)), compacted_chain_(kEmptyChain) {}

absl::StatusOr<Committed> MemoryStore::Apply(
    const PreparedTransaction& prepared, absl::Time now) {
  LB_ASSIGN_OR_RETURN(const std::optional<Committed> earlier,
                      Decide(prepared.transaction, now, this));
  if (earlier) return *earlier;
  LB_ASSIGN_OR_RETURN(standing_, Advance(standing_, prepared, now));
  Record(prepared);
  return Committed{head().revision, head().recorded, false};
}

void MemoryStore::Record(const PreparedTransaction& prepared) {
  const Transaction& transaction = prepared.transaction;
  LogEntry entry{head().chain, prepared.content_digest, transaction.meta, {}};
  for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
    const Write& write = transaction.writes[i];
    Version version{write.key, head().revision, head().recorded, write.value,
                    false};
    history_[write.key].push_back({std::move(version), prepared.digests[i]});
    entry.keys.push_back(write.key);
  }
  log_.push_back(std::move(entry));
  recorded_.push_back(head().recorded);
  if (const auto& request = transaction.meta.request) {
    Remember({*request, head().revision, head().recorded});
  }
}

void MemoryStore::Remember(const RequestRecord& request) {
  const RequestKey& key = request.key;
  requests_[{key.agency, key.method, key.request_id}] = request;
}

absl::StatusOr<std::optional<RequestRecord>> MemoryStore::FindRequest(
    const RequestKey& request) {
  const auto found =
      requests_.find({request.agency, request.method, request.request_id});
  if (found == requests_.end()) return std::optional<RequestRecord>();
  return std::make_optional(found->second);
}

absl::StatusOr<LeaseRecord> MemoryStore::FindLease(absl::string_view name) {
  const auto found = leases_.find(std::string(name));
  return found == leases_.end() ? LeaseRecord() : found->second;
}

absl::StatusOr<Revision> MemoryStore::RevisionOf(absl::string_view key) {
  const auto found = history_.find(std::string(key));
  if (found == history_.end()) return 0;
  const Version* live = LiveAt(found->second, head().revision);
  return live == nullptr ? 0 : live->revision;
}

absl::Status MemoryStore::SwapLease(absl::string_view name,
                                    const LeaseRecord& expected,
                                    const LeaseRecord& next) {
  LeaseRecord& stored = leases_[std::string(name)];
  LB_RETURN_IF_ERROR(CheckSwap(name, stored, expected));
  stored = next;
  return absl::OkStatus();
}

absl::Status MemoryStore::Compact(Revision through, absl::Time now) {
  if (through > head().revision) {
    return CursorAhead(through, head().revision);
  }
  if (through > compacted_through_) {
    compacted_chain_ = ChainAt(through);
    log_.erase(log_.begin(), log_.begin() + (through - compacted_through_));
    compacted_through_ = through;
  }
  ForgetRequests(now);
  return absl::OkStatus();
}

void MemoryStore::ForgetRequests(absl::Time now) {
  for (auto it = requests_.begin(); it != requests_.end();) {
    const bool kept = IsRemembered(it->second.recorded, now);
    it = kept ? std::next(it) : requests_.erase(it);
  }
}

absl::Status MemoryStore::Erase(const Erasure& erasure) {
  const auto found = history_.find(erasure.key);
  if (found == history_.end()) {
    return NoSuchVersion(
        erasure.key, erasure.revisions.empty() ? 0 : erasure.revisions.front());
  }
  Erasure named = erasure;
  if (named.revisions.empty()) {
    for (const Kept& kept : found->second) {
      named.revisions.push_back(kept.version.revision);
    }
  }
  const auto& revisions = named.revisions;
  for (const Revision revision : revisions) {
    if (VersionOf(erasure.key, revision) == nullptr) {
      return NoSuchVersion(erasure.key, revision);
    }
  }
  for (Kept& kept : found->second) {
    const bool chosen = std::count(revisions.begin(), revisions.end(),
                                   kept.version.revision) > 0;
    if (!chosen || !kept.version.value) continue;
    kept.version.value = "";
    kept.version.erased = true;
  }
  return AddErasure(named);
}

}  // namespace lagesbild::ledger
