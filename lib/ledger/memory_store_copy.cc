#include <utility>

#include "lib/base/status.h"
#include "lib/ledger/memory_store.h"

namespace lagesbild::ledger {

StoredRevision MemoryStore::StoredAt(
    Revision revision, const std::vector<std::string>& keys) const {
  StoredRevision stored;
  stored.revision = revision;
  stored.recorded_micros = absl::ToUnixMicros(recorded_[revision - 1]);
  for (const std::string& key : keys) {
    const Kept& kept = *VersionOf(key, revision);
    stored.versions.push_back(
        {key, kept.version.value, kept.version.erased, kept.digest});
  }
  if (revision > compacted_through_) {
    const LogEntry& entry = Logged(revision);
    stored.logged = true;
    stored.chain = entry.chain;
    stored.content_digest = entry.content_digest;
    stored.meta = entry.meta;
  }
  return stored;
}

absl::Status MemoryStore::Export(StoreSink* sink) const {
  LB_RETURN_IF_ERROR(sink->Begin(
      {store_id_, standing_, compacted_through_, compacted_chain_}));
  std::vector<std::vector<std::string>> changed(head().revision + 1);
  for (const auto& [key, versions] : history_) {
    for (const Kept& kept : versions) {
      changed[kept.version.revision].push_back(key);
    }
  }
  for (Revision next = 1; next <= head().revision; ++next) {
    LB_RETURN_IF_ERROR(sink->AddRevision(StoredAt(
        next, next > compacted_through_ ? Logged(next).keys : changed[next])));
  }
  for (const RequestRecord& request : LoadRequests()) {
    LB_RETURN_IF_ERROR(sink->AddRequest(request));
  }
  for (const auto& [name, lease] : leases_) {
    LB_RETURN_IF_ERROR(sink->AddLease(name, lease));
  }
  for (const Erasure& erasure : erasures_) {
    LB_RETURN_IF_ERROR(sink->AddErasure(erasure));
  }
  return sink->Finish();
}

// The store id stays the one given to the constructor.
absl::Status MemoryStore::Begin(const StoreHeader& header) {
  standing_ = header.standing;
  compacted_through_ = header.compacted_through;
  compacted_chain_ = header.compacted_chain;
  return absl::OkStatus();
}

absl::Status MemoryStore::AddRevision(StoredRevision revision) {
  const absl::Time recorded = absl::FromUnixMicros(revision.recorded_micros);
  recorded_.push_back(recorded);
  LogEntry entry{revision.chain, revision.content_digest, revision.meta, {}};
  for (StoredVersion& stored : revision.versions) {
    entry.keys.push_back(stored.key);
    Version version{stored.key, revision.revision, recorded,
                    std::move(stored.value), stored.erased};
    history_[stored.key].push_back({std::move(version), stored.digest});
  }
  if (revision.logged) log_.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::Status MemoryStore::AddRequest(const RequestRecord& request) {
  Remember(request);
  return absl::OkStatus();
}

absl::Status MemoryStore::AddLease(const std::string& name,
                                   const LeaseRecord& lease) {
  leases_[name] = lease;
  return absl::OkStatus();
}

absl::Status MemoryStore::AddErasure(const Erasure& erasure) {
  for (const Erasure& known : erasures_) {
    if (known.key == erasure.key && known.decision == erasure.decision &&
        known.revisions == erasure.revisions) {
      return absl::OkStatus();  // carried out again
    }
  }
  erasures_.push_back(erasure);
  return absl::OkStatus();
}

absl::Status MemoryStore::Finish() { return absl::OkStatus(); }

}  // namespace lagesbild::ledger
