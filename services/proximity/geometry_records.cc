#include "services/proximity/geometry_records.h"

#include <utility>
#include <variant>

namespace lagesbild::proximity {
namespace {

using store::v1::GeometryRecord;
using store::v1::PolygonRecord;
using store::v1::RingRecord;

void WriteRing(const geo::Ring& ring, RingRecord* record) {
  record->mutable_degrees()->Reserve(static_cast<int>(2 * ring.size()));
  for (const geo::LatLng& p : ring) {
    record->add_degrees(p.latitude);
    record->add_degrees(p.longitude);
  }
}

geo::Ring ReadRing(const RingRecord& record) {
  geo::Ring ring;
  for (int i = 0; i + 1 < record.degrees_size(); i += 2) {
    ring.push_back(
        {.latitude = record.degrees(i), .longitude = record.degrees(i + 1)});
  }
  return ring;
}

geo::Polygon ReadPolygon(const PolygonRecord& record) {
  geo::Polygon polygon;
  for (int i = 0; i < record.rings_size(); ++i) {
    geo::Ring ring = ReadRing(record.rings(i));
    if (i == 0) {
      polygon.outer = std::move(ring);
    } else {
      polygon.holes.push_back(std::move(ring));
    }
  }
  return polygon;
}

}  // namespace

void WriteGeometry(const geo::Geometry& geometry, GeometryRecord* record) {
  record->Clear();
  if (const auto* disc = std::get_if<geo::Disc>(&geometry)) {
    record->set_latitude(disc->center.latitude);
    record->set_longitude(disc->center.longitude);
    record->set_radius_m(disc->radius.value());
    return;
  }
  for (const auto& polygon : std::get<geo::MultiPolygon>(geometry).polygons) {
    PolygonRecord* stored = record->add_polygons();
    WriteRing(polygon.outer, stored->add_rings());
    for (const geo::Ring& hole : polygon.holes) {
      WriteRing(hole, stored->add_rings());
    }
  }
}

geo::Geometry ReadGeometry(const GeometryRecord& record) {
  if (record.polygons().empty()) {
    return geo::Disc{.center = {.latitude = record.latitude(),
                                .longitude = record.longitude()},
                     .radius = geo::Meters(record.radius_m())};
  }
  geo::MultiPolygon area;
  for (const PolygonRecord& polygon : record.polygons()) {
    area.polygons.push_back(ReadPolygon(polygon));
  }
  return area;
}

}  // namespace lagesbild::proximity
