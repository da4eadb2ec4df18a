#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMMIT_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMMIT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "lib/base/civil_date.h"
#include "lib/ledger/ledger.h"
#include "services/proximity/derivation.h"
#include "services/proximity/proximity_records.h"
#include "services/proximity/proximity_state.h"

namespace lagesbild::proximity {

// Gathers one commit: what changed, what follows from it, and where the
// followers stand afterwards, all or nothing.
//
// Sites, municipalities and places each have a guard: the two cursors and
// "places". A commit writes the guards of what it changes and checks the others
// as they were when it was decided. So of two commits that were decided on the
// same state one is refused and decided anew: no pair of a new site and a new
// place can fall between them.
//
// Lives within one decision. Not thread-safe.
class CommitBuilder {
 public:
  // A day before that of the state counts as the state's: clocks of replicas
  // may differ a little.
  CommitBuilder(const ProximityState& state, base::Date today);

  base::Date today() const { return today_; }

  // What changed; those that are as they were may be among it.
  Changes& changes() { return changes_; }

  void MoveSites(watch::Followed to);
  void MoveAreas(watch::Followed to);

  // What follows; call it once, when everything is in.
  const Effects& Derive();
  // Whether a place will be other than it was. Derive() comes before.
  bool changes_places() const { return !effects_.places.empty(); }

  // An import that answers so, to be found again at its revision.
  void NoteImport(const ImportAnswer& answer);

  // That extract was imported last of its source, under the id of the source's.
  // NoteImport() guards it.
  void PutExtract(const std::string& id, const Extract& extract);

  // The layer with exactly these exposures, by id; or neither any more.
  // Derive() comes before. Gives how many exposures are gone.
  std::int64_t ReplaceLayer(const std::string& id,
                            const std::optional<Layer>& layer,
                            const std::map<std::string, Exposure>& exposures);

  // The layer's own record alone. Derive() comes before.
  void PutLayer(const Layer& layer);

  // Other commits that were decided on the same state are refused: for changes
  // that no cursor guards.
  void Exclude();

  // Without writes when nothing changed.
  ledger::Transaction Take();

 private:
  void DropUnchanged();
  void Put(std::string key, std::optional<std::string> value);
  void PutKept();
  void PutEffects();
  void PutDay();
  void Guard(const char* key, ledger::Revision revision,
             const std::optional<std::string>& value);

  const ProximityState& state_;
  const base::Date today_;
  Changes changes_;
  Effects effects_;
  watch::Followed sites_;
  watch::Followed areas_;
  bool sites_moved_ = false;
  bool areas_moved_ = false;
  std::optional<std::string> places_;
  ledger::Transaction transaction_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMMIT_H_
