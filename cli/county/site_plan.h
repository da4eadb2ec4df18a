#ifndef LAGESBILD_CLI_COUNTY_SITE_PLAN_H_
#define LAGESBILD_CLI_COUNTY_SITE_PLAN_H_

#include <string>
#include <vector>

#include "cli/county/model.h"
#include "cli/county/names.h"
#include "cli/county/random.h"

namespace lagesbild::county {

// A site and its middle in the county's frame.
struct PlannedSite {
  Site site;
  double east_m;
  double north_m;
};

// The sites of the first year-end, by municipality as in `municipalities`: how
// many, which of them are to have a school near, and what becomes of each, by
// the published figures; where, by chance. Apart from the pairs that merge, all
// keep well away from each other.
std::vector<std::vector<PlannedSite>> PlanSites(
    const std::string& prefix, const std::vector<Municipality>& municipalities,
    const Frame& frame, Random* random, Names* names);

// A ring of the given number of corners about a point of the frame, between the
// two radii, that does not cross itself.
geo::Ring Star(const Frame& frame, Random* random, double east_m,
               double north_m, int corners, double inner_m, double outer_m);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_SITE_PLAN_H_
