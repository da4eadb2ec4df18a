#include "lib/input/geometry.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/geo/validity.h"

namespace lagesbild::input {
namespace {

geo::LatLng PositionOf(const geo::v1::LatLng& message) {
  return {.latitude = message.latitude(), .longitude = message.longitude()};
}

geo::Ring RingOf(const geo::v1::Ring& message) {
  geo::Ring ring;
  ring.reserve(message.positions_size());
  for (const auto& p : message.positions()) ring.push_back(PositionOf(p));
  return ring;
}

geo::Polygon PolygonOf(const geo::v1::Polygon& message) {
  geo::Polygon polygon;
  for (int i = 0; i < message.rings_size(); ++i) {
    if (i == 0) {
      polygon.outer = RingOf(message.rings(i));
    } else {
      polygon.holes.push_back(RingOf(message.rings(i)));
    }
  }
  return polygon;
}

void WriteRing(const geo::Ring& ring, geo::v1::Ring* message) {
  for (const geo::LatLng& p : ring) {
    auto* position = message->add_positions();
    position->set_latitude(p.latitude);
    position->set_longitude(p.longitude);
  }
}

std::int64_t VerticesOf(const geo::v1::Geometry& message) {
  std::int64_t count = 0;
  for (const auto& polygon : message.area().polygons()) {
    for (const auto& ring : polygon.rings()) count += ring.positions_size();
  }
  return count;
}

}  // namespace

geo::Geometry GeometryOf(const geo::v1::Geometry& message) {
  if (message.has_circle()) {
    return geo::Disc{.center = PositionOf(message.circle().center()),
                     .radius = geo::Meters(message.circle().radius_m())};
  }
  geo::MultiPolygon area;
  for (const auto& polygon : message.area().polygons()) {
    area.polygons.push_back(PolygonOf(polygon));
  }
  return area;
}

absl::StatusOr<geo::Geometry> ReadGeometry(absl::string_view field,
                                           const geo::v1::Geometry& message,
                                           int max_vertices) {
  if (message.shape_case() == geo::v1::Geometry::SHAPE_NOT_SET) {
    return base::InvalidField(field, "is required: a circle or an area");
  }
  if (message.has_circle() && !message.circle().has_center()) {
    return base::InvalidField(absl::StrCat(field, ".circle.center"),
                              "is required");
  }
  if (VerticesOf(message) > max_vertices) {
    return base::InvalidField(
        field, absl::StrCat("has ", VerticesOf(message), " positions; at most ",
                            max_vertices, " are taken"));
  }
  geo::Geometry geometry = GeometryOf(message);
  LB_RETURN_IF_ERROR(geo::Validate(
      geometry,
      absl::StrCat(field, message.has_circle() ? ".circle" : ".area")));
  return geometry;
}

void WriteGeometry(const geo::Geometry& geometry, geo::v1::Geometry* message) {
  message->Clear();
  if (const auto* disc = std::get_if<geo::Disc>(&geometry)) {
    auto* circle = message->mutable_circle();
    circle->mutable_center()->set_latitude(disc->center.latitude);
    circle->mutable_center()->set_longitude(disc->center.longitude);
    circle->set_radius_m(disc->radius.value());
    return;
  }
  for (const auto& polygon : std::get<geo::MultiPolygon>(geometry).polygons) {
    auto* written = message->mutable_area()->add_polygons();
    WriteRing(polygon.outer, written->add_rings());
    for (const geo::Ring& hole : polygon.holes) {
      WriteRing(hole, written->add_rings());
    }
  }
}

}  // namespace lagesbild::input
