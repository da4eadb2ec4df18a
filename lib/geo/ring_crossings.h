#ifndef LAGESBILD_LIB_GEO_RING_CROSSINGS_H_
#define LAGESBILD_LIB_GEO_RING_CROSSINGS_H_

#include <optional>

#include "lib/geo/geometry.h"
#include "lib/geo/validity.h"

namespace lagesbild::geo {

// The first place where rings of the geometry cross or touch themselves, cross
// each other, or share an edge; rings may touch each other in a corner. Private
// to validity.cc. Rings must be closed, finite and of some area.
std::optional<GeometryFault> FindRingCrossing(const MultiPolygon& multi);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_RING_CROSSINGS_H_
