#ifndef LAGESBILD_TESTS_CONFORMANCE_DESCRIBE_H_
#define LAGESBILD_TESTS_CONFORMANCE_DESCRIBE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// What a ledger answered, as text that is equal exactly when the answers are.
std::string Describe(const absl::Status& status);
std::string Describe(const std::string& text);
std::string Describe(const ledger::Committed& committed);
std::string Describe(const ledger::Head& head);
std::string Describe(const ledger::Version& version);
std::string Describe(const ledger::ChangePage& page);
std::string Describe(const ledger::Snapshot& snapshot);
std::string Describe(const ledger::RequestRecord& request);
std::string Describe(const ledger::LeaseRecord& lease);
std::string Describe(const ledger::Erasure& erasure);
inline std::string Describe(ledger::Revision revision) {
  return absl::StrCat(revision);
}

template <typename T>
std::string Describe(const absl::StatusOr<T>& result);

template <typename T>
std::string Describe(const std::vector<T>& all) {
  std::string text;
  for (const T& one : all) absl::StrAppend(&text, Describe(one), "\n");
  return text;
}

template <typename T>
std::string Describe(const absl::StatusOr<T>& result) {
  return result.ok() ? Describe(*result) : Describe(result.status());
}

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_CONFORMANCE_DESCRIBE_H_
