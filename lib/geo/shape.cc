#include "lib/geo/shape.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "lib/geo/centroid.h"

namespace lagesbild::geo {
namespace {

void AddPositions(const Ring& ring, PreparedRing* prepared) {
  prepared->positions.reserve(ring.size());
  prepared->points.reserve(ring.size());
  for (const LatLng& position : ring) {
    if (!prepared->positions.empty() &&
        prepared->positions.back() == position) {
      continue;
    }
    prepared->positions.push_back(position);
    prepared->points.push_back(ToEcef(position));
  }
}

void AddSagittas(PreparedRing* prepared) {
  const std::vector<Vec3>& points = prepared->points;
  prepared->sagittas.reserve(points.size());
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    prepared->sagittas.push_back(
        LargestSagitta(Norm(points[i + 1] - points[i])));
  }
}

EdgeRun RunOf(const PreparedRing& ring, int begin, int end) {
  const Vec3 middle = 0.5 * (ring.points[begin] + ring.points[end]);
  double farthest = Norm(ring.points[end] - middle);
  double sagitta = 0;
  for (int i = begin; i < end; ++i) {
    farthest = std::max(farthest, Norm(ring.points[i] - middle));
    sagitta = std::max(sagitta, ring.sagittas[i]);
  }
  return {middle, farthest + sagitta};
}

void AddRuns(PreparedRing* prepared) {
  const int edges = prepared->edge_count();
  prepared->runs.reserve((edges + kEdgesInRun - 1) / kEdgesInRun);
  for (int begin = 0; begin < edges; begin += kEdgesInRun) {
    const int end = std::min(begin + kEdgesInRun, edges);
    prepared->runs.push_back(RunOf(*prepared, begin, end));
  }
}

PreparedRing Prepare(const Ring& ring) {
  PreparedRing prepared;
  AddPositions(ring, &prepared);
  AddSagittas(&prepared);
  AddRuns(&prepared);
  return prepared;
}

PreparedPolygon Prepare(const Polygon& polygon) {
  PreparedPolygon prepared;
  prepared.rings.push_back(Prepare(polygon.outer));
  for (const Ring& hole : polygon.holes) {
    prepared.rings.push_back(Prepare(hole));
  }
  return prepared;
}

// The box's middle, in space.
Vec3 BoxMiddle(const std::vector<PreparedPolygon>& polygons) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Vec3 low = {kInfinity, kInfinity, kInfinity};
  Vec3 high = {-kInfinity, -kInfinity, -kInfinity};
  for (const PreparedPolygon& polygon : polygons) {
    for (const Vec3& p : polygon.rings[0].points) {
      low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y),
              std::max(high.z, p.z)};
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

Shape::Shape(Geometry geometry) : geometry_(std::move(geometry)) {
  if (const auto* disc = std::get_if<Disc>(&geometry_)) {
    center_ = middle_position_ = disc->center;
    middle_ = ToEcef(disc->center);
    reach_ = disc->radius.value();
    return;
  }
  PreparePolygons(std::get<MultiPolygon>(geometry_));
}

double Shape::radius() const {
  const auto* disc = std::get_if<Disc>(&geometry_);
  return disc == nullptr ? 0 : disc->radius.value();
}

const std::vector<PreparedPolygon>& Shape::polygons() const {
  static const auto* const kNone = new std::vector<PreparedPolygon>();
  return is_disc() ? *kNone : *polygons_;
}

void Shape::PreparePolygons(const MultiPolygon& polygons) {
  auto prepared = std::make_shared<std::vector<PreparedPolygon>>();
  for (const Polygon& polygon : polygons.polygons) {
    prepared->push_back(Prepare(polygon));
  }
  center_ = CentroidOf(*prepared);
  FindMiddle(*prepared);
  polygons_ = std::move(prepared);
}

void Shape::FindMiddle(const std::vector<PreparedPolygon>& polygons) {
  middle_position_ = OnSurface(BoxMiddle(polygons));
  middle_ = ToEcef(middle_position_);
  double farthest = 0;
  double sagitta = 0;
  for (const PreparedPolygon& polygon : polygons) {
    const PreparedRing& outer = polygon.rings[0];
    for (const Vec3& p : outer.points) {
      farthest = std::max(farthest, Norm(p - middle_));
    }
    for (const double s : outer.sagittas) sagitta = std::max(sagitta, s);
  }
  reach_ = farthest + sagitta;
}

}  // namespace lagesbild::geo
