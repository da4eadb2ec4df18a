#ifndef LAGESBILD_CLI_PLACES_BUILDINGS_H_
#define LAGESBILD_CLI_PLACES_BUILDINGS_H_

#include <string>
#include <vector>

#include "cli/places/place_row.h"
#include "lib/geo/units.h"

namespace lagesbild::cli {

// Units on one point are at most this far apart.
inline constexpr geo::Meters kSamePoint{1};

// What is left of a name when a unit's mark is taken off its end:
// "lillskolan" for "Lillskolan 4-9", "Lillskolan, enhet B", "Lillskolan F-3".
std::string NameStem(const std::string& name);

// Lower case, without points and doubled spaces.
std::string NormalAddress(const std::string& address);

// Finds units, all of which have a position, that share a building: on one
// point, in no two municipalities, and with the same normalised address, or
// where one of them has none, names whose stems are the same or begin each
// other. One point alone is not enough: the units of a company may all stand on
// its head office. Sets `building_group` of all that stand on a point with
// others, whether they share a building or not, to a name of `source` that
// lasts for as long as the lowest id in the building and the company on the
// point do; of one that stands alone to "". Returns the number of buildings.
int GroupBuildings(const std::string& source, std::vector<PlaceRow>* rows);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_BUILDINGS_H_
