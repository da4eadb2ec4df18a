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
#include "lib/base/mutex.h"
#include "lib/input/faults.h"
#include "lib/ledger/ledger.h"
#include "services/registry/placement.h"
#include "services/registry/presenter.h"
#include "services/registry/registry_state.h"
#include "services/registry/site_input.h"

// Decisions on sites: from a state and what is asked for to what is written.
// They are pure; a decision may be made several times.
namespace lagesbild::registry {

inline constexpr int kMaxAssessments = 1000;

// The AreaSet of the newest state that was asked about. Thread-safe.
class AreaSets {
 public:
  std::shared_ptr<const AreaSet> For(const RegistryState& state,
                                     base::Date date);

 private:
  base::Mutex mutex_;
  ledger::Revision revision_ ABSL_GUARDED_BY(mutex_) = -1;
  base::Date date_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const AreaSet> areas_ ABSL_GUARDED_BY(mutex_);
};

// What decisions are made on.
struct Scene {
  const RegistryState& state;
  const AreaSet& areas;
  const Presenter& presenter;
  const Act& act;
};

// FAILED_PRECONDITION while no municipalities are known.
absl::Status CheckAreasKnown(const AreaSet& areas);

// Finds ahead of a decision where the draft's shape lies.
void PlaceAhead(std::shared_ptr<const AreaSet> areas, SiteDraft* draft);

// Places `site`, whose geometry is `shape`, and sees to its responsible areas:
// those that `draft` gives must be areas that it lies in, others are kept where
// they still are, else become its municipality. Faults name fields below
// `prefix`.
void PlaceSite(const AreaSet& areas, const geo::Shape& shape,
               const SiteDraft& draft, absl::string_view prefix, Site* site,
               input::Faults* faults);

// ALREADY_EXISTS LIKELY_DUPLICATE naming the candidates; OK when there are
// none.
absl::Status LikelyDuplicate(const Presenter& presenter,
                             const std::vector<std::string>& ids);

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

struct Update {
  std::string id;
  v1::Site message;
  google::protobuf::FieldMask mask;
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
