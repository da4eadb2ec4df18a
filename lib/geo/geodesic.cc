#include "lib/geo/geodesic.h"

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cmath>

namespace lagesbild::geo {
namespace {

using GeographicLib::Geodesic;
using GeographicLib::GeodesicLine;

// Where the foot of the perpendicular is settled: 10 µm along the edge change
// the distance by nanometres.
constexpr double kFootTolerance = 1e-5;
constexpr int kMaxSteps = 60;
constexpr double kMeanRadius = 6371008.8;

const Geodesic& Wgs84() { return Geodesic::WGS84(); }

// The distance from a point to the position at `along` on a line, and its
// derivative along the line.
struct Probe {
  double along;
  double distance;
  double slope;
};

Probe ProbeAt(const LatLng& point, const GeodesicLine& line, double along) {
  double latitude, longitude, heading;
  line.Position(along, latitude, longitude, heading);
  double distance, start, arrival;
  Wgs84().Inverse(point.latitude, point.longitude, latitude, longitude,
                  distance, start, arrival);
  return {along, distance, std::cos((arrival - heading) * kRadiansPerDegree)};
}

// How far on the foot of the perpendicular would lie on a sphere.
double StepToFoot(const Probe& probe) {
  const double angle = probe.distance / kMeanRadius;
  return kMeanRadius *
         std::atan2(-probe.slope * std::sin(angle), std::cos(angle));
}

// Between `low`, where the distance falls, and `high`, where it rises, by the
// sphere's step, or by halving where that leaves the bracket.
double DistanceToFoot(const LatLng& point, const GeodesicLine& line, Probe low,
                      Probe high) {
  double best = std::min(low.distance, high.distance);
  Probe at = low;
  for (int step = 0; step < kMaxSteps; ++step) {
    double next = at.along + StepToFoot(at);
    if (!(next > low.along && next < high.along)) {
      next = (low.along + high.along) / 2;
    }
    const double moved = std::abs(next - at.along);
    at = ProbeAt(point, line, next);
    best = std::min(best, at.distance);
    if (moved < kFootTolerance) break;
    (at.slope < 0 ? low : high) = at;
  }
  return best;
}

double AzimuthFrom(const LatLng& from, const LatLng& to) {
  double start, arrival;
  Wgs84().Inverse(from.latitude, from.longitude, to.latitude, to.longitude,
                  start, arrival);
  return start;
}

// The turn from one azimuth to another, -180 … 180 degrees.
double Turn(double from, double to) { return std::remainder(to - from, 360); }

int Winding(const PreparedRing& ring, const LatLng& point) {
  double turns = 0;
  double last = AzimuthFrom(point, ring.positions[0]);
  for (size_t i = 1; i < ring.positions.size(); ++i) {
    const double next = AzimuthFrom(point, ring.positions[i]);
    turns += Turn(last, next);
    last = next;
  }
  return static_cast<int>(std::lround(turns / 360));
}

// Whether `c` and `d` lie on different sides of the geodesic through a and b.
bool Separates(const LatLng& a, const LatLng& b, const LatLng& c,
               const LatLng& d) {
  const double ahead = AzimuthFrom(a, b);
  return (Turn(ahead, AzimuthFrom(a, c)) > 0) !=
         (Turn(ahead, AzimuthFrom(a, d)) > 0);
}

}  // namespace

double GeodesicLength(const LatLng& a, const LatLng& b) {
  double length;
  Wgs84().Inverse(a.latitude, a.longitude, b.latitude, b.longitude, length);
  return length;
}

double DistanceToGeodesic(const LatLng& point, const LatLng& a,
                          const LatLng& b) {
  const GeodesicLine line =
      Wgs84().InverseLine(a.latitude, a.longitude, b.latitude, b.longitude);
  const Probe start = ProbeAt(point, line, 0);
  const Probe end = ProbeAt(point, line, line.Distance());
  if (start.slope >= 0 || end.slope <= 0) {
    return std::min(start.distance, end.distance);
  }
  return DistanceToFoot(point, line, start, end);
}

bool GeodesicsCross(const LatLng& a, const LatLng& b, const LatLng& c,
                    const LatLng& d) {
  return Separates(a, b, c, d) && Separates(c, d, a, b);
}

bool WindsAround(const std::vector<PreparedPolygon>& polygons,
                 const LatLng& point) {
  int windings = 0;
  for (const PreparedPolygon& polygon : polygons) {
    for (const PreparedRing& ring : polygon.rings) {
      windings += std::abs(Winding(ring, point));
    }
  }
  return windings % 2 != 0;
}

}  // namespace lagesbild::geo
