#ifndef LAGESBILD_LIB_GEO_JOIN_H_
#define LAGESBILD_LIB_GEO_JOIN_H_

#include "absl/types/span.h"
#include "lib/geo/geometry.h"
#include "lib/geo/near_lists.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// Every pair of two sets that lie within a radius of each other, for whole
// layers at once: what SpatialIndex answers one by one. Works on one thread,
// keeps nothing, and answers exactly as Within(): j is in list i when
// Distance(a[i], b[j]) <= radius. How far apart the two are is not said; ask
// Distance() for the pairs where it matters.
//
// A set must be smaller than 2^32.
NearLists JoinWithin(absl::Span<const LatLng> a, absl::Span<const LatLng> b,
                     Meters radius);
NearLists JoinWithin(absl::Span<const Shape> a, absl::Span<const Shape> b,
                     Meters radius);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_JOIN_H_
