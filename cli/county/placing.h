#ifndef LAGESBILD_CLI_COUNTY_PLACING_H_
#define LAGESBILD_CLI_COUNTY_PLACING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/county/model.h"
#include "cli/county/names.h"
#include "cli/county/random.h"

namespace lagesbild::county {

// The sites of the first year-end and every school unit.
struct Placed {
  std::vector<Site> sites;
  std::vector<Place> places;
};

// Places a county's sites and schools, so that exactly the sites with
// `near_school` have a primary school within 500 m of their edge on the
// ellipsoid: among them one at 499.6 m and, beside a site that has none, one at
// 500.4 m. `municipalities` is LayOut's, the city first. INTERNAL should the
// positions, once rounded, not hold what was planned.
absl::StatusOr<Placed> PlaceSitesAndSchools(
    const std::string& prefix, const std::vector<Municipality>& municipalities,
    const Frame& frame, Random* random, Names* names);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_PLACING_H_
