#ifndef LAGESBILD_LIB_GEO_SWEREF_H_
#define LAGESBILD_LIB_GEO_SWEREF_H_

#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// A position in SWEREF 99 TM (EPSG:3006), metres.
struct Sweref99Tm {
  double northing = 0;
  double easting = 0;
};

// Transverse Mercator on GRS 80: central meridian 15° E, scale 0.9996, false
// easting 500,000 m (Karney 2011, doi 10.1007/s00190-011-0445-3; nanometres
// within 3,900 km of the meridian). SWEREF 99 and WGS84 are taken as the same
// frame, as everywhere in Swedish open data; they differ by some decimetres.
Sweref99Tm ToSweref(const LatLng& position);
LatLng FromSweref(const Sweref99Tm& position);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_SWEREF_H_
