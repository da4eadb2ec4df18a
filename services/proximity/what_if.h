#ifndef LAGESBILD_SERVICES_PROXIMITY_WHAT_IF_H_
#define LAGESBILD_SERVICES_PROXIMITY_WHAT_IF_H_

#include <string>
#include <vector>

#include "services/proximity/inventory.h"
#include "services/proximity/nearby.h"
#include "services/proximity/proximity.h"

// What would count at other radii, and with sites or places that there are
// not. Nothing is stored.
namespace lagesbild::proximity {

struct HypotheticalSite {
  std::string label;
  geo::Shape shape;
};

struct HypotheticalPlace {
  std::string label;
  geo::LatLng position;
};

struct WhatIfQuestion {
  PlaceKinds kinds;
  std::vector<geo::Meters> radii;  // at least one
  SiteChoice sites;                // and the date for which places are taken
  Measure measure = Measure::kEdge;
  std::vector<HypotheticalSite> new_sites = {};
  std::vector<HypotheticalPlace> new_places = {};
};

// Within one radius.
struct WhatIfCount {
  int sites = 0;   // with a place
  int pairs = 0;   // of a site and a place
  int places = 0;  // near a site
};

struct WhatIfStep {
  geo::Meters radius;
  WhatIfCount now;
  WhatIfCount then;  // with what there is not
};

// A pair of which at least one part is hypothetical.
struct WhatIfPair {
  std::string site;  // id, or label
  bool site_is_new = false;
  std::string place;
  bool place_is_new = false;
  geo::Meters distance;
};

inline constexpr std::size_t kMaxWhatIfPairs = 1000;

struct WhatIf {
  std::vector<WhatIfStep> steps;  // as the radii
  int sites = 0;                  // that there are to choose from
  int places = 0;
  // Within the largest radius, nearest first; at most kMaxWhatIfPairs.
  std::vector<WhatIfPair> pairs;
  bool pairs_cut = false;  // there are more
};

// What a step's figures are figures of, whatever the radius.
std::string InWords(const WhatIfQuestion& question);

WhatIf Analyze(const Inventory& inventory, const WhatIfQuestion& question);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_WHAT_IF_H_
