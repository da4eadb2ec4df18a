#ifndef LAGESBILD_LIB_GEO_PLANE_SCREEN_H_
#define LAGESBILD_LIB_GEO_PLANE_SCREEN_H_

#include <cstddef>
#include <cstdint>

#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// Private to join.cc: distances of points as in a plane, four at a time.

// A position in whole units of 360° / 2^32, at most 9.4 mm. Longitudes wrap
// around by themselves: 180° is -180°.
struct FixedPosition {
  int32_t latitude = 0;
  int32_t longitude = 0;
};

inline constexpr double kUnitsPerDegree = 4294967296.0 / 360;
inline constexpr double kRadiansPerUnit = 6.28318530717958647692 / 4294967296.0;

// Screens work on so many positions at a time.
inline constexpr size_t kScreenLanes = 4;

FixedPosition ToFixed(const LatLng& position);

// Measures from positions whose latitudes lie in south … north (radians).
// By the mid-latitude formula, √((M·Δφ)² + (p·Δλ)²), with the meridian's radius
// of curvature M of the middle of south … north, and the parallel's radius p of
// the latitude half-way, taken to change there as it does in the middle, by
// -M·sin(φ) a radian.
class PlaneScreen {
 public:
  PlaneScreen(double south, double north);

  // How many metres a distance that is truly, or here, at most `distance` can
  // be wrong by: a unit for either position; 1e-6 of it for single precision;
  // what M and p miss in the second order, and the formula in the third.
  // Infinite where that would be too much to be of use.
  double ErrorBound(double distance) const;

  // Writes the squared distances of `count` positions, a multiple of
  // kScreenLanes.
  void SquaredDistances(const FixedPosition& from, const int32_t* latitudes,
                        const int32_t* longitudes, size_t count,
                        float* squares) const;

 private:
  double middle_;       // radians
  double half_height_;  // radians
  float north_;         // metres a unit
  float east_;          // metres a unit, at the middle
  float slope_;         // by how much east_ falls a unit of latitude
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_PLANE_SCREEN_H_
