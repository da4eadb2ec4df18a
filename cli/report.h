#ifndef LAGESBILD_CLI_REPORT_H_
#define LAGESBILD_CLI_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lagesbild/picture/v1/picture.pb.h"

namespace lagesbild::cli {

// What the report is made of.
struct ReportData {
  picture::v1::Picture picture;  // figures only
  std::vector<interventions::v1::CoverageGap> gaps;
  std::int64_t delivered = 0;
  std::int64_t pending = 0;
  std::int64_t dead = 0;
  // The caller may not see the deliveries: nothing is said of them.
  bool deliveries_known = true;
};

// For people: states, municipalities, sites near a school, gaps with reasons,
// alerts, and the time and call behind each figure.
std::string ReportText(const ReportData& data);

// For programs: {"as_of", "valid_date", "sites": {"total", "by_state",
// "by_municipality"}, "exposure": {"radius_m", "pairs", "sites",
// "by_municipality"}, "gaps": {"total", "by_kind"}, "alerts": {"delivered",
// "pending", "dead"}, "figures": […]}.
std::string ReportJson(const ReportData& data);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_REPORT_H_
