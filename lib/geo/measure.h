#ifndef LAGESBILD_LIB_GEO_MEASURE_H_
#define LAGESBILD_LIB_GEO_MEASURE_H_

#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// A box of latitudes and longitudes, edges included. `west` > `east` when it
// crosses the antimeridian.
struct BoundingBox {
  double south = 0;
  double west = 0;
  double north = 0;
  double east = 0;

  bool Contains(const LatLng& position) const;
  // The box that holds both.
  BoundingBox Union(const BoundingBox& other) const;

  friend bool operator==(const BoundingBox&, const BoundingBox&) = default;
};

// A box that holds the geometry, for display and for coarse filters; it may be
// a few centimetres too large. Not for a polygon around a pole.
BoundingBox BoundingBoxOf(const Geometry& geometry);

// Area on the ellipsoid: a polygon's by geodesic edges (Karney 2013,
// doi 10.1007/s00190-012-0578-z), holes taken off; a disc's as πr².
SquareMeters AreaOf(const Geometry& geometry);

// A disc's centre, or a multipolygon's centroid of area in the tangent plane at
// its middle. A crescent's centroid lies outside it.
LatLng CenterOf(const Geometry& geometry);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_MEASURE_H_
