#include "lib/geo/validity.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lib/base/status.h"
#include "lib/geo/distance.h"
#include "lib/geo/measure.h"
#include "lib/geo/ring_crossings.h"
#include "lib/geo/shape.h"

namespace lagesbild::geo {
namespace {

using Fault = std::optional<GeometryFault>;

constexpr size_t kMinPositions = 4;

Fault FindRangeFault(double value, double limit, absl::string_view name) {
  if (!std::isfinite(value)) {
    return GeometryFault{.what = absl::StrCat(name, " is not a finite number")};
  }
  if (std::abs(value) > limit) {
    return GeometryFault{
        .what = absl::StrFormat("%s %.9g is out of range (-%g … %g degrees)",
                                std::string(name), value, limit, limit)};
  }
  return std::nullopt;
}

Fault FindFault(const Disc& disc) {
  if (Fault fault = FindFault(disc.center)) return fault;
  const double radius = disc.radius.value();
  if (!std::isfinite(radius) || radius < 0) {
    return GeometryFault{.what = "the radius is not a length"};
  }
  if (disc.radius > kMaxDiscRadius) {
    return GeometryFault{
        .what = absl::StrFormat("the radius of %g m is above the limit of %g m",
                                radius, kMaxDiscRadius.value())};
  }
  return std::nullopt;
}

Fault FindPositionFault(const Ring& ring, const LatLng& first) {
  for (size_t i = 0; i < ring.size(); ++i) {
    Fault fault = FindFault(ring[i]);
    if (!fault && Distance(ring[i], first) > kMaxExtent) {
      fault =
          GeometryFault{.what = absl::StrFormat(
                            "lies more than %.0f km from the first position",
                            kMaxExtent.value() / 1000)};
    }
    if (fault) {
      fault->position = static_cast<int>(i);
      return fault;
    }
  }
  return std::nullopt;
}

Fault FindRingFault(const Ring& ring, const LatLng& first) {
  if (ring.size() < kMinPositions) {
    return GeometryFault{
        .what = absl::StrFormat("a ring needs at least %d positions, it has %d",
                                kMinPositions, ring.size())};
  }
  if (Fault fault = FindPositionFault(ring, first)) return fault;
  if (ring.front() != ring.back()) {
    return GeometryFault{
        .what =
            "the ring is open: its last position does not repeat the first"};
  }
  const MultiPolygon alone{.polygons = {{.outer = ring, .holes = {}}}};
  if (!(AreaOf(alone) >= kMinArea)) {
    return GeometryFault{
        .what = absl::StrFormat("the ring has no area (less than %g m²)",
                                kMinArea.value())};
  }
  return std::nullopt;
}

// Calls find(ring) on every ring; the first fault gets its indices.
template <typename Find>
Fault FirstRingFault(const MultiPolygon& multi, const Find& find) {
  for (size_t p = 0; p < multi.polygons.size(); ++p) {
    const Polygon& polygon = multi.polygons[p];
    for (size_t r = 0; r <= polygon.holes.size(); ++r) {
      Fault fault = find(r == 0 ? polygon.outer : polygon.holes[r - 1]);
      if (!fault) continue;
      fault->polygon = static_cast<int>(p);
      fault->ring = static_cast<int>(r);
      return fault;
    }
  }
  return std::nullopt;
}

Fault FindSizeFault(const MultiPolygon& multi) {
  if (multi.polygons.empty()) {
    return GeometryFault{.what = "there is no polygon"};
  }
  if (multi.polygons.size() > kMaxPolygons) {
    return GeometryFault{
        .what = absl::StrFormat("%d polygons are above the limit of %d",
                                multi.polygons.size(), kMaxPolygons)};
  }
  size_t vertices = 0;
  for (const Polygon& polygon : multi.polygons) {
    vertices += polygon.outer.size();
    for (const Ring& hole : polygon.holes) vertices += hole.size();
  }
  if (vertices <= kMaxVertices) return std::nullopt;
  return GeometryFault{
      .what = absl::StrFormat("%d positions are above the limit of %d",
                              vertices, kMaxVertices)};
}

bool HasVertex(const Ring& ring, const LatLng& position) {
  for (const LatLng& vertex : ring) {
    if (vertex == position) return true;
  }
  return false;
}

// Whether `ring`, which does not cross `polygon`'s edges, lies inside it. The
// rings may share corners, which say nothing.
bool LiesInside(const Shape& shape, const Polygon& polygon, const Ring& ring) {
  for (const LatLng& position : ring) {
    if (!HasVertex(polygon.outer, position)) return Covers(shape, position);
  }
  return false;
}

Fault FindHoleFault(const Polygon& polygon, int index) {
  const Polygon filled{.outer = polygon.outer, .holes = {}};
  const Shape shape(MultiPolygon{.polygons = {filled}});
  for (size_t h = 0; h < polygon.holes.size(); ++h) {
    if (LiesInside(shape, filled, polygon.holes[h])) continue;
    return GeometryFault{.polygon = index,
                         .ring = static_cast<int>(h + 1),
                         .what = "the hole lies outside its outer ring"};
  }
  return std::nullopt;
}

Fault FindNestingFault(const MultiPolygon& multi) {
  for (size_t p = 0; p < multi.polygons.size(); ++p) {
    const Polygon& polygon = multi.polygons[p];
    if (polygon.holes.empty()) continue;
    if (Fault fault = FindHoleFault(polygon, static_cast<int>(p))) return fault;
  }
  return std::nullopt;
}

Fault FindOverlapFault(const MultiPolygon& multi) {
  if (multi.polygons.size() < 2) return std::nullopt;
  std::vector<Shape> shapes;
  for (const Polygon& polygon : multi.polygons) {
    shapes.emplace_back(MultiPolygon{.polygons = {polygon}});
  }
  for (size_t a = 0; a < shapes.size(); ++a) {
    for (size_t b = 0; b < shapes.size(); ++b) {
      const Polygon& outer = multi.polygons[b];
      if (a == b || !LiesInside(shapes[b], outer, multi.polygons[a].outer)) {
        continue;
      }
      return GeometryFault{
          .polygon = static_cast<int>(a),
          .what = absl::StrFormat("the polygon lies inside polygon %d", b)};
    }
  }
  return std::nullopt;
}

Fault FindFault(const MultiPolygon& multi) {
  if (Fault fault = FindSizeFault(multi)) return fault;
  const LatLng first =
      multi.polygons[0].outer.empty() ? LatLng{} : multi.polygons[0].outer[0];
  Fault fault = FirstRingFault(
      multi, [&first](const Ring& ring) { return FindRingFault(ring, first); });
  if (!fault) fault = FindRingCrossing(multi);
  if (!fault) fault = FindNestingFault(multi);
  if (!fault) fault = FindOverlapFault(multi);
  return fault;
}

}  // namespace

std::optional<GeometryFault> FindFault(const LatLng& position) {
  Fault fault = FindRangeFault(position.latitude, 90, "latitude");
  if (!fault) fault = FindRangeFault(position.longitude, 180, "longitude");
  return fault;
}

std::optional<GeometryFault> FindFault(const Geometry& geometry) {
  return std::visit([](const auto& kind) { return FindFault(kind); }, geometry);
}

absl::Status Validate(const Geometry& geometry, absl::string_view field) {
  const Fault fault = FindFault(geometry);
  if (!fault) return absl::OkStatus();
  std::string path(field);
  if (fault->polygon >= 0) {
    absl::StrAppend(&path, ".polygons[", fault->polygon, "]");
  }
  if (fault->ring >= 0) absl::StrAppend(&path, ".rings[", fault->ring, "]");
  if (fault->position >= 0) {
    absl::StrAppend(&path, ".positions[", fault->position, "]");
  }
  return base::InvalidField(path, fault->what);
}

}  // namespace lagesbild::geo
