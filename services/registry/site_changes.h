#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_CHANGES_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_CHANGES_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/input/faults.h"
#include "lib/ledger/ledger.h"
#include "services/registry/area_sets.h"
#include "services/registry/placement.h"
#include "services/registry/presenter.h"
#include "services/registry/registry_state.h"
#include "services/registry/site_input.h"

// Decisions on sites: from a state and what is asked for to what is written.
// They are pure; a decision may be made several times.
namespace lagesbild::registry {

inline constexpr int kMaxAssessments = 1000;

// What decisions are made on.
struct Scene {
  const RegistryState& state;
  AreaSets* area_sets;
  const Presenter& presenter;
  const Act& act;

  std::shared_ptr<const AreaSet> areas() const {
    return area_sets->For(state, act.today);
  }
};

// FAILED_PRECONDITION while no municipalities are known.
absl::Status CheckAreasKnown(const Scene& scene);

// Finds ahead of a decision where the draft's shape lies: under the view's lock
// that takes too long.
void PlaceAhead(std::shared_ptr<const AreaSet> areas, SiteDraft* draft);

// Whether a site that was as `before`, null for a new one, lies elsewhere now.
bool Moves(const SiteEntry* before, const Site& after);

// Sees to where `site` lies, whose draft has been applied: places one that
// `moves` anew, and sees to the responsible areas. Those that `draft` gives
// must be areas that the site lies in, others are kept where they still are,
// else become its municipality. Faults name fields below `prefix`.
void PlaceSite(const Scene& scene, const SiteDraft& draft, bool moves,
               absl::string_view prefix, Site* site, input::Faults* faults);

// Gathers the sites of one commit.
class SiteBatch {
 public:
  explicit SiteBatch(const RegistryState& state) : state_(state) {}

  // `before` is null for a new site. Writes nothing when nothing differs;
  // moves update_time to `now` when what all agencies see does. False: nothing.
  bool Put(const SiteEntry* before, Site after, absl::Time now);

  bool empty() const { return transaction_.writes.empty(); }
  ledger::Transaction Take();

 private:
  void GuardPlace(const Site& site);

  const RegistryState& state_;
  ledger::Transaction transaction_;
  std::map<std::string, std::string> near_;  // cell → site
};

// A new site.
struct Creation {
  std::string id;
  SiteDraft draft;
  std::set<std::string> allowed_duplicates;  // ids
};
absl::StatusOr<ledger::Transaction> DecideCreate(const Scene& scene,
                                                 const Creation& creation);

// A change of some fields. What there is to find out about them alone has been
// found out before it is decided.
struct Update {
  std::string id;
  std::string etag;
  SiteDraft draft;
  absl::Status faults;                       // of what was sent
  std::set<std::string> allowed_duplicates;  // ids
};
absl::StatusOr<ledger::Transaction> DecideUpdate(const Scene& scene,
                                                 const Update& update);

struct AssessmentOf {
  std::string id;
  std::string etag;
  Assessment assessment;
};
absl::StatusOr<ledger::Transaction> DecideAssess(const Scene& scene,
                                                 const AssessmentOf& request);

// NOT_FOUND naming the site.
absl::Status NoSuchSite(const Presenter& presenter, absl::string_view id);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_CHANGES_H_
