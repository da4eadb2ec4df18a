#include "services/registry/area_sets.h"

#include <utility>
#include <vector>

namespace lagesbild::registry {

std::shared_ptr<const AreaSet> AreaSets::Ahead(
    const view::View<RegistryState>& view, base::Date date) {
  AreaMap areas;
  ledger::Revision revision = 0;
  auto known = view.Read([&](const RegistryState& state, const ledger::Head&) {
    revision = state.areas_revision();
    auto found = Find(revision, date);
    if (found == nullptr) areas = state.areas();
    return found;
  });
  return known != nullptr ? known : Make(areas, revision, date);
}

std::shared_ptr<const AreaSet> AreaSets::For(const RegistryState& state,
                                             base::Date date) {
  auto known = Find(state.areas_revision(), date);
  return known != nullptr ? known
                          : Make(state.areas(), state.areas_revision(), date);
}

std::shared_ptr<const AreaSet> AreaSets::Find(ledger::Revision revision,
                                              base::Date date) const {
  base::MutexLock lock(&mutex_);
  return revision_ == revision && date_ == date ? areas_ : nullptr;
}

// Without the mutex meanwhile: decisions ask under the view's lock.
std::shared_ptr<const AreaSet> AreaSets::Make(const AreaMap& areas,
                                              ledger::Revision revision,
                                              base::Date date) {
  std::vector<std::shared_ptr<const Area>> held;
  for (const auto& [id, entry] : areas) held.emplace_back(entry, &entry->area);
  auto made = std::make_shared<const AreaSet>(held, date);
  base::MutexLock lock(&mutex_);
  revision_ = revision;
  date_ = date;
  areas_ = made;
  return made;
}

}  // namespace lagesbild::registry
