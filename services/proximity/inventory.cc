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
  if (!place.valid.to) at_point_[PointOf(place.where())].insert(place.id);
  ++margins_[place.margin];
  std::string id = place.id;
  places_[std::move(id)] = std::make_shared<const Place>(std::move(place));
}

void Inventory::RemovePlace(const std::string& id) {
  const auto it = places_.find(id);
  if (it == places_.end()) return;
  Forget(&at_point_, PointOf(it->second->where()), id);
  place_index_.Remove(id);
  const auto margin = margins_.find(it->second->margin);
  if (--margin->second == 0) margins_.erase(margin);
  places_.erase(it);
}

void Inventory::PutSite(Site site) {
  site_index_.Put(site.id, geo::Shape(site.geometry));
  std::string id = site.id;
  sites_[std::move(id)] = std::make_shared<const Site>(std::move(site));
}

void Inventory::RemoveSite(const std::string& id) {
  if (sites_.erase(id) > 0) site_index_.Remove(id);
}

void Inventory::PutExposure(const std::string& id, Exposure exposure) {
  RemoveExposure(id);
  of_site_[exposure.site].insert(id);
  of_place_[exposure.place].insert(id);
  exposures_[id] = std::make_shared<const Exposure>(std::move(exposure));
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
  const auto it = places_.find(id);
  return it == places_.end() ? nullptr : it->second;
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
