#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_STATE_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_STATE_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/followed.h"
#include "services/interventions/gaps.h"
#include "services/interventions/interventions.h"
#include "services/interventions/undecided.h"

namespace lagesbild::interventions {

// A record as it was stored. Immutable; a change makes a new one.
struct InterventionEntry {
  Intervention intervention;
  std::string bytes;
  ledger::Revision revision = 0;
};

using InterventionMap =
    std::map<std::string, std::shared_ptr<const InterventionEntry>>;
using SiteMap = std::map<std::string, std::shared_ptr<const Site>>;
using GapMap = std::map<std::string, std::shared_ptr<const Gap>>;
using ExposureMap = std::map<std::string, Exposure>;  // of one site, by id

// Interventions at one revision: what view::View keeps up to date and what is
// decided on. Not thread-safe; the view guards it.
class InterventionsState {
 public:
  // Logs records that it cannot read, and goes on without them.
  explicit InterventionsState(base::Logger* logger) : logger_(logger) {}

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded);

  // By id; gaps, exposures and what is undecided by the site's.
  const InterventionMap& interventions() const { return interventions_; }
  const SiteMap& sites() const { return sites_; }
  const GapMap& gaps() const { return gaps_; }
  const std::map<std::string, ExposureMap>& exposures() const {
    return exposures_;
  }
  const UndecidedSites& undecided() const { return undecided_; }

  // Null when there is none.
  std::shared_ptr<const InterventionEntry> FindIntervention(
      const std::string& id) const;
  std::shared_ptr<const Site> FindSite(const std::string& id) const;

  // Ids of the interventions at the site.
  const std::set<std::string>& InterventionsAt(const std::string& site) const;

  // All that is known of the site; points into this state.
  SiteFacts FactsOf(const std::string& site) const;

  // Where the followers stand; without cursor before the first delivery.
  const watch::Followed& registry() const { return registry_; }
  const watch::Followed& proximity() const { return proximity_; }
  watch::Basis basis() const {
    return BasisOf(registry_, proximity_, undecided_);
  }

  // Of the last intervention that was written; 0: none was.
  ledger::Revision interventions_revision() const {
    return interventions_revision_;
  }

  // The day for which the gaps were derived; none before the first roll.
  std::optional<base::Date> day() const { return day_; }
  ledger::Revision day_revision() const { return day_revision_; }

 private:
  using Value = std::optional<std::string>;
  using Applier = absl::Status (InterventionsState::*)(
      const std::string& id, const Value& value, ledger::Revision revision);
  struct Kind {
    const char* prefix;
    Applier apply;
  };

  absl::Status ApplyIntervention(const std::string& id, const Value& value,
                                 ledger::Revision revision);
  absl::Status ApplyGap(const std::string& id, const Value& value,
                        ledger::Revision revision);
  absl::Status ApplySite(const std::string& id, const Value& value,
                         ledger::Revision revision);
  absl::Status ApplyExposure(const std::string& id, const Value& value,
                             ledger::Revision revision);
  absl::Status ApplyUndecided(const std::string& id, const Value& value,
                              ledger::Revision revision);
  absl::Status ApplySingle(const std::string& key, const Value& value,
                           ledger::Revision revision);
  void DropIntervention(const std::string& id);

  base::Logger* const logger_;
  InterventionMap interventions_;
  std::map<std::string, std::set<std::string>> by_site_;
  SiteMap sites_;
  std::map<std::string, ExposureMap> exposures_;
  GapMap gaps_;
  UndecidedSites undecided_;
  watch::Followed registry_;
  watch::Followed proximity_;
  ledger::Revision interventions_revision_ = 0;
  std::optional<base::Date> day_;
  ledger::Revision day_revision_ = 0;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_STATE_H_
