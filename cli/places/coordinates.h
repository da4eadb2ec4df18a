#ifndef LAGESBILD_CLI_PLACES_COORDINATES_H_
#define LAGESBILD_CLI_PLACES_COORDINATES_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/geo/geometry.h"
#include "lib/geo/units.h"

namespace lagesbild::cli {

enum class DecimalComma { kRefused, kTaken };

// "59.33", or "59,33" where a comma is taken. INVALID_ARGUMENT saying what is
// wrong, without the field.
absl::StatusOr<double> ParseNumber(absl::string_view text, DecimalComma comma);

// Positions that are further apart are not two writings of one.
inline constexpr geo::Meters kMaxDisagreement{50};

// A position as the school register writes it, in up to two systems; each text
// may be empty.
struct GivenPosition {
  std::string latitude;  // WGS84, degrees
  std::string longitude;
  std::string northing;  // SWEREF 99 TM, metres
  std::string easting;
};

struct ReadPosition {
  geo::LatLng position;  // WGS84 where it is given
  // Northing and easting were given in each other's place, which is certain:
  // no number can be both. They have been read as what they are.
  bool exchanged = false;
  // Between the two, where they lie further apart than kMaxDisagreement.
  std::optional<geo::Meters> disagreement;
};

// nullopt where nothing is given, or zeros. INVALID_FIELD naming the member at
// fault ("latitude", "longitude", "northing", "easting"): half a position, no
// number, a number that is none of SWEREF 99 TM.
absl::StatusOr<std::optional<ReadPosition>> PositionOf(
    const GivenPosition& given);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_COORDINATES_H_
