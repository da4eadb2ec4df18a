#ifndef LAGESBILD_SERVICES_PROXIMITY_DERIVATION_H_
#define LAGESBILD_SERVICES_PROXIMITY_DERIVATION_H_

#include <map>
#include <optional>
#include <string>

#include "lib/base/civil_date.h"
#include "services/proximity/inventory.h"
#include "services/proximity/proximity.h"

namespace lagesbild::proximity {

// What is new, by id; nullopt: gone. Places are as their source has them: what
// JudgePosition sets is not read.
struct Changes {
  std::map<std::string, std::optional<Site>> sites = {};
  std::map<std::string, std::optional<Municipality>> municipalities = {};
  std::map<std::string, Place> places = {};
  // Recorded with an older day: what holds on a day is looked at again.
  bool new_day = false;

  bool empty() const {
    return sites.empty() && municipalities.empty() && places.empty() &&
           !new_day;
  }
};

// What follows: only records that differ from what there was.
struct Effects {
  std::map<std::string, Place> places;  // judged
  std::map<std::string, std::optional<Exposure>> exposures;

  bool empty() const { return places.empty() && exposures.empty(); }
};

// Incremental: looks at what changed and its neighbours alone. Applying
// `changes` and the effects to `inventory` gives the same as deriving it all
// from nothing, but for steady distances, which have a history.
Effects Derive(const Inventory& inventory, const Changes& changes,
               base::Date today);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_DERIVATION_H_
