#ifndef LAGESBILD_CLI_ARGUMENTS_H_
#define LAGESBILD_CLI_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/geo/v1/geometry.pb.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lagesbild/registry/v1/site.pb.h"

// What people write on the command line, in the contracts' terms. Errors are
// INVALID_ARGUMENT and say what was meant.
namespace lagesbild::cli {

// "s" becomes "regions/r/sites/s"; a whole name stays.
std::string FullName(const std::string& parent, absl::string_view collection,
                     const std::string& name);

// "59.33,18.07": latitude and longitude in degrees.
absl::StatusOr<geo::v1::LatLng> ParsePoint(absl::string_view text);

// "59.33,18.07" or, with a radius in metres, "59.33,18.07,40".
absl::StatusOr<geo::v1::Geometry> ParseCircle(absl::string_view text);

// "label=rest".
struct Labelled {
  std::string label;
  std::string rest;
};
absl::StatusOr<Labelled> ParseLabelled(absl::string_view text);

// "primary-school", "PRIMARY_SCHOOL".
absl::StatusOr<proximity::v1::PlaceKind> ParseKind(absl::string_view text);
absl::StatusOr<proximity::v1::Verdict> ParseVerdict(absl::string_view text);
absl::StatusOr<registry::v1::SiteState> ParseState(absl::string_view text);

// Each parsed and added to a repeated field.
template <typename Parse, typename Repeated>
absl::Status AddAll(const std::vector<std::string>& texts, Parse parse,
                    Repeated* values) {
  for (const std::string& text : texts) {
    const auto value = parse(text);
    if (!value.ok()) return value.status();
    values->Add(*value);
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_ARGUMENTS_H_
