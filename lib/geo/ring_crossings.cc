#include "lib/geo/ring_crossings.h"

#include <s2/mutable_s2shape_index.h>
#include <s2/s2error.h>
#include <s2/s2lax_polygon_shape.h>
#include <s2/s2shapeutil_visit_crossing_edge_pairs.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lib/geo/s2_convert.h"

namespace lagesbild::geo {
namespace {

// Where a ring of the flat list came from.
struct RingPlace {
  int polygon;
  int ring;
};

std::string NameOf(const RingPlace& place) {
  return absl::StrCat("polygon ", place.polygon, " ring ", place.ring);
}

std::string DegreesOf(const S2Point& point) {
  const S2LatLng at(point);
  return absl::StrFormat("%.6f N %.6f E", at.lat().degrees(),
                         at.lng().degrees());
}

// One crossing, described from its two edges: S2's own message counts edges of
// rings that may have been turned round.
GeometryFault Describe(const S2Shape& shape,
                       const std::vector<RingPlace>& places, int edge_a,
                       int edge_b) {
  const RingPlace a = places[shape.chain_position(edge_a).chain_id];
  const RingPlace b = places[shape.chain_position(edge_b).chain_id];
  const std::string at = DegreesOf(shape.edge(edge_a).v0);
  GeometryFault fault;
  fault.polygon = a.polygon;
  fault.ring = a.ring;
  if (a.polygon == b.polygon && a.ring == b.ring) {
    fault.what = absl::StrCat("the ring crosses or touches itself near ", at);
  } else {
    fault.what =
        absl::StrCat("the ring crosses or overlaps ", NameOf(b), " near ", at);
  }
  return fault;
}

// S2 names the loops and edges only in its message.
GeometryFault Describe(const S2Shape& shape,
                       const std::vector<RingPlace>& places,
                       const S2Error& error) {
  int loop_a = 0, loop_b = 0, a = 0, b = 0;
  const std::string message = error.text();
  const char* text = message.c_str();
  if (std::sscanf(text, "Loop %d edge %d %*[a-z ]%d edge %d", &loop_a, &a,
                  &loop_b, &b) == 4 ||
      std::sscanf(text, "Edge %d %*[a-z ]%d", &a, &b) == 2) {
    return Describe(shape, places, shape.chain(loop_a).start + a,
                    shape.chain(loop_b).start + b);
  }
  if (std::sscanf(text, "Loop %d: Edge %d %*[a-z ]%d", &loop_a, &a, &b) == 3) {
    const int start = shape.chain(loop_a).start;
    return Describe(shape, places, start + a, start + b);
  }
  return {.what = absl::StrCat("the rings cross or touch: ", error.text())};
}

}  // namespace

std::optional<GeometryFault> FindRingCrossing(const MultiPolygon& multi) {
  std::vector<RingPlace> places;
  std::vector<std::vector<S2Point>> loops;
  for (size_t p = 0; p < multi.polygons.size(); ++p) {
    const Polygon& polygon = multi.polygons[p];
    for (size_t r = 0; r <= polygon.holes.size(); ++r) {
      places.push_back({static_cast<int>(p), static_cast<int>(r)});
      loops.push_back(r == 0 ? ToS2Loop(polygon.outer, false)
                             : ToS2Loop(polygon.holes[r - 1], true));
    }
  }
  MutableS2ShapeIndex index;
  index.Add(std::make_unique<S2LaxPolygonShape>(loops));
  S2Error error;
  if (!s2shapeutil::FindSelfIntersection(index, &error)) return std::nullopt;
  return Describe(*index.shape(0), places, error);
}

}  // namespace lagesbild::geo
