#include "lib/geo/geo_reference.h"

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/GeodesicLine.hpp>
#include <algorithm>
#include <cmath>
#include <limits>

namespace lagesbild::geo::reference {
namespace {

using GeographicLib::Geodesic;
using GeographicLib::GeodesicLine;

constexpr int kSteps = 40;
constexpr int kNarrowings = 60;

LatLng At(const GeodesicLine& line, double along) {
  LatLng position;
  line.Position(along, position.latitude, position.longitude);
  return position;
}

GeodesicLine LineOf(const LatLng& a, const LatLng& b) {
  return Geodesic::WGS84().InverseLine(a.latitude, a.longitude, b.latitude,
                                       b.longitude);
}

// The least distance to the line between two places on it, by ternary search.
double Narrow(const LatLng& point, const GeodesicLine& line, double low,
              double high) {
  for (int i = 0; i < kNarrowings; ++i) {
    const double a = low + (high - low) / 3;
    const double b = high - (high - low) / 3;
    if (Distance(point, At(line, a)) < Distance(point, At(line, b))) {
      high = b;
    } else {
      low = a;
    }
  }
  return Distance(point, At(line, (low + high) / 2));
}

// By the triangle inequality, no position of the edge is nearer than this.
double NearestPossible(const LatLng& point, const LatLng& a, const LatLng& b,
                       double length) {
  return std::min(Distance(point, a), Distance(point, b)) - length;
}

// No more than `best`: edges that cannot be nearer are not walked.
double EdgeDistance(const LatLng& point, const LatLng& a, const LatLng& b,
                    double best) {
  const GeodesicLine line = LineOf(a, b);
  if (NearestPossible(point, a, b, line.Distance()) > best) return best;
  const double step = line.Distance() / kSteps;
  int nearest = 0;
  double shortest = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= kSteps; ++i) {
    const double d = Distance(point, At(line, i * step));
    if (d < shortest) {
      shortest = d;
      nearest = i;
    }
  }
  const double low = std::max(0, nearest - 1) * step;
  const double high = std::min(kSteps, nearest + 1) * step;
  return std::min({best, shortest, Narrow(point, line, low, high)});
}

double AzimuthTo(const LatLng& from, const LatLng& to) {
  double start, arrival;
  Geodesic::WGS84().Inverse(from.latitude, from.longitude, to.latitude,
                            to.longitude, start, arrival);
  return start;
}

// So many that one looks less than half a turn on from the one before: an edge
// that is farther away than it is long is less than that as a whole.
int StepsAlong(const LatLng& point, const LatLng& a, const LatLng& b,
               double length) {
  return NearestPossible(point, a, b, length) > length ? 1 : kSteps;
}

double TurnsAlong(const LatLng& point, const Ring& ring) {
  double turns = 0;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    const GeodesicLine line = LineOf(ring[i], ring[i + 1]);
    const int steps = StepsAlong(point, ring[i], ring[i + 1], line.Distance());
    double last = AzimuthTo(point, ring[i]);
    for (int s = 1; s <= steps; ++s) {
      const double next =
          AzimuthTo(point, At(line, s * line.Distance() / steps));
      turns += std::remainder(next - last, 360);
      last = next;
    }
  }
  return std::abs(turns) / 360;
}

bool Inside(const LatLng& point, const Polygon& polygon) {
  if (TurnsAlong(point, polygon.outer) < 0.5) return false;
  return std::none_of(
      polygon.holes.begin(), polygon.holes.end(),
      [&](const Ring& hole) { return TurnsAlong(point, hole) > 0.5; });
}

double RingDistance(const LatLng& point, const Ring& ring) {
  double best = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    best = EdgeDistance(point, ring[i], ring[i + 1], best);
  }
  return best;
}

double CornersTo(const MultiPolygon& a, const MultiPolygon& b) {
  double best = std::numeric_limits<double>::infinity();
  for (const Polygon& polygon : a.polygons) {
    for (const LatLng& corner : polygon.outer) {
      best = std::min(best, Distance(corner, b));
    }
  }
  return best;
}

}  // namespace

double Distance(const LatLng& a, const LatLng& b) {
  double length;
  Geodesic::WGS84().Inverse(a.latitude, a.longitude, b.latitude, b.longitude,
                            length);
  return length;
}

double Distance(const LatLng& point, const MultiPolygon& polygons) {
  double best = std::numeric_limits<double>::infinity();
  for (const Polygon& polygon : polygons.polygons) {
    if (Inside(point, polygon)) return 0;
    best = std::min(best, RingDistance(point, polygon.outer));
    for (const Ring& hole : polygon.holes) {
      best = std::min(best, RingDistance(point, hole));
    }
  }
  return best;
}

double DistanceApart(const MultiPolygon& a, const MultiPolygon& b) {
  return std::min(CornersTo(a, b), CornersTo(b, a));
}

LatLng Offset(const LatLng& from, double azimuth, double meters) {
  LatLng to;
  Geodesic::WGS84().Direct(from.latitude, from.longitude, azimuth, meters,
                           to.latitude, to.longitude);
  return to;
}

LatLng Along(const LatLng& a, const LatLng& b, double fraction) {
  const GeodesicLine line = LineOf(a, b);
  return At(line, fraction * line.Distance());
}

double Uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

Ring RandomStar(Random& random, const LatLng& center, int corners,
                double inner_m, double outer_m) {
  Ring ring;
  const double step = 360.0 / corners;
  for (int i = 0; i < corners; ++i) {
    const double azimuth = step * (i + Uniform(random, 0, 0.9));
    ring.push_back(Offset(center, azimuth, Uniform(random, inner_m, outer_m)));
  }
  ring.push_back(ring.front());
  return ring;
}

Ring RandomSliver(Random& random, const LatLng& center, double length_m,
                  double width_m) {
  const double azimuth = Uniform(random, 0, 360);
  const LatLng end = Offset(center, azimuth, length_m);
  Ring ring = {center, end, Offset(end, azimuth + 90, width_m),
               Offset(center, azimuth + 90, width_m), center};
  return ring;
}

}  // namespace lagesbild::geo::reference
