#ifndef LAGESBILD_CLI_PLACES_UNPLACED_H_
#define LAGESBILD_CLI_PLACES_UNPLACED_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "cli/places/place_row.h"
#include "lib/geo/geometry.h"

namespace lagesbild::cli {

// Whether the file has rows without a position.
bool HasUnplaced(const PlaceFile& file);

// Where a place was known to be.
struct KnownPosition {
  geo::LatLng position;
  bool suspect = false;
};
// By external id, of the file's source.
using KnownPositions = absl::flat_hash_map<std::string, KnownPosition>;

// Afterwards every row has a position: the one that is known, with a doubt. To
// leave such a row out would close a school that the register says is open.
// What was never placed is dropped.
void SettleUnplaced(const KnownPositions& known, PlaceFile* file);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_UNPLACED_H_
