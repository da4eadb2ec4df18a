#ifndef LAGESBILD_LIB_GEO_SHAPE_H_
#define LAGESBILD_LIB_GEO_SHAPE_H_

#include <algorithm>
#include <memory>
#include <vector>

#include "lib/geo/ecef.h"
#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// So many edges of a ring, one after the other, are mostly looked at as one:
// all of them lie within `reach` metres, straight, of `middle`.
inline constexpr int kEdgesInRun = 8;
struct EdgeRun {
  Vec3 middle;
  double reach;
};

// A ring made ready for measuring: edge i runs from positions[i] to
// positions[i + 1], has the chord points[i]–points[i + 1], strays from it by at
// most sagittas[i] metres, and belongs to runs[i / kEdgesInRun]. Closed; no
// position repeats the one before.
struct PreparedRing {
  std::vector<LatLng> positions;
  std::vector<Vec3> points;
  std::vector<double> sagittas;
  std::vector<EdgeRun> runs;

  int edge_count() const { return static_cast<int>(sagittas.size()); }
  int run_count() const { return static_cast<int>(runs.size()); }
  // The edges of a run: RunBegin(run) … RunEnd(run) - 1.
  int RunBegin(int run) const { return run * kEdgesInRun; }
  int RunEnd(int run) const {
    return std::min(RunBegin(run + 1), edge_count());
  }
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
  bool is_point() const { return is_disc() && radius() == 0; }
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
