#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_UPKEEP_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_UPKEEP_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"
#include "lib/view/writer.h"
#include "services/registry/backend.h"

// What follows for sites when nobody writes to them: from newer areas, and from
// a new day.
namespace lagesbild::registry {

// What needs to be written, found ahead of the decision.
struct UpkeepPlan {
  std::shared_ptr<const AreaSet> areas;
  ledger::Revision areas_revision = 0;
  base::Date today;

  struct Item {
    std::shared_ptr<const SiteEntry> seen;
    std::optional<Placement> placement;  // where it lies, if not where it says
  };
  std::map<std::string, Item> items;  // by site id
  std::vector<std::string> outside;   // sites in no municipality any more
};

// Looks at all sites. One that lies in no municipality any more keeps where it
// was. Takes no lock and some 50 microseconds a site.
UpkeepPlan PlanUpkeep(std::shared_ptr<const AreaSet> areas,
                      ledger::Revision areas_revision, base::Date today,
                      const SiteMap& sites);

// Writes the sites that lie elsewhere than it says; responsible areas that a
// site no longer lies in become its municipality. Writes those, too, whose
// standing the days have changed since their records were written, so that
// watchers hear of it: update_time moves. Nothing when newer areas have come
// since: their import sees to the sites again.
ledger::Transaction DecideUpkeep(const RegistryState& state,
                                 const UpkeepPlan& plan, absl::Time now);

// Thread-safe; none blocks.
class SiteUpkeep {
 public:
  explicit SiteUpkeep(const Backend& backend);

  // Brings all sites up to date with the newest areas and with today. Must be
  // run at start, when areas have come and when a day begins. Any number of
  // replicas may: what one has written the others find written.
  void Run(absl::Duration budget, ledger::CommitCallback done);

 private:
  std::shared_ptr<const UpkeepPlan> Plan(base::Date today) const;
  void TellOutside(const UpkeepPlan& plan) const;

  const Backend backend_;
  view::Writer<RegistryState> writer_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_UPKEEP_H_
