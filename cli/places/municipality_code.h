#ifndef LAGESBILD_CLI_PLACES_MUNICIPALITY_CODE_H_
#define LAGESBILD_CLI_PLACES_MUNICIPALITY_CODE_H_

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::cli {

// "0180" also for "180": spreadsheets take codes for numbers and cut the zero.
// Anything else is left as it is.
inline std::string MunicipalityCode(const std::string& code) {
  const bool digits =
      std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
  return code.size() == 3 && digits ? absl::StrCat("0", code) : code;
}

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_MUNICIPALITY_CODE_H_
