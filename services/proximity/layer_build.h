#ifndef LAGESBILD_SERVICES_PROXIMITY_LAYER_BUILD_H_
#define LAGESBILD_SERVICES_PROXIMITY_LAYER_BUILD_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "lib/base/civil_date.h"
#include "services/proximity/inventory.h"
#include "services/proximity/proximity.h"

namespace lagesbild::proximity {

// All exposures of a layer's coming rule, found beside the live state: the long
// part on what was there at one moment, the short one on what has changed since
// when it is decided. One at a time calls it.
class LayerBuild {
 public:
  using Exposures = std::map<std::string, Exposure>;  // by id

  // Takes note of what there is: pointers alone, quick enough for a view's
  // lock.
  LayerBuild(const Inventory& inventory, std::string layer, LayerRule rule);

  const std::string& layer() const { return layer_.id; }
  const LayerRule& rule() const { return rule_; }

  // Finds the exposures among what there was, or more than `most`. `go_on`
  // hears the share of the sites that are done, after every so many, and says
  // whether to; false when it did not.
  bool Run(std::size_t most, const std::function<bool(double)>& go_on);

  // There were more than were wanted.
  bool too_many() const { return too_many_; }

  // The exposures among what `inventory` holds: those found, but for what has
  // changed, which is looked at anew.
  Exposures Settle(const Inventory& inventory, base::Date today) const;

 private:
  class Settling;

  const Layer layer_;  // as it will be
  const LayerRule rule_;
  std::vector<std::shared_ptr<const Site>> sites_;
  std::vector<std::shared_ptr<const Place>> places_;  // of the rule's kinds
  // The records that were looked at; those above keep their addresses taken.
  absl::flat_hash_set<const void*> seen_;
  Exposures found_;
  bool too_many_ = false;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_LAYER_BUILD_H_
