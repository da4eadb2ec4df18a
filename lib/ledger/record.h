#ifndef LAGESBILD_LIB_LEDGER_RECORD_H_
#define LAGESBILD_LIB_LEDGER_RECORD_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "lib/base/civil_date.h"

// What services' stored records have in common. What was stored and cannot be
// read is DATA_LOSS.
namespace lagesbild::ledger {

// `Record` is a protobuf message.
template <typename Record>
absl::StatusOr<Record> ParseRecord(absl::string_view bytes) {
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(
        absl::StrCat("a ", Record::descriptor()->name(), " does not parse"));
  }
  return record;
}

// As base::FormatDate writes it; "" for none.
inline absl::StatusOr<std::optional<base::Date>> ParseRecordDate(
    const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto date = base::ParseDate(text);
  if (!date.ok()) return absl::DataLossError(date.status().message());
  return *date;
}

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_RECORD_H_
