#ifndef LAGESBILD_LIB_GEO_GEOMETRY_H_
#define LAGESBILD_LIB_GEO_GEOMETRY_H_

#include <variant>
#include <vector>

#include "lib/geo/units.h"

namespace lagesbild::geo {

// A position on the WGS84 ellipsoid, in degrees. Build it by name, so that the
// two cannot be swapped: LatLng{.latitude = 59.33, .longitude = 18.07}.
struct LatLng {
  double latitude = 0;   // -90 … 90, north positive
  double longitude = 0;  // -180 … 180, east positive

  friend bool operator==(const LatLng&, const LatLng&) = default;
};

// A closed ring as GeoJSON has it: the last position repeats the first. Either
// orientation is accepted; the inside is the smaller side. An edge is the
// geodesic between its two positions.
using Ring = std::vector<LatLng>;

struct Polygon {
  Ring outer;
  std::vector<Ring> holes;

  friend bool operator==(const Polygon&, const Polygon&) = default;
};

// Polygons that do not overlap.
struct MultiPolygon {
  std::vector<Polygon> polygons;

  friend bool operator==(const MultiPolygon&, const MultiPolygon&) = default;
};

// All within `radius` of `center`; a plain point has radius 0.
struct Disc {
  LatLng center;
  Meters radius;

  friend bool operator==(const Disc&, const Disc&) = default;
};

// What a site or an area covers. Values are as given, unchecked: run
// FindFault or Validate (validity.h) on anything from outside before measuring.
using Geometry = std::variant<Disc, MultiPolygon>;

// The point `position` as a geometry.
inline Geometry PointGeometry(LatLng position) {
  return Disc{.center = position, .radius = Meters(0)};
}

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_GEOMETRY_H_
