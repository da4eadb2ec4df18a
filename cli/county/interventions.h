#ifndef LAGESBILD_CLI_COUNTY_INTERVENTIONS_H_
#define LAGESBILD_CLI_COUNTY_INTERVENTIONS_H_

#include <string>
#include <vector>

#include "cli/county/model.h"
#include "cli/county/random.h"

namespace lagesbild::county {

inline constexpr int kInterventions = 45;

// Lines of interventions.jsonl (see county.h): kInterventions of them, on sites
// that stay, more often near schools, leaving some of these without any.
std::vector<std::string> WriteInterventions(const std::string& prefix,
                                            const std::vector<Site>& sites,
                                            Random* random);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_INTERVENTIONS_H_
