#ifndef LAGESBILD_SERVICES_PROXIMITY_NEARBY_H_
#define LAGESBILD_SERVICES_PROXIMITY_NEARBY_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lib/base/civil_date.h"
#include "lib/geo/shape.h"
#include "services/proximity/inventory.h"
#include "services/proximity/proximity.h"

// What lies near what, from the live indexes and without a layer: the answers
// are those of a geodesic brute force.
namespace lagesbild::proximity {

// From where the distance to a site is measured.
enum class Measure { kEdge, kCenter };

std::string InWords(Measure measure);

geo::Meters MeasuredFrom(Measure measure, const geo::Shape& site,
                         const geo::LatLng& place);

using PlaceKinds = std::set<PlaceKind>;

// Whether it is there on the date and of any of `kinds`; none: of all.
bool IsWanted(const Place& place, const PlaceKinds& kinds, base::Date on);

// Which sites: those in any of `states` on the date; none: those whose agreed
// state is OPEN, as they are counted.
struct SiteChoice {
  std::set<SiteState> states;
  base::Date on;

  bool Takes(const Site& site) const;
};

// "sites whose agreed state is OPEN on 2023-12-31".
std::string InWords(const SiteChoice& choice);

struct NearPlace {
  std::shared_ptr<const Place> place;
  geo::Meters distance;         // from the edge
  geo::Meters center_distance;  // from the centre
};

// The wanted places within `radius` of the edge, the nearest first, then by id.
std::vector<NearPlace> PlacesNear(const Inventory& inventory,
                                  const geo::Shape& around, geo::Meters radius,
                                  const PlaceKinds& kinds, base::Date on);

struct NearSite {
  std::shared_ptr<const Site> site;
  geo::Meters distance;         // from edge to edge
  geo::Meters center_distance;  // from centre to centre
};

// The sites within `radius` of the edge, whatever their state, in the same
// order.
std::vector<NearSite> SitesNear(const Inventory& inventory,
                                const geo::Shape& around, geo::Meters radius);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_NEARBY_H_
