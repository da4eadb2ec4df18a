#ifndef LAGESBILD_LIB_GEO_S2_CONVERT_H_
#define LAGESBILD_LIB_GEO_S2_CONVERT_H_

#include <s2/s2point.h>

#include <vector>

#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// Geodetic latitude and longitude taken as spherical ones: topology holds and
// shares of an area hold to some 1e-6 within a few kilometres; lengths do not.
S2Point ToS2(const LatLng& position);

// The ring's corners without the closing one and without repeats, turning
// counter-clockwise, or clockwise where `hole`.
std::vector<S2Point> ToS2Loop(const Ring& ring, bool hole);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_S2_CONVERT_H_
