#include "lib/input/row_count.h"

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::input {

absl::Status CheckRowCount(std::int64_t expected_rows, std::int64_t came) {
  if (expected_rows == 0) {
    return base::InvalidField(
        "expected_rows",
        "is not stated: an import cut short looks like a whole");
  }
  if (expected_rows == came) return absl::OkStatus();
  return base::InvalidField(
      "expected_rows",
      absl::StrCat("is ", expected_rows, ", but ", came, " rows came"));
}

}  // namespace lagesbild::input
