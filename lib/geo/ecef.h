#ifndef LAGESBILD_LIB_GEO_ECEF_H_
#define LAGESBILD_LIB_GEO_ECEF_H_

#include <algorithm>
#include <cmath>

#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// WGS84's semi-major axis in metres, and its flattening.
inline constexpr double kEquatorialRadius = 6378137.0;
inline constexpr double kFlattening = 1 / 298.257223563;
inline constexpr double kEccentricitySquared = kFlattening * (2 - kFlattening);
// The smallest radius of curvature of any curve that lies on the ellipsoid:
// b²/a, that of the meridian at the equator.
inline constexpr double kMinCurvatureRadius =
    kEquatorialRadius * (1 - kFlattening) * (1 - kFlattening);
inline constexpr double kRadiansPerDegree = 3.14159265358979323846 / 180;

// A vector in metres in the earth-centred, earth-fixed frame.
struct Vec3 {
  double x = 0;
  double y = 0;
  double z = 0;

  friend Vec3 operator+(const Vec3& a, const Vec3& b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z};
  }
  friend Vec3 operator-(const Vec3& a, const Vec3& b) {
    return {a.x - b.x, a.y - b.y, a.z - b.z};
  }
  friend Vec3 operator*(double k, const Vec3& a) {
    return {k * a.x, k * a.y, k * a.z};
  }
};

inline double Dot(const Vec3& a, const Vec3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline double Norm(const Vec3& a) { return std::sqrt(Dot(a, a)); }

// The position on the ellipsoid's surface.
Vec3 ToEcef(const LatLng& position);

// The surface position on the ray from the earth's centre through `v`.
LatLng OnSurface(const Vec3& v);

// The tangent plane at a surface point: unit vectors east, north and up.
struct TangentPlane {
  explicit TangentPlane(const Vec3& at);

  Vec3 origin;
  Vec3 east;
  Vec3 north;
  Vec3 up;
};

// Squared distance from `p` to the straight segment a–b.
inline double SquaredSegmentDistance(const Vec3& p, const Vec3& a,
                                     const Vec3& b) {
  const Vec3 ab = b - a;
  const Vec3 ap = p - a;
  const double length2 = Dot(ab, ab);
  const double t =
      length2 > 0 ? std::clamp(Dot(ap, ab) / length2, 0.0, 1.0) : 0.0;
  const Vec3 off = ap - t * ab;
  return Dot(off, off);
}

// Distance in metres from `p` to the straight segment a–b.
inline double SegmentDistance(const Vec3& p, const Vec3& a, const Vec3& b) {
  return std::sqrt(SquaredSegmentDistance(p, a, b));
}

// Distance in metres between the straight segments a–b and c–d.
double SegmentDistance(const Vec3& a, const Vec3& b, const Vec3& c,
                       const Vec3& d);

// The longest that a shortest geodesic between two surface points can be when
// the straight chord between them is `chord` metres (it is never shorter than
// the chord). By Schur's comparison theorem: a curve nowhere more bent than a
// circle of radius ρ has a chord of at least 2ρ·sin(length/2ρ).
double LongestArc(double chord);

// The chord for which LongestArc is `arc`: two surface points at most so far
// apart, straight, are at most `arc` apart on the surface.
double SureChord(double arc);

// Some micrometres as an angle, for rounding.
inline constexpr double kAnglePadding = 1e-12;

// The largest angle, in radians, that two surface points with this chord can
// have between them on the sphere whose latitudes and longitudes are the
// geodetic ones: the longest arc over the smallest radius of curvature, for
// both of the ellipsoid's principal radii are at least that.
double AngleOf(double chord);

// How far a geodesic can stray, in metres, from the straight chord between its
// ends: half the minor axis of the ellipse about them whose major axis is
// LongestArc(chord).
double LargestSagitta(double chord);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_ECEF_H_
