#ifndef LAGESBILD_SERVICES_INTERVENTIONS_UPSTREAM_NEWS_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_UPSTREAM_NEWS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/watch/follower.h"
#include "services/interventions/gaps.h"

// What the upstreams tell, in our own terms.
namespace lagesbild::interventions {

// One delivery, its records by id; nullopt: gone. Of a snapshot everything that
// there is.
template <typename Record>
struct News {
  watch::DeliveryKind kind = watch::DeliveryKind::kBookmark;
  std::string cursor;
  watch::Basis reached;
  std::optional<absl::Time> recorded;  // not known of a snapshot
  std::map<std::string, std::optional<Record>> records;
};
using SiteNews = News<Site>;
using ExposureNews = News<Exposure>;

using SiteDelivery = watch::Delivery<registry::v1::WatchSitesResponse>;
using ExposureDelivery = watch::Delivery<proximity::v1::WatchExposuresResponse>;

std::vector<SiteNews> ReadSites(const std::vector<SiteDelivery>& deliveries);
// Only the default layer is of concern.
std::vector<ExposureNews> ReadExposures(
    const std::vector<ExposureDelivery>& deliveries);

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_UPSTREAM_NEWS_H_
