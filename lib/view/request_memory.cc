#include "lib/view/request_memory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/ledger/commit_rules.h"

namespace lagesbild::view {
namespace {

// The lengths keep ("a", "bc") apart from ("ab", "c").
std::string Name(const std::string& agency, const std::string& method,
                 const std::string& request_id) {
  return absl::StrCat(agency.size(), ":", agency, method.size(), ":", method,
                      request_id);
}

}  // namespace

void RequestMemory::Reset(const std::vector<ledger::RequestRecord>& records) {
  records_.clear();
  by_age_.clear();
  std::vector<ledger::RequestRecord> oldest_first = records;
  std::stable_sort(
      oldest_first.begin(), oldest_first.end(),
      [](const auto& a, const auto& b) { return a.revision < b.revision; });
  for (const ledger::RequestRecord& record : oldest_first) Add(record);
}

void RequestMemory::Add(const ledger::RequestRecord& record) {
  const ledger::RequestKey& key = record.key;
  std::string name = Name(key.agency, key.method, key.request_id);
  records_[name] = record;
  by_age_.emplace_back(record.recorded, std::move(name));
}

std::optional<ledger::RequestRecord> RequestMemory::Find(
    const std::string& agency, const std::string& method,
    const std::string& request_id, absl::Time now) const {
  const auto found = records_.find(Name(agency, method, request_id));
  if (found == records_.end() ||
      !ledger::IsRemembered(found->second.recorded, now)) {
    return std::nullopt;
  }
  return found->second;
}

void RequestMemory::Forget(absl::Time now) {
  while (!by_age_.empty() &&
         !ledger::IsRemembered(by_age_.front().first, now)) {
    const auto found = records_.find(by_age_.front().second);
    // A name that was used again since is younger than this entry says.
    if (found != records_.end() &&
        found->second.recorded == by_age_.front().first) {
      records_.erase(found);
    }
    by_age_.pop_front();
  }
}

}  // namespace lagesbild::view
