#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_UPSTREAM_WORDS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_UPSTREAM_WORDS_H_

#include <vector>

#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "services/notifications/decision.h"

// What the upstreams' messages say, in the domain's words. `parts` are the
// messages of one revision, or, with `whole`, of one picture: what is not in it
// is gone.
namespace lagesbild::notifications {

void TellSites(const std::vector<registry::v1::WatchSitesResponse>& parts,
               bool whole, const Origin& origin, Decision* decision);
void TellExposures(
    const std::vector<proximity::v1::WatchExposuresResponse>& parts, bool whole,
    const Origin& origin, Decision* decision);
void TellGaps(
    const std::vector<interventions::v1::WatchCoverageGapsResponse>& parts,
    bool whole, const Origin& origin, Decision* decision);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_UPSTREAM_WORDS_H_
