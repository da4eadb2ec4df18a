#include "cli/county/interventions.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "lib/base/civil_date.h"

namespace lagesbild::county {
namespace {

// Ids of the catalogue of measures in use.
constexpr const char* kTypes[] = {"site-cooperation",
                                  "place-activation",
                                  "market-trade",
                                  "police-presence",
                                  "public-order-guards",
                                  "safety-hosts",
                                  "parent-walkers",
                                  "field-assistants",
                                  "lighting",
                                  "pruning",
                                  "rebuilding",
                                  "access-control",
                                  "sound-alarm",
                                  "security-cameras",
                                  "outreach-buyers",
                                  "outreach-sellers",
                                  "parental-contact",
                                  "treatment",
                                  "special-operation",
                                  "controls"};

// Of kInterventions, in this order.
struct Stage {
  const char* state;
  int count;
};
constexpr Stage kStages[] = {
    {"ACTIVE", 26}, {"PLANNED", 8}, {"PAUSED", 4}, {"COMPLETED", 7}};

constexpr int SumOfStages() {
  int sum = 0;
  for (const Stage& stage : kStages) sum += stage.count;
  return sum;
}
static_assert(SumOfStages() == kInterventions);

// Of all that stay, so many have any measure: the rest are gaps.
constexpr int kWithMeasures = 28;

std::vector<std::string> ChooseSites(const std::vector<Site>& sites,
                                     Random* random) {
  std::vector<const Site*> staying;
  for (const Site& site : sites) {
    if (site.fate == Fate::kStays) staying.push_back(&site);
  }
  random->Shuffle(&staying);
  std::stable_partition(staying.begin(), staying.end(),
                        [](const Site* site) { return site->near_school; });
  // The first few that are near a school are left out on purpose.
  const size_t first =
      staying.size() > kWithMeasures ? (staying.size() - kWithMeasures) / 2 : 0;
  std::vector<std::string> chosen;
  for (size_t i = first; i < staying.size() && chosen.size() < kWithMeasures;
       ++i) {
    chosen.push_back(staying[i]->id);
  }
  return chosen;
}

}  // namespace

std::vector<std::string> WriteInterventions(const std::string& prefix,
                                            const std::vector<Site>& sites,
                                            Random* random) {
  const std::vector<std::string> chosen = ChooseSites(sites, random);
  std::vector<std::string> lines;
  for (const Stage& stage : kStages) {
    for (int i = 0; i < stage.count; ++i) {
      const size_t number = lines.size();
      const base::Date start = base::Date(2023, 1, 16) + random->Below(300);
      lines.push_back(nlohmann::ordered_json{
          {"id", absl::StrFormat("I-%s-%02d", prefix, number + 1)},
          {"site", chosen[number % chosen.size()]},
          {"type", kTypes[random->Below(std::size(kTypes))]},
          {"state", stage.state},
          {"start", base::FormatDate(start)}}
                          .dump());
    }
  }
  return lines;
}

}  // namespace lagesbild::county
