#ifndef LAGESBILD_CLI_PLACES_PLACE_FORMAT_H_
#define LAGESBILD_CLI_PLACES_PLACE_FORMAT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lagesbild::cli {

// Enough of a file's beginning to tell its format.
inline constexpr size_t kFormatHeadBytes = 64 << 10;

enum class PlaceFormat {
  kGeoJson,
  kUnits,      // the school register's JSON, of either version
  kUnitLines,  // the same, a document a line
  kTable       // CSV
};

// The format of the text that begins with `head`: what it is goes by, not what
// it is called. INVALID_ARGUMENT for one that is none of them.
absl::StatusOr<PlaceFormat> FormatOf(absl::string_view head);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_PLACE_FORMAT_H_
