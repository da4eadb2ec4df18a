#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_STATE_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_STATE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/access/shown.h"
#include "lib/base/civil_date.h"
#include "lib/base/log.h"
#include "lib/geo/spatial_index.h"
#include "lib/ledger/ledger.h"
#include "services/registry/registry.h"

namespace lagesbild::registry {

// A new site this near to a live one is likely to be the same.
inline constexpr geo::Meters kDuplicateRadius{250};

// Records as they were stored. Immutable; a change makes a new one.
struct SiteEntry {
  Site site;
  std::string bytes;
  ledger::Revision revision = 0;
  absl::Time recorded;
  access::Shown shown = {};
};
struct AreaEntry {
  Area area;
  std::string bytes;
  ledger::Revision revision = 0;
};

using SiteMap = std::map<std::string, std::shared_ptr<const SiteEntry>>;
using AreaMap = std::map<std::string, std::shared_ptr<const AreaEntry>>;

// The registry at one revision: what view::View keeps up to date and what is
// decided on. Not thread-safe; the view guards it.
class RegistryState {
 public:
  // Logs records that it cannot read, and goes on without them.
  explicit RegistryState(base::Logger* logger) : logger_(logger) {}

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded);

  // By id.
  const SiteMap& sites() const { return sites_; }
  const AreaMap& areas() const { return areas_; }
  // Null when there is none.
  std::shared_ptr<const SiteEntry> FindSite(const std::string& id) const;
  std::shared_ptr<const AreaEntry> FindArea(const std::string& id) const;

  // The site's geometry, ready for measuring; null when there is no such site.
  const geo::Shape* FindShape(const std::string& id) const {
    return index_.Find(id);
  }

  // Of the newest import of areas; 0: there was none.
  ledger::Revision areas_revision() const { return areas_revision_; }
  // Of the last site that was put in or near the cell; 0: none was.
  ledger::Revision NearRevision(absl::string_view cell) const;

  // Ids of sites, live on `date`, that overlap `shape` or lie within
  // kDuplicateRadius of it; sorted.
  std::vector<std::string> LikelyDuplicates(const geo::Shape& shape,
                                            base::Date date) const;

 private:
  void ApplySite(const std::string& id, const std::optional<std::string>& value,
                 ledger::Revision revision, absl::Time recorded);
  void ApplyArea(const std::string& id, const std::optional<std::string>& value,
                 ledger::Revision revision);
  void Unreadable(const std::string& key, const absl::Status& why);

  base::Logger* const logger_;
  SiteMap sites_;
  AreaMap areas_;
  ledger::Revision areas_revision_ = 0;
  absl::flat_hash_map<std::string, ledger::Revision> near_;
  geo::SpatialIndex index_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_STATE_H_
