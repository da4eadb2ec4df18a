#ifndef LAGESBILD_LIB_GEO_DISTANCE_H_
#define LAGESBILD_LIB_GEO_DISTANCE_H_

#include "lib/geo/geometry.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// Distances are lengths of shortest geodesics on the WGS84 ellipsoid (Karney
// 2013, doi 10.1007/s00190-012-0578-z), good to 1 mm, in practice to 0.1 µm,
// for anything up to 5,000 km apart; beyond that an upper bound, too long by at
// most the length of an edge. What touches within a micrometre is at distance
// 0. All functions are pure and thread-safe.

Meters Distance(const LatLng& a, const LatLng& b);

// From edge to edge: 0 where the shapes meet or one lies inside the other, and
// not 0 inside a hole; a disc's edge is its circle.
Meters Distance(const Shape& a, const Shape& b);

// From the site's centre (Shape::center) to the point.
Meters CenterDistance(const Shape& site, const LatLng& point);

// Whether Distance(a, b) <= radius: the same answer, mostly from the screen
// alone.
bool Within(const Shape& a, const Shape& b, Meters radius);
bool Within(const LatLng& a, const LatLng& b, Meters radius);

// Whether the point lies in the shape or on its edge (within a micrometre).
bool Covers(const Shape& shape, const LatLng& point);

// What a cheap look in straight-line geometry proves: low <= Distance(a, b) <=
// high. For two points the gap is some c³/24ρ² (0.13 µm at 500 m, 1 mm at
// 10 km, ρ the smallest radius of curvature), for a polygon about its longest
// near edge's sagitta (2 cm for an edge of 1 km) on either side, each plus a
// slack of one micrometre for rounding.
struct DistanceBounds {
  Meters low;
  Meters high;
};
DistanceBounds Screen(const Shape& a, const Shape& b);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_DISTANCE_H_
