#include "lib/geo/distance.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "lib/geo/geodesic.h"
#include "lib/geo/screen.h"

namespace lagesbild::geo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Nearer than this is touching.
constexpr double kTouching = 1e-6;

// Before a disc's radius is taken off.
struct Bounds {
  double low;
  double high;
};

double EdgeDistance(const LatLng& point, const PreparedRing& ring, int i) {
  return DistanceToGeodesic(point, ring.positions[i], ring.positions[i + 1]);
}

// The distance to the nearest edge, which is known to be at most `high`.
double NearestEdge(const LatLng& position, const Vec3& point,
                   const Shape& polygons, double high) {
  double best = kInfinity;
  for (const PreparedPolygon& polygon : polygons.polygons()) {
    for (const PreparedRing& ring : polygon.rings) {
      for (int i = 0; i < ring.edge_count(); ++i) {
        if (LowToEdge(point, ring, i) > std::min(best, high)) continue;
        best = std::min(best, EdgeDistance(position, ring, i));
      }
    }
  }
  return best;
}

double PointToPolygons(const LatLng& position, const Vec3& point,
                       const Shape& polygons) {
  const PolygonScreen screen = ScreenPolygons(point, polygons);
  if (screen.side == Side::kInside) return 0;
  const double edge = NearestEdge(position, point, polygons, screen.high);
  if (edge <= kTouching) return 0;
  if (screen.side == Side::kOutside) return edge;
  return WindsAround(polygons.polygons(), position) ? 0 : edge;
}

struct EdgeRef {
  const PreparedRing* ring;
  int edge;
};

// The polygons' edges that may come within `radius` of the other shape.
std::vector<EdgeRef> EdgesNear(const Shape& polygons, const Shape& other,
                               double radius) {
  std::vector<EdgeRef> near;
  for (const PreparedPolygon& polygon : polygons.polygons()) {
    for (const PreparedRing& ring : polygon.rings) {
      for (int i = 0; i < ring.edge_count(); ++i) {
        const double low = LowToEdge(other.middle(), ring, i) - other.reach();
        if (low <= radius + kSlack) near.push_back({&ring, i});
      }
    }
  }
  return near;
}

double EdgeToEdge(const PreparedRing& a, int i, const PreparedRing& b, int j) {
  // Great circles that do not meet here meet on the far side of the earth.
  if (LowBetweenEdges(a, i, b, j) == 0 &&
      GeodesicsCross(a.positions[i], a.positions[i + 1], b.positions[j],
                     b.positions[j + 1])) {
    return 0;
  }
  return std::min({EdgeDistance(a.positions[i], b, j),
                   EdgeDistance(a.positions[i + 1], b, j),
                   EdgeDistance(b.positions[j], a, i),
                   EdgeDistance(b.positions[j + 1], a, i)});
}

// The distance between the nearest two edges, where it is at most `high`; once
// it is known to be at most `enough`, any such value will do.
double NearestEdges(const Shape& a, const Shape& b, double high,
                    double enough) {
  double best = kInfinity;
  const std::vector<EdgeRef> near_b = EdgesNear(b, a, high);
  for (const EdgeRef& ea : EdgesNear(a, b, high)) {
    for (const EdgeRef& eb : near_b) {
      const double low = LowBetweenEdges(*ea.ring, ea.edge, *eb.ring, eb.edge);
      if (low > std::min(best, high)) continue;
      best = std::min(best, EdgeToEdge(*ea.ring, ea.edge, *eb.ring, eb.edge));
      if (best <= enough) return best;
    }
  }
  return best;
}

double HighBetween(const Shape& a, const Shape& b) {
  double high = HighArc(Norm(a.middle() - b.middle()) + a.reach() + b.reach());
  const std::vector<EdgeRef> near_b = EdgesNear(b, a, high);
  for (const EdgeRef& ea : EdgesNear(a, b, high)) {
    for (const EdgeRef& eb : near_b) {
      high = std::min(high,
                      HighBetweenEdges(*ea.ring, ea.edge, *eb.ring, eb.edge));
    }
  }
  return high;
}

// Whether some polygon of `inner` starts inside `outer`. When no edges cross,
// it then lies there whole.
bool HoldsAPolygonOf(const Shape& outer, const Shape& inner) {
  for (const PreparedPolygon& polygon : inner.polygons()) {
    const PreparedRing& ring = polygon.rings[0];
    if (PointToPolygons(ring.positions[0], ring.points[0], outer) == 0) {
      return true;
    }
  }
  return false;
}

double PolygonsToPolygons(const Shape& a, const Shape& b) {
  if (HoldsAPolygonOf(a, b) || HoldsAPolygonOf(b, a)) return 0;
  const double edges = NearestEdges(a, b, HighBetween(a, b), kTouching);
  return edges <= kTouching ? 0 : edges;
}

