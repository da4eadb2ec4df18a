#ifndef LAGESBILD_LIB_INPUT_GEOMETRY_H_
#define LAGESBILD_LIB_INPUT_GEOMETRY_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/geo/v1/geometry.pb.h"
#include "lib/geo/geometry.h"

namespace lagesbild::input {

// A valid geometry, or INVALID_ARGUMENT naming the place below `field`
// ("site.geometry.area.polygons[0].rings[1].positions[4]"). More positions than
// `max_vertices` are refused before any is looked at.
absl::StatusOr<geo::Geometry> ReadGeometry(absl::string_view field,
                                           const geo::v1::Geometry& message,
                                           int max_vertices);

// As above without a look at what it holds, for messages of the suite's own.
geo::Geometry GeometryOf(const geo::v1::Geometry& message);

void WriteGeometry(const geo::Geometry& geometry, geo::v1::Geometry* message);

}  // namespace lagesbild::input

#endif  // LAGESBILD_LIB_INPUT_GEOMETRY_H_
