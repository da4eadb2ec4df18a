#ifndef LAGESBILD_SERVICES_REGISTRY_PLACEMENT_H_
#define LAGESBILD_SERVICES_REGISTRY_PLACEMENT_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lib/base/civil_date.h"
#include "lib/geo/area_lookup.h"
#include "lib/geo/geometry.h"
#include "lib/geo/shape.h"
#include "services/registry/registry.h"

namespace lagesbild::registry {

// The areas that hold on one date, ready to say where a site lies. Immutable.
class AreaSet {
 public:
  AreaSet(const std::vector<std::shared_ptr<const Area>>& areas,
          base::Date date);

  bool has_municipalities() const { return municipalities_.size() > 0; }

  // Nothing for a shape that meets no municipality: it lies outside the region.
  std::optional<Placement> Place(const geo::Shape& shape) const;

  // Whether the geometry would meet a municipality if the latitude and the
  // longitude of each position were exchanged.
  bool HoldsSwapped(const geo::Geometry& geometry) const;

 private:
  geo::AreaLookup municipalities_;
  geo::AreaLookup districts_;
  geo::AreaLookup police_areas_;
};

// Where a shape lies in `areas`.
struct Placed {
  std::shared_ptr<const AreaSet> areas;
  std::optional<Placement> placement;  // nullopt: outside the region
  bool swapped = false;                // outside, and HoldsSwapped
};
Placed PlaceIn(std::shared_ptr<const AreaSet> areas, const geo::Shape& shape);

// The geometry with latitudes and longitudes exchanged.
geo::Geometry Swapped(const geo::Geometry& geometry);

// Names of the squares of some kilometre each that lie within `margin` of the
// geometry's bounding box: two geometries within `margin` of each other share
// one. Sorted; empty when there would be more than kMaxCells.
std::vector<std::string> CellsNear(const geo::Geometry& geometry,
                                   geo::Meters margin);
inline constexpr int kMaxCells = 4000;

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_PLACEMENT_H_
