#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_STATE_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_STATE_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/followed.h"
#include "services/proximity/inventory.h"

namespace lagesbild::proximity {

// A value as stored.
struct Stored {
  std::string bytes;
  ledger::Revision revision = 0;
  absl::Time recorded;
};

// Proximity at one revision: what view::View keeps up to date and what is
// decided on. Not thread-safe; the view guards it.
class ProximityState {
 public:
  // Logs records that it cannot read, and goes on without them.
  explicit ProximityState(base::Logger* logger) : logger_(logger) {}

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded);

  const Inventory& inventory() const { return inventory_; }

  // Where the followers stand; without cursor before the first delivery.
  const watch::Followed& sites() const { return sites_; }
  const watch::Followed& areas() const { return areas_; }
  // Whether sites are kept with their states: of before, figures of states have
  // nothing to go by.
  bool states_kept() const { return states_kept_; }
  // How far the registry is reflected, in sites and areas alike; no position
  // before the first delivery of both.
  watch::Basis basis() const;

  // Of the last import, correction or layer that changed something; 0: there
  // was none.
  ledger::Revision places_revision() const { return places_revision_; }
  // The day for which everything was derived.
  std::optional<base::Date> day() const { return day_; }
  ledger::Revision day_revision() const { return day_revision_; }

  // A place's record; null when there is none.
  const Stored* FindPlaceRecord(const std::string& id) const;
  // When it last changed; InfinitePast when there is none.
  absl::Time PlaceRecordedAt(const std::string& id) const;

 private:
  using Value = std::optional<std::string>;
  using Applier = absl::Status (ProximityState::*)(const std::string& id,
                                                   const Value& value,
                                                   const Stored& stored);
  struct Kind {
    const char* prefix;
    Applier apply;
  };

  absl::Status ApplyPlace(const std::string& id, const Value& value,
                          const Stored& stored);
  absl::Status ApplyLayer(const std::string& id, const Value& value,
                          const Stored& stored);
  absl::Status ApplyExtract(const std::string& id, const Value& value,
                            const Stored& stored);
  absl::Status ApplyExposure(const std::string& id, const Value& value,
                             const Stored& stored);
  absl::Status ApplySite(const std::string& id, const Value& value,
                         const Stored& stored);
  absl::Status ApplyArea(const std::string& id, const Value& value,
                         const Stored& stored);
  absl::Status ApplySingle(const std::string& key, const Value& value,
                           const Stored& stored);

  base::Logger* const logger_;
  Inventory inventory_;
  absl::flat_hash_map<std::string, Stored> place_records_;
  watch::Followed sites_;
  watch::Followed areas_;
  bool states_kept_ = false;
  ledger::Revision places_revision_ = 0;
  std::optional<base::Date> day_;
  ledger::Revision day_revision_ = 0;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_STATE_H_
