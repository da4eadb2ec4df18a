#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "lib/ledger/memory_store.h"

namespace lagesbild::ledger {

MemoryStore::Versions::const_iterator MemoryStore::After(
    const Versions& versions, Revision at) {
  return std::upper_bound(versions.begin(), versions.end(), at,
                          [](Revision revision, const Kept& kept) {
                            return revision < kept.version.revision;
                          });
}

const Version* MemoryStore::LiveAt(const Versions& versions, Revision at) {
  const auto after = After(versions, at);
  if (after == versions.begin()) return nullptr;
  const Version& newest = std::prev(after)->version;
  return newest.value ? &newest : nullptr;
}

const MemoryStore::Kept* MemoryStore::VersionOf(const std::string& key,
                                                Revision revision) const {
  const auto found = history_.find(key);
  if (found == history_.end()) return nullptr;
  const auto after = After(found->second, revision);
  if (after == found->second.begin()) return nullptr;
  const Kept& newest = *std::prev(after);
  return newest.version.revision == revision ? &newest : nullptr;
}

const MemoryStore::LogEntry& MemoryStore::Logged(Revision revision) const {
  return log_[revision - compacted_through_ - 1];
}

std::string MemoryStore::ChainAt(Revision revision) const {
  return revision == compacted_through_ ? compacted_chain_
                                        : Logged(revision).chain;
}

Change MemoryStore::ChangeOf(const std::string& key, Revision revision) const {
  const Version& version = VersionOf(key, revision)->version;
  Change change{key, std::nullopt, version.value, version.erased};
  const Version* before = LiveAt(history_.find(key)->second, revision - 1);
  if (before != nullptr) change.before = *before;
  return change;
}

RevisionChanges MemoryStore::ChangesOf(Revision revision) const {
  const LogEntry& entry = Logged(revision);
  RevisionChanges changes{
      revision, recorded_[revision - 1], entry.chain, entry.meta, {}};
  for (const std::string& key : entry.keys) {
    changes.changes.push_back(ChangeOf(key, revision));
  }
  return changes;
}

absl::StatusOr<ChangePage> MemoryStore::ReadChanges(Revision after,
                                                    int limit) const {
  LB_RETURN_IF_ERROR(CheckReadable(after, compacted_through_, head().revision));
  ChangePage page;
  page.head = head().revision;
  std::size_t taken = 0;
  for (Revision next = after + 1; next <= head().revision; ++next) {
    taken += Logged(next).keys.size();
    if (!page.revisions.empty() && taken > std::size_t(std::max(limit, 1))) {
      break;
    }
    page.revisions.push_back(ChangesOf(next));
  }
  return page;
}

Snapshot MemoryStore::Load() const {
  Snapshot snapshot{head(), {}};
  for (const auto& [key, versions] : history_) {
    const Version* live = LiveAt(versions, head().revision);
    if (live != nullptr) snapshot.records.push_back(*live);
  }
  return snapshot;
}

absl::StatusOr<std::vector<Version>> MemoryStore::ReadHistory(
    absl::string_view prefix, Revision at) const {
  if (at > head().revision) return CursorAhead(at, head().revision);
  std::vector<Version> found;
  for (auto it = history_.lower_bound(std::string(prefix));
       it != history_.end() && absl::StartsWith(it->first, prefix); ++it) {
    const Version* live = LiveAt(it->second, at);
    if (live != nullptr) found.push_back(*live);
  }
  return found;
}

std::vector<Version> MemoryStore::ReadVersions(absl::string_view key) const {
  std::vector<Version> versions;
  const auto found = history_.find(std::string(key));
  if (found == history_.end()) return versions;
  for (const Kept& kept : found->second) versions.push_back(kept.version);
  return versions;
}

Revision MemoryStore::RevisionAt(absl::Time time) const {
  return std::upper_bound(recorded_.begin(), recorded_.end(), time) -
         recorded_.begin();
}

std::vector<RequestRecord> MemoryStore::LoadRequests() const {
  std::vector<RequestRecord> records;
  for (const auto& [id, record] : requests_) records.push_back(record);
  std::sort(records.begin(), records.end(),
            [](const RequestRecord& a, const RequestRecord& b) {
              return a.revision < b.revision;
            });
  return records;
}

absl::Status MemoryStore::CheckPosition(const Position& position) const {
  return JudgePosition(
      position, store_id_, head().revision, compacted_through_,
      [this](Revision revision) -> absl::StatusOr<std::string> {
        return ChainAt(revision);
      });
}

}  // namespace lagesbild::ledger
