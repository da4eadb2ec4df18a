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

// Of the two systems.
enum class Agreement {
  kNone,      // one is given
  kAgree,     // both are, at most kMaxDisagreement apart
  kDisagree,  // farther
};

struct ReadPosition {
  geo::LatLng position;  // WGS84 where it is given
  Agreement agreement = Agreement::kNone;
  // Numbers that were given in each other's place for sure, and have been read
  // as what they are; "" for none. Northing and easting cannot be mistaken for
  // one another; latitude and longitude where the other system has them so.
  std::string exchanged = {};
};

// nullopt where nothing is given, or zeros. INVALID_FIELD naming the member at
// fault ("latitude", "longitude", "northing", "easting"): half a position, no
// number, a number that is none of SWEREF 99 TM.
absl::StatusOr<std::optional<ReadPosition>> PositionOf(
    const GivenPosition& given);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_COORDINATES_H_
