#include "lib/geo/centroid.h"

namespace lagesbild::geo {
namespace {

// Twice a ring's signed area in the plane, and that times its centroid.
struct Moment {
  double area = 0;
  double east = 0;
  double north = 0;
};

Moment MomentOf(const PreparedRing& ring, const TangentPlane& plane) {
  Moment moment;
  double ae = 0, an = 0;
  for (size_t i = 0; i < ring.points.size(); ++i) {
    const Vec3 b = ring.points[i] - plane.origin;
    const double be = Dot(b, plane.east), bn = Dot(b, plane.north);
    if (i > 0) {
      const double cross = ae * bn - be * an;
      moment.area += cross;
      moment.east += cross * (ae + be) / 3;
      moment.north += cross * (an + bn) / 3;
    }
    ae = be;
    an = bn;
  }
  return moment;
}

// Adds the ring's moment as `weight`, whatever its orientation.
void Add(const Moment& ring, double weight, Moment* sum) {
  const double sign = ring.area < 0 ? -weight : weight;
  sum->area += sign * ring.area;
  sum->east += sign * ring.east;
  sum->north += sign * ring.north;
}

Vec3 SumOfCorners(const std::vector<PreparedPolygon>& polygons) {
  Vec3 sum;
  for (const PreparedPolygon& polygon : polygons) {
    for (const Vec3& p : polygon.rings[0].points) sum = sum + p;
  }
  return sum;
}

}  // namespace

LatLng CentroidOf(const std::vector<PreparedPolygon>& polygons) {
  const TangentPlane plane(ToEcef(OnSurface(SumOfCorners(polygons))));
  Moment sum;
  for (const PreparedPolygon& polygon : polygons) {
    for (size_t i = 0; i < polygon.rings.size(); ++i) {
      Add(MomentOf(polygon.rings[i], plane), i == 0 ? 1 : -1, &sum);
    }
  }
  return OnSurface(plane.origin + (sum.east / sum.area) * plane.east +
                   (sum.north / sum.area) * plane.north);
}

}  // namespace lagesbild::geo
