#ifndef LAGESBILD_TESTS_END_TO_END_REFERENCE_H_
#define LAGESBILD_TESTS_END_TO_END_REFERENCE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"

// What the answers must be, from the files and GeographicLib alone: nothing of
// the suite's own parsers and distances.
namespace lagesbild::end_to_end {

// A position as GeoJSON has it, on WGS84.
struct Position {
  double lon = 0;
  double lat = 0;
};

using Rings = std::vector<std::vector<Position>>;

// One feature of a file: a position, or all rings of its polygons.
struct ReferenceFeature {
  std::string id;
  Position position;
  Rings rings;
};

// The features whose `where` is `value`; `id` names the property that is their
// id. A list property has the value when it is among its elements.
std::vector<ReferenceFeature> ReadFeatures(const std::string& path,
                                           const std::string& id,
                                           const std::string& where = "",
                                           const std::string& value = "");

// By (feature's id, school's id): metres on the ellipsoid, 0 inside, of every
// pair not farther apart than `meters`.
using Distances = std::map<std::pair<std::string, std::string>, double>;
Distances PairsWithin(double meters,
                      const std::vector<ReferenceFeature>& features,
                      const std::vector<ReferenceFeature>& schools);

}  // namespace lagesbild::end_to_end

#endif  // LAGESBILD_TESTS_END_TO_END_REFERENCE_H_