bool PolygonsWithin(const Shape& a, const Shape& b, double radius) {
  if (HoldsAPolygonOf(a, b) || HoldsAPolygonOf(b, a)) return true;
  const double enough = std::max(radius, kTouching);
  return NearestEdges(a, b, enough, enough) <= enough;
}

// From middle to polygons, polygons to polygons, or middle to middle.
double BareDistance(const Shape& a, const Shape& b) {
  if (!a.is_disc() && !b.is_disc()) return PolygonsToPolygons(a, b);
  if (!b.is_disc()) return BareDistance(b, a);
  if (a.is_disc()) {
    return GeodesicLength(a.middle_position(), b.middle_position());
  }
  return PointToPolygons(b.middle_position(), b.middle(), a);
}

// By the balls that hold the two shapes.
double LowBetweenBalls(const Shape& a, const Shape& b) {
  return LowArc(Norm(a.middle() - b.middle()) - a.reach() - b.reach());
}

// Whether the polygons hold a point that is apart from all edges.
bool Hold(const Shape& polygons, const LatLng& position, const Vec3& point) {
  if (Norm(point - polygons.middle()) > polygons.reach() + kSlack) return false;
  switch (ScreenPolygons(point, polygons).side) {
    case Side::kInside:
      return true;
    case Side::kOutside:
      return false;
    case Side::kUnsure:
      break;
  }
  return WindsAround(polygons.polygons(), position);
}

bool DiscWithin(const Shape& disc, const Shape& polygons, Meters radius) {
  switch (
      ScreenEdges(disc.middle(), polygons, radius.value() + disc.radius())) {
    case EdgesWithin::kSome:
      return true;
    case EdgesWithin::kNone:
      return Hold(polygons, disc.middle_position(), disc.middle());
    case EdgesWithin::kUnsure:
      break;
  }
  return Distance(polygons, disc) <= radius;
}

Bounds PointToPolygonsBounds(const Vec3& point, const Shape& polygons) {
  const PolygonScreen screen = ScreenPolygons(point, polygons);
  switch (screen.side) {
    case Side::kInside:
      return {0, 0};
    case Side::kOutside:
      return {screen.low, screen.high};
    case Side::kUnsure:
      return {0, screen.high};
  }
  return {0, kInfinity};
}

// Bounds on BareDistance.
Bounds BareBounds(const Shape& a, const Shape& b) {
  if (a.is_disc() && b.is_disc()) {
    const double chord = Norm(a.middle() - b.middle());
    return {LowArc(chord), HighArc(chord)};
  }
  if (a.is_disc()) return PointToPolygonsBounds(a.middle(), b);
  if (b.is_disc()) return PointToPolygonsBounds(b.middle(), a);
  return {LowBetweenBalls(a, b), HighBetween(a, b)};
}

}  // namespace

Meters Distance(const LatLng& a, const LatLng& b) {
  return Meters(GeodesicLength(a, b));
}

Meters Distance(const Shape& a, const Shape& b) {
  const double bare = BareDistance(a, b) - a.radius() - b.radius();
  return Meters(bare <= kTouching ? 0 : bare);
}

Meters CenterDistance(const Shape& site, const LatLng& point) {
  return Distance(site.center(), point);
}

bool Within(const Shape& a, const Shape& b, Meters radius) {
  if (LowBetweenBalls(a, b) > radius.value() + kTouching) return false;
  if (!a.is_disc() && !b.is_disc()) return PolygonsWithin(a, b, radius.value());
  if (!a.is_disc()) return DiscWithin(b, a, radius);
  if (!b.is_disc()) return DiscWithin(a, b, radius);
  const double bare_radius = radius.value() + a.radius() + b.radius();
  const double chord = Norm(a.middle() - b.middle());
  if (HighArc(chord) <= bare_radius) return true;
  if (LowArc(chord) > bare_radius + kTouching) return false;
  return Distance(a, b) <= radius;
}

bool Within(const LatLng& a, const LatLng& b, Meters radius) {
  const double chord = Norm(ToEcef(a) - ToEcef(b));
  if (HighArc(chord) <= radius.value()) return true;
  if (LowArc(chord) > radius.value()) return false;
  return Distance(a, b) <= radius;
}

bool Covers(const Shape& shape, const LatLng& point) {
  return Within(shape, Shape(point), Meters(0));
}

DistanceBounds Screen(const Shape& a, const Shape& b) {
  const Bounds bounds = BareBounds(a, b);
  const double radii = a.radius() + b.radius();
  return {.low = Meters(std::max(0.0, bounds.low - radii - kTouching)),
          .high = Meters(std::max(0.0, bounds.high - radii))};
}

}  // namespace lagesbild::geo
