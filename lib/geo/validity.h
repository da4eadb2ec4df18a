#ifndef LAGESBILD_LIB_GEO_VALIDITY_H_
#define LAGESBILD_LIB_GEO_VALIDITY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/geo/geometry.h"

namespace lagesbild::geo {

// The most positions one geometry may have, over all its rings.
inline constexpr int kMaxVertices = 100'000;
// The most polygons one geometry may have.
inline constexpr int kMaxPolygons = 1'000;
// How far any position of a geometry may lie from its first one. Distances and
// containment are proven for shapes well below a hemisphere.
inline constexpr Meters kMaxExtent{1'500'000};
// The largest radius of a disc.
inline constexpr Meters kMaxDiscRadius{100'000};
// A polygon's smallest area; less is a line or a point.
inline constexpr SquareMeters kMinArea{0.01};

// What is wrong with a geometry, and where. Indices count from 0; -1 where the
// fault is not that local. Ring 0 is the outer one, ring i the hole i - 1.
struct GeometryFault {
  int polygon = -1;
  int ring = -1;
  int position = -1;
  std::string what;  // "the ring is open: …", for people
};

// The first fault, or nothing for a valid geometry. Valid means: finite and in
// range; within the limits above; rings closed, of at least four positions, not
// crossing or touching themselves or each other along an edge; holes inside
// their outer ring; polygons apart from each other; some area. Positions that
// repeat the one before are allowed and ignored.
std::optional<GeometryFault> FindFault(const Geometry& geometry);

// The fault of one position alone.
std::optional<GeometryFault> FindFault(const LatLng& position);

// INVALID_ARGUMENT INVALID_FIELD naming `field` and the place below it
// ("site.geometry.polygons[0].rings[1].positions[4]"); OK when valid.
absl::Status Validate(const Geometry& geometry, absl::string_view field);

}  // namespace lagesbild::geo

#endif  // LAGESBILD_LIB_GEO_VALIDITY_H_
