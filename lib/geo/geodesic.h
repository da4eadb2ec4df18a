#ifndef LAGESBILD_LIB_GEO_GEODESIC_H_
#define LAGESBILD_LIB_GEO_GEODESIC_H_

#include "lib/geo/geometry.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// Exact geodesics on WGS84, private to lib/geo. Lengths are in metres.

double GeodesicLength(const LatLng& a, const LatLng& b);

// From `point` to the nearest position on the geodesic a–b.
double DistanceToGeodesic(const LatLng& point, const LatLng& a,
                          const LatLng& b);

// Whether the geodesics a–b and c–d, all four positions far less than a quarter
// of the globe apart, cross at an inner point of both.
bool GeodesicsCross(const LatLng& a, const LatLng& b, const LatLng& c,
                    const LatLng& d);

// Whether the polygons wind around the point, which must not lie on an edge.
// The direction in which a geodesic through the point looks turns one way only
// along an edge, by less than half a turn, so the turns add up exactly.
bool WindsAround(const std::vector<PreparedPolygon>& polygons,
                 const LatLng& point);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_GEODESIC_H_
