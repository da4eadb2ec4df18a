#include "lib/geo/plane_screen.h"

#include <cmath>
#include <limits>

#include "lib/geo/ecef.h"

namespace lagesbild::geo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// The unit of either position, in both directions.
constexpr double kRounding = 2 * kRadiansPerUnit * kEquatorialRadius;
// Some ten roundings of 2^-24.
constexpr double kSinglePrecision = 1e-6;
// M changes by less than this part of itself a radian: 3·e²·sin·cos / (1 - e²).
constexpr double kCurvatureChange = 0.0102;
// Nearer to a pole, or worse, and the formula is of no use.
constexpr double kLeastCosine = 0.05;
constexpr double kWorstError = 0.05;

int64_t InUnits(double degrees) {
  const double units = degrees * kUnitsPerDegree;
  return static_cast<int64_t>(units + (units < 0 ? -0.5 : 0.5));
}

float Square(float x) { return x * x; }

// Across the antimeridian too; from pole to pole it is wrong, not undefined.
float UnitsBetween(int32_t from, int32_t to) {
  return static_cast<float>(static_cast<int32_t>(static_cast<uint32_t>(to) -
                                                 static_cast<uint32_t>(from)));
}

}  // namespace

FixedPosition ToFixed(const LatLng& position) {
  return {static_cast<int32_t>(InUnits(position.latitude)),
          static_cast<int32_t>(InUnits(position.longitude))};
}

PlaneScreen::PlaneScreen(double south, double north)
    : middle_((south + north) / 2), half_height_((north - south) / 2) {
  const double sine = std::sin(middle_);
  const double w2 = 1 - kEccentricitySquared * sine * sine;
  const double across = kEquatorialRadius / std::sqrt(w2);
  const double along = across * (1 - kEccentricitySquared) / w2;
  north_ = static_cast<float>(along * kRadiansPerUnit);
  east_ = static_cast<float>(across * std::cos(middle_) * kRadiansPerUnit);
  slope_ = static_cast<float>(along * sine * kRadiansPerUnit * kRadiansPerUnit);
}

double PlaneScreen::ErrorBound(double distance) const {
  const double angle = distance / kMinCurvatureRadius;
  // From the middle to the farther position.
  const double reach = half_height_ + angle;
  const double cosine = std::cos(std::abs(middle_) + reach);
  if (!(cosine > kLeastCosine)) return kInfinity;
  const double part = kSinglePrecision + kCurvatureChange * reach +
                      (reach / cosine) * (reach / cosine);
  const double error = kRounding + part * distance;
  if (error > kWorstError * distance) return kInfinity;
  return error;
}

void PlaneScreen::SquaredDistances(const FixedPosition& from,
                                   const int32_t* latitudes,
                                   const int32_t* longitudes, size_t count,
                                   float* squares) const {
  const auto middle = static_cast<int32_t>(middle_ / kRadiansPerUnit);
  const float north_scale = north_;
  const float half_slope = slope_ / 2;
  const float east_scale =
      east_ - slope_ * static_cast<float>(from.latitude - middle);
  for (size_t i = 0; i < count; ++i) {
    const float north = UnitsBetween(from.latitude, latitudes[i]);
    const float east = UnitsBetween(from.longitude, longitudes[i]);
    squares[i] = Square(north * north_scale) +
                 Square(east * (east_scale - half_slope * north));
  }
}

}  // namespace lagesbild::geo
