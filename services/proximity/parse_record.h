#ifndef LAGESBILD_SERVICES_PROXIMITY_PARSE_RECORD_H_
#define LAGESBILD_SERVICES_PROXIMITY_PARSE_RECORD_H_

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lagesbild::proximity {

// A stored message; DATA_LOSS when the bytes are none.
template <typename Record>
absl::StatusOr<Record> ParseRecord(absl::string_view bytes) {
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(
        absl::StrCat("a ", Record::descriptor()->name(), " does not parse"));
  }
  return record;
}

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PARSE_RECORD_H_
