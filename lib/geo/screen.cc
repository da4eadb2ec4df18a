#include "lib/geo/screen.h"

#include <algorithm>
#include <limits>

namespace lagesbild::geo {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A position seen from the point, in its tangent plane.
struct PlanePoint {
  double east;
  double north;
};

PlanePoint Project(const TangentPlane& plane, const Vec3& p) {
  const Vec3 from = p - plane.origin;
  return {Dot(from, plane.east), Dot(from, plane.north)};
}

// Whether the straight edge crosses the half-line that runs east.
bool CrossesEastward(const PlanePoint& a, const PlanePoint& b) {
  if ((a.north > 0) == (b.north > 0)) return false;
  const double at = a.east + (b.east - a.east) * a.north / (a.north - b.north);
  return at > 0;
}

struct RingScreen {
  double low = kInfinity;
  double high = kInfinity;
  bool odd = false;
  bool unsure = false;
};

// The edge as a curve and its chord, both put on the tangent plane, lie within
// a sagitta of each other; so the chord tells the side unless the point is
// nearer to it than that. In space a point so near is within two sagittas.
RingScreen ScreenRing(const TangentPlane& plane, const PreparedRing& ring) {
  RingScreen screen;
  PlanePoint a = Project(plane, ring.points[0]);
  for (int i = 0; i < ring.edge_count(); ++i) {
    const PlanePoint b = Project(plane, ring.points[i + 1]);
    const double chord =
        SegmentDistance(plane.origin, ring.points[i], ring.points[i + 1]);
    const double sagitta = ring.sagittas[i];
    screen.low = std::min(screen.low, chord - sagitta);
    screen.high = std::min(screen.high, chord + sagitta);
    screen.unsure |= chord <= 2 * sagitta + kSlack;
    screen.odd ^= CrossesEastward(a, b);
    a = b;
  }
  return screen;
}

// Chords: up to `sure` certainly within the radius, beyond `farthest` certainly
// not.
struct ChordLimits {
  double sure;
  double farthest;
};

EdgesWithin ScreenRunEdges(const Vec3& point, const PreparedRing& ring, int run,
                           const ChordLimits& limits) {
  EdgesWithin all = EdgesWithin::kNone;
  for (int i = ring.RunBegin(run); i < ring.RunEnd(run); ++i) {
    const double chord2 =
        SquaredSegmentDistance(point, ring.points[i], ring.points[i + 1]);
    const double sure = limits.sure - ring.sagittas[i];
    if (sure >= 0 && chord2 <= sure * sure) return EdgesWithin::kSome;
    const double farthest = limits.farthest + ring.sagittas[i];
    if (chord2 <= farthest * farthest) all = EdgesWithin::kUnsure;
  }
  return all;
}

EdgesWithin ScreenRingEdges(const Vec3& point, const PreparedRing& ring,
                            const ChordLimits& limits) {
  EdgesWithin all = EdgesWithin::kNone;
  for (int run = 0; run < ring.run_count(); ++run) {
    const Vec3 off = point - ring.runs[run].middle;
    const double reach = ring.runs[run].reach;
    const double sure = limits.sure - reach;
    if (sure >= 0 && Dot(off, off) <= sure * sure) return EdgesWithin::kSome;
    const double farthest = limits.farthest + reach;
    if (Dot(off, off) > farthest * farthest) continue;
    const EdgesWithin one = ScreenRunEdges(point, ring, run, limits);
    if (one == EdgesWithin::kSome) return one;
    if (one == EdgesWithin::kUnsure) all = one;
  }
  return all;
}

Side SideOf(const RingScreen& all) {
  if (all.unsure) return Side::kUnsure;
  return all.odd ? Side::kInside : Side::kOutside;
}

}  // namespace

double LowArc(double chord) { return std::max(0.0, chord - kSlack); }
double HighArc(double chord) { return LongestArc(chord) + kSlack; }

PolygonScreen ScreenPolygons(const Vec3& point, const Shape& polygons) {
  const TangentPlane plane(point);
  RingScreen all;
  for (const PreparedPolygon& polygon : polygons.polygons()) {
    for (const PreparedRing& ring : polygon.rings) {
      const RingScreen one = ScreenRing(plane, ring);
      all.low = std::min(all.low, one.low);
      all.high = std::min(all.high, one.high);
      all.odd ^= one.odd;
      all.unsure |= one.unsure;
    }
  }
  // Far off, the tangent plane would show the far side of the earth too.
  const bool beyond =
      Norm(point - polygons.middle()) > polygons.reach() + kSlack;
  return {LowArc(all.low), HighArc(all.high),
          beyond ? Side::kOutside : SideOf(all)};
}

EdgesWithin ScreenEdges(const Vec3& point, const Shape& polygons,
                        double radius) {
  const ChordLimits limits = {.sure = SureChord(radius - kSlack),
                              .farthest = radius + 2 * kSlack};
  EdgesWithin all = EdgesWithin::kNone;
  for (const PreparedPolygon& polygon : polygons.polygons()) {
    for (const PreparedRing& ring : polygon.rings) {
      const EdgesWithin one = ScreenRingEdges(point, ring, limits);
      if (one == EdgesWithin::kSome) return one;
      if (one == EdgesWithin::kUnsure) all = one;
    }
  }
  return all;
}

double LowToEdge(const Vec3& point, const PreparedRing& ring, int i) {
  return LowArc(SegmentDistance(point, ring.points[i], ring.points[i + 1]) -
                ring.sagittas[i]);
}

double LowBetweenEdges(const PreparedRing& a, int i, const PreparedRing& b,
                       int j) {
  return LowArc(SegmentDistance(a.points[i], a.points[i + 1], b.points[j],
                                b.points[j + 1]) -
                a.sagittas[i] - b.sagittas[j]);
}

double HighBetweenEdges(const PreparedRing& a, int i, const PreparedRing& b,
                        int j) {
  return HighArc(SegmentDistance(a.points[i], a.points[i + 1], b.points[j],
                                 b.points[j + 1]) +
                 a.sagittas[i] + b.sagittas[j]);
}

}  // namespace lagesbild::geo
