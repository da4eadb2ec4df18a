#include "services/proximity/layer_build.h"

#include <utility>

#include "lib/geo/spatial_index.h"

namespace lagesbild::proximity {
namespace {

// Sites between two looks at whether to go on: milliseconds even where each has
// a thousand places.
constexpr std::size_t kSitesAtOnce = 8;
// Which day exposures are derived for is settled in the end.
const base::Date kAnyDay;

Layer Becoming(std::string id, const LayerRule& rule) {
  return {.id = std::move(id),
          .display_name = "",
          .kinds = rule.kinds,
          .radius = rule.radius};
}

void Put(std::optional<Exposure> exposure, LayerBuild::Exposures* all) {
  if (!exposure) return;
  std::string id = ExposureId(*exposure);
  (*all)[std::move(id)] = *std::move(exposure);
}

}  // namespace

LayerBuild::LayerBuild(const Inventory& inventory, std::string layer,
                       LayerRule rule)
    : layer_(Becoming(std::move(layer), rule)), rule_(std::move(rule)) {
  for (const auto& [id, site] : inventory.sites()) {
    sites_.push_back(site);
    seen_.insert(site.get());
  }
  for (const auto& [id, place] : inventory.places()) {
    if (!IsAbout(layer_, *place)) continue;
    places_.push_back(place);
    seen_.insert(place.get());
  }
}

bool LayerBuild::Run(std::size_t most,
                     const std::function<bool(double)>& go_on) {
  geo::SpatialIndex index;
  std::map<std::string, const Place*> by_id;
  for (const auto& place : places_) {
    index.Put(place->id, geo::Shape(place->where()));
    by_id[place->id] = place.get();
  }
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    if (i % kSitesAtOnce == 0 &&
        !go_on(static_cast<double>(i) / static_cast<double>(sites_.size()))) {
      return false;
    }
    const Site& site = *sites_[i];
    const geo::Shape shape(site.geometry);
    index.ForEachWithin(
        shape, rule_.radius, [&](const std::string& id, const geo::Shape&) {
          Put(Expose(layer_, site, shape, *by_id.at(id), kAnyDay), &found_);
        });
    too_many_ = found_.size() > most;
    if (too_many_) break;
  }
  return go_on(1);
}

// What was found, set against what is there now.
class LayerBuild::Settling {
 public:
  Settling(const LayerBuild& build, const Inventory& inventory,
           base::Date today)
      : build_(build), inventory_(inventory), today_(today) {}

  Exposures Run() {
    KeepWhatStands();
    for (const auto& [id, site] : inventory_.sites()) {
      if (!Knows(site.get())) PairSite(*site);
    }
    for (const auto& [id, place] : inventory_.places()) {
      if (IsAbout(build_.layer_, *place) && !Knows(place.get())) {
        PairPlace(*place);
      }
    }
    return std::move(settled_);
  }

 private:
  bool Knows(const void* record) const { return build_.seen_.contains(record); }

  void KeepWhatStands() {
    for (const auto& [id, exposure] : build_.found_) {
      const auto site = inventory_.sites().find(exposure.site);
      if (site == inventory_.sites().end() || !Knows(site->second.get())) {
        continue;
      }
      if (!Knows(inventory_.FindPlace(exposure.place).get())) continue;
      Exposure kept = exposure;
      kept.current = kept.valid.HoldsOn(today_);
      settled_.emplace(id, std::move(kept));
    }
  }

  void PairSite(const Site& site) {
    const geo::Shape& shape = *inventory_.site_index().Find(site.id);
    inventory_.place_index().ForEachWithin(
        shape, build_.rule_.radius,
        [&](const std::string& id, const geo::Shape&) {
          Add(site, shape, *inventory_.FindPlace(id));
        });
  }

  void PairPlace(const Place& place) {
    inventory_.site_index().ForEachWithin(
        geo::Shape(place.where()), build_.rule_.radius,
        [&](const std::string& id, const geo::Shape& shape) {
          Add(*inventory_.FindSite(id), shape, place);
        });
  }

  void Add(const Site& site, const geo::Shape& shape, const Place& place) {
    if (!IsAbout(build_.layer_, place)) return;
    Put(Expose(build_.layer_, site, shape, place, today_), &settled_);
  }

  const LayerBuild& build_;
  const Inventory& inventory_;
  const base::Date today_;
  Exposures settled_;
};

LayerBuild::Exposures LayerBuild::Settle(const Inventory& inventory,
                                         base::Date today) const {
  return Settling(*this, inventory, today).Run();
}

}  // namespace lagesbild::proximity
