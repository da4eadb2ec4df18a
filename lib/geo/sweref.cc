#include "lib/geo/sweref.h"

#include <GeographicLib/TransverseMercator.hpp>

namespace lagesbild::geo {
namespace {

constexpr double kGrs80Radius = 6378137.0;
constexpr double kGrs80Flattening = 1 / 298.257222101;
constexpr double kScale = 0.9996;
constexpr double kCentralMeridian = 15;
constexpr double kFalseEasting = 500'000;

const GeographicLib::TransverseMercator& Projection() {
  static const auto* const kProjection = new GeographicLib::TransverseMercator(
      kGrs80Radius, kGrs80Flattening, kScale);
  return *kProjection;
}

}  // namespace

Sweref99Tm ToSweref(const LatLng& position) {
  double x, y;
  Projection().Forward(kCentralMeridian, position.latitude, position.longitude,
                       x, y);
  return {.northing = y, .easting = x + kFalseEasting};
}

LatLng FromSweref(const Sweref99Tm& position) {
  LatLng result;
  Projection().Reverse(kCentralMeridian, position.easting - kFalseEasting,
                       position.northing, result.latitude, result.longitude);
  return result;
}

}  // namespace lagesbild::geo
