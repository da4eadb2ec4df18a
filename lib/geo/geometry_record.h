#ifndef LAGESBILD_LIB_GEO_GEOMETRY_RECORD_H_
#define LAGESBILD_LIB_GEO_GEOMETRY_RECORD_H_

#include <utility>
#include <variant>

#include "lib/geo/geometry.h"

// Geometries inside stored records. Each service has a message of its own for
// them, with the same fields: latitude, longitude and radius_m of a disc, or
// polygons of rings of degrees, latitude and longitude in turn.
namespace lagesbild::geo {

template <typename RingRecord>
void WriteRingRecord(const Ring& ring, RingRecord* record) {
  record->mutable_degrees()->Reserve(static_cast<int>(2 * ring.size()));
  for (const LatLng& p : ring) {
    record->add_degrees(p.latitude);
    record->add_degrees(p.longitude);
  }
}

template <typename RingRecord>
Ring ReadRingRecord(const RingRecord& record) {
  Ring ring;
  for (int i = 0; i + 1 < record.degrees_size(); i += 2) {
    ring.push_back(
        {.latitude = record.degrees(i), .longitude = record.degrees(i + 1)});
  }
  return ring;
}

template <typename PolygonRecord>
Polygon ReadPolygonRecord(const PolygonRecord& record) {
  Polygon polygon;
  for (int i = 0; i < record.rings_size(); ++i) {
    Ring ring = ReadRingRecord(record.rings(i));
    if (i == 0) {
      polygon.outer = std::move(ring);
    } else {
      polygon.holes.push_back(std::move(ring));
    }
  }
  return polygon;
}

// In place of the geometry that the record held; what it holds beside one
// stays.
template <typename GeometryRecord>
void WriteGeometryRecord(const Geometry& geometry, GeometryRecord* record) {
  const auto* disc = std::get_if<Disc>(&geometry);
  record->clear_polygons();
  record->set_latitude(disc ? disc->center.latitude : 0);
  record->set_longitude(disc ? disc->center.longitude : 0);
  record->set_radius_m(disc ? disc->radius.value() : 0);
  if (disc != nullptr) return;
  for (const Polygon& polygon : std::get<MultiPolygon>(geometry).polygons) {
    auto* stored = record->add_polygons();
    WriteRingRecord(polygon.outer, stored->add_rings());
    for (const Ring& hole : polygon.holes) {
      WriteRingRecord(hole, stored->add_rings());
    }
  }
}

template <typename GeometryRecord>
Geometry ReadGeometryRecord(const GeometryRecord& record) {
  if (record.polygons().empty()) {
    return Disc{.center = {.latitude = record.latitude(),
                           .longitude = record.longitude()},
                .radius = Meters(record.radius_m())};
  }
  MultiPolygon area;
  for (const auto& polygon : record.polygons()) {
    area.polygons.push_back(ReadPolygonRecord(polygon));
  }
  return area;
}

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_GEOMETRY_RECORD_H_
