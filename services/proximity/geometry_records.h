#ifndef LAGESBILD_SERVICES_PROXIMITY_GEOMETRY_RECORDS_H_
#define LAGESBILD_SERVICES_PROXIMITY_GEOMETRY_RECORDS_H_

#include "lagesbild/proximity/store/v1/proximity_store.pb.h"
#include "lib/geo/geometry.h"

// Geometries inside stored records.
namespace lagesbild::proximity {

void WriteGeometry(const geo::Geometry& geometry,
                   store::v1::GeometryRecord* record);
geo::Geometry ReadGeometry(const store::v1::GeometryRecord& record);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_GEOMETRY_RECORDS_H_
