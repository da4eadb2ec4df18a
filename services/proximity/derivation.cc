#include "services/proximity/derivation.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "services/proximity/positions.h"

namespace lagesbild::proximity {
namespace {

using PlacePtr = std::shared_ptr<const Place>;

// The inventory as it will be, as far as positions are concerned: which places
// stand on which point, and where the municipalities lie.
class Judge {
 public:
  Judge(const Inventory& inventory, const Changes& changes, base::Date today)
      : inventory_(inventory), changes_(changes), today_(today) {}

  // Every place whose judgement can have changed, judged anew; those that come
  // out as they were are left out.
  std::map<std::string, Place> Run() {
    if (changes_.places.empty() && changes_.municipalities.empty() &&
        !changes_.new_day) {
      return {};
    }
    for (const auto& [id, place] : changes_.places) Touch(id, place);
    if (!changes_.municipalities.empty() || changes_.new_day) TouchAll();
    // All places of a point are touched, or none.
    for (const std::string& id : touched_) Count(After(id));
    const auto map = MapAfter();
    std::map<std::string, Place> judged;
    for (const std::string& id : touched_) JudgeOne(*map, id, &judged);
    return judged;
  }

 private:
  std::shared_ptr<const MunicipalityMap> MapAfter() const {
    if (changes_.municipalities.empty()) {
      return inventory_.MunicipalitiesOn(today_);
    }
    std::vector<Municipality> all;
    for (const auto& [id, m] : inventory_.municipalities()) {
      if (!changes_.municipalities.contains(id)) all.push_back(m);
    }
    for (const auto& [id, m] : changes_.municipalities) {
      if (m) all.push_back(*m);
    }
    return std::make_shared<const MunicipalityMap>(all, today_);
  }

  void Touch(const std::string& id, const Place& place) {
    touched_.insert(id);
    TouchPoint(PointOf(place.where()));
    if (const PlacePtr old = inventory_.FindPlace(id)) {
      TouchPoint(PointOf(old->where()));
    }
  }

  void TouchPoint(const PointKey& point) {
    if (!points_.insert(point).second) return;
    for (const std::string& id : inventory_.PlacesAt(point)) {
      touched_.insert(id);
    }
  }

  void TouchAll() {
    for (const auto& [id, place] : inventory_.places()) touched_.insert(id);
  }

  const Place& After(const std::string& id) const {
    const auto changed = changes_.places.find(id);
    if (changed != changes_.places.end()) return changed->second;
    return *inventory_.FindPlace(id);
  }

  // One that is not there on the day shares its point with nobody.
  void Count(const Place& place) {
    if (!place.valid.HoldsOn(today_)) return;
    ++units_at_[PointOf(place.where())];
  }
  int UnitsFor(const Place& place) const {
    if (!place.valid.HoldsOn(today_)) return 1;
    return units_at_.at(PointOf(place.where()));
  }

  void JudgeOne(const MunicipalityMap& map, const std::string& id,
                std::map<std::string, Place>* judged) const {
    const PlacePtr old = inventory_.FindPlace(id);
    Place place = After(id);
    JudgePosition(map, UnitsFor(place), &place);
    if (old == nullptr || *old != place) judged->emplace(id, std::move(place));
  }

  const Inventory& inventory_;
  const Changes& changes_;
  const base::Date today_;
  std::set<std::string> touched_;
  std::set<PointKey> points_;
  std::map<PointKey, int> units_at_;
};

// Finds the exposures of what changed and sets them against those that stand.
class Pairing {
 public:
  Pairing(const Inventory& inventory, const Changes& changes,
          const std::map<std::string, Place>& places, base::Date today)
      : inventory_(inventory),
        changes_(changes),
        places_(places),
        today_(today) {
    // Sites alone are looked for among them.
    if (changes_.sites.empty()) return;
    for (const auto& [id, place] : places_) {
      moved_.Put(id, geo::Shape(place.where()));
    }
  }

