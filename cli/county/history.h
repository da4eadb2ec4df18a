#ifndef LAGESBILD_CLI_COUNTY_HISTORY_H_
#define LAGESBILD_CLI_COUNTY_HISTORY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/county/model.h"
#include "cli/county/random.h"

namespace lagesbild::county {

// One line of history.jsonl (see county.h) and when it was recorded.
struct Act {
  absl::Time time;
  std::string json;
};

// What happened to the sites in 2022, 2023 and January 2024, in no order; two
// acts on one site never share a time.
std::vector<Act> WriteHistory(const std::vector<Site>& sites, Random* random);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_HISTORY_H_
