#include "lib/geo/measure.h"

#include <s2/s1interval.h>

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/PolygonArea.hpp>
#include <algorithm>
#include <cmath>

#include "lib/geo/ecef.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {
namespace {

constexpr double kPi = 180 * kRadiansPerDegree;
// More than an edge of a few kilometres bulges towards its pole.
constexpr double kBoxPadding = 1e-6;
// Radians, some millimetres.
constexpr double kRounding = 1e-9;

S1Interval Longitudes(const BoundingBox& box) {
  return {box.west * kRadiansPerDegree, box.east * kRadiansPerDegree};
}

// An interval's end in degrees, with -180 and 180 kept apart.
double Degrees(double radians) {
  return std::clamp(radians / kRadiansPerDegree, -180.0, 180.0);
}

// How far north of its ends an edge can reach, in degrees: no more than the
// bulge of the great circle, (length² / 8) · tan(latitude), and no more than
// half its length.
double Bulge(const LatLng& a, const LatLng& b) {
  const double length =
      LongestArc(Norm(ToEcef(a) - ToEcef(b))) / kMinCurvatureRadius;
  const double latitude =
      std::max(std::abs(a.latitude), std::abs(b.latitude)) * kRadiansPerDegree;
  const double bulge = length * length / 7 * std::tan(latitude);
  return std::min(bulge, length / 2) / kRadiansPerDegree + kBoxPadding;
}

BoundingBox EdgeBox(const LatLng& a, const LatLng& b) {
  const S1Interval longitudes =
      S1Interval::FromPointPair(a.longitude * kRadiansPerDegree,
                                b.longitude * kRadiansPerDegree)
          .Expanded(kRounding);
  const double bulge = Bulge(a, b);
  return {.south = std::max(-90.0, std::min(a.latitude, b.latitude) - bulge),
          .west = Degrees(longitudes.lo()),
          .north = std::min(90.0, std::max(a.latitude, b.latitude) + bulge),
          .east = Degrees(longitudes.hi())};
}

BoundingBox BoxOf(const MultiPolygon& multi) {
  BoundingBox box =
      EdgeBox(multi.polygons[0].outer[0], multi.polygons[0].outer[1]);
  for (const Polygon& polygon : multi.polygons) {
    for (size_t i = 0; i + 1 < polygon.outer.size(); ++i) {
      box = box.Union(EdgeBox(polygon.outer[i], polygon.outer[i + 1]));
    }
  }
  return box;
}

BoundingBox BoxOf(const Disc& disc) {
  const double angle = disc.radius.value() / kMinCurvatureRadius;
  const double latitude = disc.center.latitude * kRadiansPerDegree;
  const double south = latitude - angle;
  const double north = latitude + angle;
  const bool has_pole = south <= -kPi / 2 || north >= kPi / 2;
  const double reach =
      has_pole ? kPi : std::asin(std::sin(angle) / std::cos(latitude));
  const S1Interval longitudes =
      S1Interval::FromPoint(disc.center.longitude * kRadiansPerDegree)
          .Expanded(reach);
  return {.south = std::max(-90.0, south / kRadiansPerDegree),
          .west = Degrees(longitudes.lo()),
          .north = std::min(90.0, north / kRadiansPerDegree),
          .east = Degrees(longitudes.hi())};
}

double RingArea(const Ring& ring) {
  GeographicLib::PolygonArea area(GeographicLib::Geodesic::WGS84());
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    area.AddPoint(ring[i].latitude, ring[i].longitude);
  }
  double perimeter, square_meters;
  area.Compute(/*reverse=*/false, /*sign=*/true, perimeter, square_meters);
  return std::abs(square_meters);
}

}  // namespace

bool BoundingBox::Contains(const LatLng& position) const {
  if (position.latitude < south || position.latitude > north) return false;
  if (west <= east) {
    return position.longitude >= west && position.longitude <= east;
  }
  return position.longitude >= west || position.longitude <= east;
}

BoundingBox BoundingBox::Union(const BoundingBox& other) const {
  const S1Interval longitudes = Longitudes(*this).Union(Longitudes(other));
  return {.south = std::min(south, other.south),
          .west = Degrees(longitudes.lo()),
          .north = std::max(north, other.north),
          .east = Degrees(longitudes.hi())};
}

BoundingBox BoundingBoxOf(const Geometry& geometry) {
  if (const auto* disc = std::get_if<Disc>(&geometry)) return BoxOf(*disc);
  return BoxOf(std::get<MultiPolygon>(geometry));
}

SquareMeters AreaOf(const Geometry& geometry) {
  if (const auto* disc = std::get_if<Disc>(&geometry)) {
    return SquareMeters(kPi * disc->radius.value() * disc->radius.value());
  }
  double area = 0;
  for (const Polygon& polygon : std::get<MultiPolygon>(geometry).polygons) {
    area += RingArea(polygon.outer);
    for (const Ring& hole : polygon.holes) area -= RingArea(hole);
  }
  return SquareMeters(area);
}

LatLng CenterOf(const Geometry& geometry) { return Shape(geometry).center(); }

}  // namespace lagesbild::geo
