#include "cli/places/place_format.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "cli/places/csv_reader.h"
#include "cli/places/json_units.h"

namespace lagesbild::cli {
namespace {

bool LooksLikeGeoJson(absl::string_view head) {
  return absl::StrContains(head, "\"FeatureCollection\"") ||
         absl::StrContains(head, "\"features\"") ||
         absl::StrContains(head, "\"Feature\"");
}

}  // namespace

absl::StatusOr<PlaceFormat> FormatOf(absl::string_view head) {
  absl::ConsumePrefix(&head, "\xEF\xBB\xBF");
  head = absl::StripLeadingAsciiWhitespace(head);
  if (head.empty()) return absl::InvalidArgumentError("is empty");
  if (head.front() == '{' || head.front() == '[') {
    if (LooksLikeGeoJson(head)) return PlaceFormat::kGeoJson;
    if (LooksLikeUnits(head)) {
      return LooksLikeJsonLines(head) ? PlaceFormat::kUnitLines
                                      : PlaceFormat::kUnits;
    }
  } else if (FindSeparator(head)) {
    return PlaceFormat::kTable;
  }
  return absl::InvalidArgumentError(
      "is neither GeoJSON, nor units of the school register in JSON, nor a "
      "table with a header");
}

}  // namespace lagesbild::cli
