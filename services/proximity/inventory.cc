#include "services/proximity/inventory.h"

#include <utility>

namespace lagesbild::proximity {
namespace {

const Inventory::Ids& None() {
  static const auto* const none = new Inventory::Ids;
  return *none;
}

template <typename Map, typename Key>
void Forget(Map* sets, const Key& key, const std::string& id) {
  const auto it = sets->find(key);
  if (it == sets->end()) return;
  it->second.erase(id);
  if (it->second.empty()) sets->erase(it);
}

template <typename Map, typename Key>
const Inventory::Ids& SetAt(const Map& sets, const Key& key) {
  const auto it = sets.find(key);
  return it == sets.end() ? None() : it->second;
}

}  // namespace

std::shared_ptr<const MunicipalityMap> Inventory::KeptMap::On(
    base::Date date,
    const std::map<std::string, Municipality>& municipalities) const {
  Ptr kept = Get();
  if (kept != nullptr && kept->date() == date) return kept;
  std::vector<Municipality> all;
  all.reserve(municipalities.size());
  for (const auto& [id, m] : municipalities) all.push_back(m);
  auto made = std::make_shared<const MunicipalityMap>(all, date);
  Set(made);
  return made;
}

std::shared_ptr<const MunicipalityMap> Inventory::KeptMap::Get() const {
  base::MutexLock lock(&mutex_);
  return map_;
}

void Inventory::KeptMap::Set(Ptr map) const {
  base::MutexLock lock(&mutex_);
  map_ = std::move(map);
}

void Inventory::PutPlace(Place place) {
  RemovePlace(place.id);
  place_index_.Put(place.id, geo::Shape(place.where()));
  at_point_[PointOf(place.where())].insert(place.id);
  ++margins_[place.margin];
  const auto kept = std::make_shared<const Place>(std::move(place));
  place_of_[kept->id] = kept;
  places_[kept->id] = kept;
}

void Inventory::RemovePlace(const std::string& id) {
  const auto it = places_.find(id);
  if (it == places_.end()) return;
  Forget(&at_point_, PointOf(it->second->where()), id);
  place_index_.Remove(id);
  const auto margin = margins_.find(it->second->margin);
  if (--margin->second == 0) margins_.erase(margin);
  place_of_.erase(id);
  places_.erase(it);
}

void Inventory::PutSite(Site site) {
  RemoveSite(site.id);
  site_index_.Put(site.id, geo::Shape(site.geometry));
  const auto kept = std::make_shared<const Site>(std::move(site));
  site_of_[kept->id] = kept;
  sites_[kept->id] = kept;
}

void Inventory::RemoveSite(const std::string& id) {
  // What the key is in goes last.
  if (site_of_.erase(id) == 0) return;
  site_index_.Remove(id);
  sites_.erase(id);
}

void Inventory::PutExposure(const std::string& id, Exposure exposure) {
  auto& kept = exposures_[id];
  // The id names both, so one that stands is in place already.
  if (kept == nullptr) {
    of_site_[exposure.site].insert(id);
    of_place_[exposure.place].insert(id);
  }
  kept = std::make_shared<const Exposure>(std::move(exposure));
}

void Inventory::RemoveExposure(const std::string& id) {
  const auto it = exposures_.find(id);
  if (it == exposures_.end()) return;
  Forget(&of_site_, it->second->site, id);
  Forget(&of_place_, it->second->place, id);
  exposures_.erase(it);
}

void Inventory::PutMunicipality(const std::string& id,
                                Municipality municipality) {
  municipalities_[id] = std::move(municipality);
  map_.Forget();
}

void Inventory::RemoveMunicipality(const std::string& id) {
  municipalities_.erase(id);
  map_.Forget();
}

void Inventory::PutLayer(Layer layer) {
  std::string id = layer.id;
  layers_[std::move(id)] = std::move(layer);
}

void Inventory::RemoveLayer(const std::string& id) { layers_.erase(id); }

void Inventory::PutExtract(Extract extract) {
  extracts_[std::move(extract.source)] = extract.date;
}

std::optional<base::Date> Inventory::ExtractOf(
    const std::string& source) const {
  const auto it = extracts_.find(source);
  if (it == extracts_.end()) return std::nullopt;
  return it->second;
}

std::shared_ptr<const Place> Inventory::FindPlace(const std::string& id) const {
  const auto it = place_of_.find(id);
  return it == place_of_.end() ? nullptr : it->second;
}

std::shared_ptr<const Site> Inventory::FindSite(const std::string& id) const {
  const auto it = site_of_.find(id);
  return it == site_of_.end() ? nullptr : it->second;
}

geo::Meters Inventory::widest_margin() const {
  return margins_.empty() ? geo::Meters(0) : margins_.rbegin()->first;
}

const Inventory::Ids& Inventory::ExposuresOfSite(
    const std::string& site) const {
  return SetAt(of_site_, site);
}

const Inventory::Ids& Inventory::ExposuresOfPlace(
    const std::string& place) const {
  return SetAt(of_place_, place);
}

const Inventory::Ids& Inventory::PlacesAt(const PointKey& point) const {
  return SetAt(at_point_, point);
}

}  // namespace lagesbild::proximity