  std::map<std::string, std::optional<Exposure>> Run() {
    for (const auto& [id, site] : changes_.sites) {
      Expect(inventory_.ExposuresOfSite(id));
      if (site) PairSite(*site);
    }
    for (const auto& [id, place] : places_) {
      Expect(inventory_.ExposuresOfPlace(id));
      PairPlace(place);
    }
    if (changes_.new_day) Recheck();
    return Differences();
  }

 private:
  // An exposure as it stands and as it will; null and nullopt where it does
  // not.
  struct Turn {
    std::shared_ptr<const Exposure> before;
    std::optional<Exposure> after;
  };

  // These stand, and are all of the site or place; unless found again, they are
  // gone.
  void Expect(const Inventory::Ids& ids) {
    for (const std::string& id : ids) {
      found_[id].before = inventory_.exposures().find(id)->second;
    }
  }

  void PairSite(const Site& site) {
    const geo::Shape shape(site.geometry);
    for (const auto& known : inventory_.layers()) {
      const Layer& layer = known.second;
      inventory_.place_index().ForEachWithin(
          shape, layer.radius, [&](const std::string& place, const auto&) {
            if (places_.contains(place)) return;
            Add(layer, site, shape, *inventory_.FindPlace(place));
          });
      moved_.ForEachWithin(shape, layer.radius,
                           [&](const std::string& place, const auto&) {
                             Add(layer, site, shape, places_.at(place));
                           });
    }
  }

  void PairPlace(const Place& place) {
    for (const auto& known : inventory_.layers()) {
      const Layer& layer = known.second;
      inventory_.site_index().ForEachWithin(
          geo::Shape(place.where()), layer.radius,
          [&](const std::string& site, const geo::Shape& shape) {
            if (changes_.sites.contains(site)) return;
            Add(layer, *inventory_.FindSite(site), shape, place);
          });
    }
  }

  void Add(const Layer& layer, const Site& site, const geo::Shape& shape,
           const Place& place) {
    if (!IsAbout(layer, place)) return;
    std::optional<Exposure> exposure =
        Expose(layer, site, shape, place, today_);
    if (!exposure) return;
    std::string id = ExposureId(*exposure);
    found_[std::move(id)].after = std::move(exposure);
  }

  void Recheck() {
    for (const auto& [id, exposure] : inventory_.exposures()) {
      const bool holds = exposure->valid.HoldsOn(today_);
      // Recorded before these were.
      const bool sourced =
          exposure->margin_source != MarginSource::kUnspecified;
      if (exposure->current == holds && sourced) continue;
      const auto [it, fresh] =
          found_.try_emplace(id, Turn{exposure, *exposure});
      if (!fresh) continue;
      Exposure& after = *it->second.after;
      after.current = holds;
      if (sourced) continue;
      if (const PlacePtr place = inventory_.FindPlace(exposure->place)) {
        after.margin_source = place->margin_source();
        after.quality = place->quality;
      }
    }
  }

  std::map<std::string, std::optional<Exposure>> Differences() {
    std::map<std::string, std::optional<Exposure>> different;
    for (auto& [id, turn] : found_) {
      auto& [before, after] = turn;
      if (after && before) KeepSteady(*before, &*after);
      if (after && before && *before == *after) continue;
      different.emplace_hint(different.end(), id, std::move(after));
    }
    return different;
  }

  const Inventory& inventory_;
  const Changes& changes_;
  const std::map<std::string, Place>& places_;
  const base::Date today_;
  geo::SpatialIndex moved_;
  std::map<std::string, Turn> found_;
};

}  // namespace

Effects Derive(const Inventory& inventory, const Changes& changes,
               base::Date today) {
  Effects effects;
  effects.places = Judge(inventory, changes, today).Run();
  effects.exposures = Pairing(inventory, changes, effects.places, today).Run();
  return effects;
}

}  // namespace lagesbild::proximity
