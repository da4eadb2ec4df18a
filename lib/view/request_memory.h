#ifndef LAGESBILD_LIB_VIEW_REQUEST_MEMORY_H_
#define LAGESBILD_LIB_VIEW_REQUEST_MEMORY_H_

#include <deque>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::view {

// The requests that were answered in the last ledger::kRequestMemory. Not
// thread-safe.
class RequestMemory {
 public:
  void Reset(const std::vector<ledger::RequestRecord>& records);
  // Recorded times must not decrease.
  void Add(const ledger::RequestRecord& record);
  // Nullopt when it is not known, or no longer at `now`.
  std::optional<ledger::RequestRecord> Find(const std::string& agency,
                                            const std::string& method,
                                            const std::string& request_id,
                                            absl::Time now) const;
  // Drops what is no longer remembered at `now`.
  void Forget(absl::Time now);
  std::size_t size() const { return records_.size(); }

 private:
  std::unordered_map<std::string, ledger::RequestRecord> records_;
  std::deque<std::pair<absl::Time, std::string>> by_age_;
};

}  // namespace lagesbild::view

#endif  // LAGESBILD_LIB_VIEW_REQUEST_MEMORY_H_
