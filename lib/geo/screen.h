#ifndef LAGESBILD_LIB_GEO_SCREEN_H_
#define LAGESBILD_LIB_GEO_SCREEN_H_

#include "lib/geo/shape.h"

namespace lagesbild::geo {

// Straight-line geometry with proven bounds, private to distance.cc. Lengths
// are in metres.

// Covers rounding, here and in the geodesic's own 15 nm.
inline constexpr double kSlack = 1e-6;

enum class Side { kInside, kOutside, kUnsure };

// What is known of a point and polygons: the distance to the nearest edge lies
// in low … high, and on which side the point is.
struct PolygonScreen {
  double low;
  double high;
  Side side;
};

// Proven bounds on the geodesic's length for a chord of this length.
double LowArc(double chord);
double HighArc(double chord);

// Looks at every edge.
PolygonScreen ScreenPolygons(const Vec3& point, const Shape& polygons);

// Whether some edge certainly comes within `radius` of the point, or certainly
// none comes within `radius` + kSlack. Nothing is said of the inside.
enum class EdgesWithin { kSome, kNone, kUnsure };
EdgesWithin ScreenEdges(const Vec3& point, const Shape& polygons,
                        double radius);

// The least that the distance from `point` to edge `i` can be.
double LowToEdge(const Vec3& point, const PreparedRing& ring, int i);

// The least that the distance between the two edges can be.
double LowBetweenEdges(const PreparedRing& a, int i, const PreparedRing& b,
                       int j);
// The most that it can be.
double HighBetweenEdges(const PreparedRing& a, int i, const PreparedRing& b,
                        int j);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_SCREEN_H_
