#include "lib/geo/ecef.h"

#include <algorithm>

namespace lagesbild::geo {
namespace {

// Half the ellipsoid's equator: no shortest geodesic is longer.
constexpr double kLongestGeodesic = kEquatorialRadius * 180 * kRadiansPerDegree;

struct SinCos {
  explicit SinCos(double degrees)
      : sin(std::sin(degrees * kRadiansPerDegree)),
        cos(std::cos(degrees * kRadiansPerDegree)) {}
  double sin;
  double cos;
};

}  // namespace

Vec3 ToEcef(const LatLng& position) {
  const SinCos lat(position.latitude);
  const SinCos lng(position.longitude);
  const double n = kEquatorialRadius /
                   std::sqrt(1 - kEccentricitySquared * lat.sin * lat.sin);
  return {n * lat.cos * lng.cos, n * lat.cos * lng.sin,
          n * (1 - kEccentricitySquared) * lat.sin};
}

LatLng OnSurface(const Vec3& v) {
  // On the surface z/p = (1 - e²)·tan(latitude), and a ray keeps z/p.
  const double p = std::hypot(v.x, v.y);
  return {.latitude = std::atan2(v.z, (1 - kEccentricitySquared) * p) /
                      kRadiansPerDegree,
          .longitude = std::atan2(v.y, v.x) / kRadiansPerDegree};
}

TangentPlane::TangentPlane(const Vec3& at) : origin(at) {
  const Vec3 normal = {at.x, at.y, at.z / (1 - kEccentricitySquared)};
  up = (1 / Norm(normal)) * normal;
  const double p = std::hypot(at.x, at.y);
  east = p > 0 ? Vec3{-at.y / p, at.x / p, 0} : Vec3{0, 1, 0};
  north = {up.y * east.z - up.z * east.y, up.z * east.x - up.x * east.z,
           up.x * east.y - up.y * east.x};
}

double SegmentDistance(const Vec3& a, const Vec3& b, const Vec3& c,
                       const Vec3& d) {
  // The minimum lies at an end of one of them, or at the crossing of their
  // common perpendicular when that meets both.
  double best = std::min({SegmentDistance(a, c, d), SegmentDistance(b, c, d),
                          SegmentDistance(c, a, b), SegmentDistance(d, a, b)});
  const Vec3 u = b - a;
  const Vec3 v = d - c;
  const Vec3 w = a - c;
  const double uu = Dot(u, u);
  const double uv = Dot(u, v);
  const double vv = Dot(v, v);
  const double det = uu * vv - uv * uv;
  if (det <= 0) return best;
  const double s = (uv * Dot(v, w) - vv * Dot(u, w)) / det;
  const double t = (uu * Dot(v, w) - uv * Dot(u, w)) / det;
  if (s < 0 || s > 1 || t < 0 || t > 1) return best;
  return std::min(best, Norm(w + s * u - t * v));
}

double LongestArc(double chord) {
  const double half = chord / (2 * kMinCurvatureRadius);
  if (half >= 1) return kLongestGeodesic;
  return std::min(2 * kMinCurvatureRadius * std::asin(half), kLongestGeodesic);
}

double SureChord(double arc) {
  const double half =
      std::clamp(arc / (2 * kMinCurvatureRadius), 0.0, 90 * kRadiansPerDegree);
  return 2 * kMinCurvatureRadius * std::sin(half);
}

double AngleOf(double chord) {
  return LongestArc(chord) / kMinCurvatureRadius + kAnglePadding;
}

double LargestSagitta(double chord) {
  const double arc = LongestArc(chord);
  return 0.5 * std::sqrt(std::max(0.0, (arc - chord) * (arc + chord)));
}

}  // namespace lagesbild::geo
