#ifndef LAGESBILD_SERVICES_PROXIMITY_APPLY_EFFECTS_H_
#define LAGESBILD_SERVICES_PROXIMITY_APPLY_EFFECTS_H_

#include "services/proximity/derivation.h"
#include "services/proximity/inventory.h"

namespace lagesbild::proximity {

// What changed, and what follows, put into an inventory that no ledger keeps up
// to date: for tests and benches.
inline void Apply(const Changes& changes, const Effects& effects,
                  Inventory* to) {
  for (const auto& [id, site] : changes.sites) {
    site ? to->PutSite(*site) : to->RemoveSite(id);
  }
  for (const auto& [id, m] : changes.municipalities) {
    m ? to->PutMunicipality(id, *m) : to->RemoveMunicipality(id);
  }
  for (const auto& [id, place] : effects.places) to->PutPlace(place);
  for (const auto& [id, exposure] : effects.exposures) {
    exposure ? to->PutExposure(id, *exposure) : to->RemoveExposure(id);
  }
}

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_APPLY_EFFECTS_H_
