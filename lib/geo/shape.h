#ifndef LAGESBILD_LIB_GEO_SHAPE_H_
#define LAGESBILD_LIB_GEO_SHAPE_H_

#include <memory>
#include <vector>

#include "lib/geo/ecef.h"
#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// A ring made ready for measuring: edge i runs from positions[i] to
// positions[i + 1], has the chord points[i]–points[i + 1], and strays from it
// by at most sagittas[i] metres. Closed; no position repeats the one before.
struct PreparedRing {
  std::vector<LatLng> positions;
  std::vector<Vec3> points;
  std::vector<double> sagittas;

  int edge_count() const { return static_cast<int>(sagittas.size()); }
};

// rings[0] is the outer one, the rest are holes.
struct PreparedPolygon {
  std::vector<PreparedRing> rings;
};

// A valid geometry (see validity.h) made ready for measuring; prepare once,
// measure often. Immutable, cheap to copy (polygons are shared), thread-safe.
class Shape {
 public:
  explicit Shape(Geometry geometry);
  explicit Shape(const LatLng& point) : Shape(PointGeometry(point)) {}

  const Geometry& geometry() const { return geometry_; }
  bool is_disc() const { return polygons_ == nullptr; }
  // The disc's radius; 0 for polygons.
  double radius() const;
  // CenterOf(geometry()).
  const LatLng& center() const { return center_; }

  // All of the shape lies within `reach` metres, straight, of `middle`, which
  // is the disc's centre or lies near the middle of the polygons, on the
  // surface at `middle_position`.
  const Vec3& middle() const { return middle_; }
  const LatLng& middle_position() const { return middle_position_; }
  double reach() const { return reach_; }

  // Empty for a disc.
  const std::vector<PreparedPolygon>& polygons() const;

 private:
  void PreparePolygons(const MultiPolygon& polygons);
  void FindMiddle(const std::vector<PreparedPolygon>& polygons);

  Geometry geometry_;
  LatLng center_;
  LatLng middle_position_;
  Vec3 middle_;
  double reach_ = 0;
  std::shared_ptr<const std::vector<PreparedPolygon>> polygons_;
};

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_SHAPE_H_
