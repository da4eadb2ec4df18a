#ifndef LAGESBILD_SERVICES_PROXIMITY_REGISTRY_NEWS_H_
#define LAGESBILD_SERVICES_PROXIMITY_REGISTRY_NEWS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/base/log.h"
#include "lib/watch/follower.h"
#include "services/proximity/proximity_commit.h"

// What the registry tells, in proximity's own terms.
namespace lagesbild::proximity {

// One delivery; nullopt: gone, or of no concern. Of a snapshot everything that
// there is.
template <typename Record>
struct News {
  watch::DeliveryKind kind = watch::DeliveryKind::kBookmark;
  std::string cursor;
  watch::Basis reached;
  std::map<std::string, std::optional<Record>> records;
};

using SiteDelivery = watch::Delivery<registry::v1::WatchSitesResponse>;
using AreaDelivery = watch::Delivery<registry::v1::WatchAreasResponse>;

// A site that is withdrawn or superseded was one before, and answers for past
// days; what has never been one is left out. One whose geometry makes no sense
// is left out and logged.
std::vector<News<Site>> ReadSites(const std::vector<SiteDelivery>& deliveries,
                                  base::Logger* logger);
// Only municipalities are of concern.
std::vector<News<Municipality>> ReadAreas(
    const std::vector<AreaDelivery>& deliveries, base::Logger* logger);

// The same deliveries in runs that may each be taken in one commit: in none of
// them does a site change twice. A site that moved away and back in one commit
// would leave its exposures as they were, and whoever joins sites with them
// would see the place in between with the schools of the other.
std::vector<std::vector<News<Site>>> OncePerSite(std::vector<News<Site>> news);

// Takes into `builder` what is new to its state, with the cursor. Nothing when
// another replica has taken it all. ABORTED when it does not follow from the
// stored cursor; `refused` as in watch::Judge. Sites are not taken before the
// areas have come as far (ABORTED): so the revision of the sites is the one
// that exposures and basis reflect alike.
absl::Status TakeSites(const ProximityState& state,
                       const std::vector<News<Site>>& news,
                       const std::string& refused, CommitBuilder* builder);
absl::Status TakeAreas(const ProximityState& state,
                       const std::vector<News<Municipality>>& news,
                       const std::string& refused, CommitBuilder* builder);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_REGISTRY_NEWS_H_
