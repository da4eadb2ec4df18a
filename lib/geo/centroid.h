#ifndef LAGESBILD_LIB_GEO_CENTROID_H_
#define LAGESBILD_LIB_GEO_CENTROID_H_

#include <vector>

#include "lib/geo/geometry.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {

// The centroid of area in the tangent plane at the polygons' middle. Private to
// shape.cc; for others CenterOf in measure.h.
LatLng CentroidOf(const std::vector<PreparedPolygon>& polygons);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_CENTROID_H_
