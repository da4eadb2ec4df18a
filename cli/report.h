#ifndef LAGESBILD_CLI_REPORT_H_
#define LAGESBILD_CLI_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lagesbild/picture/v1/picture.pb.h"
#include "lagesbild/proximity/v1/layer.pb.h"

namespace lagesbild::cli {

// The coverage gaps behind the figures. `unknown` says why there are none to
// tell; empty: they are known.
struct GapList {
  std::string unknown;
  std::vector<interventions::v1::CoverageGap> gaps;
};

// How far the alerts have come. `unknown` as above.
struct DeliveryCounts {
  std::string unknown;
  std::int64_t delivered = 0;
  std::int64_t pending = 0;
  std::int64_t dead = 0;
};

// What the report is made of, all of it of one recorded time.
struct ReportData {
  picture::v1::Picture picture;  // figures only
  proximity::v1::Layer layer;    // that the figures about nearness go by
  GapList gaps;
  DeliveryCounts deliveries;
};

// For people: states, municipalities, sites near a school, gaps with reasons,
// alerts, and the time and call behind each figure. INTERNAL when the picture
// lacks a figure without saying why.
absl::StatusOr<std::string> ReportText(const ReportData& data);

// For programs: {"as_of", "valid_date", "sites": {"total", "by_state",
// "by_municipality"}, "exposure": {"radius_m", "pairs", "sites",
// "by_municipality"}, "gaps": {"known", "total", "by_kind"}, "alerts":
// {"known", "delivered", "pending", "dead"}, "figures": […]}. Every member is
// always there; where "known" is false, the values beside it are null and
// "reason" says why. INTERNAL as above.
absl::StatusOr<std::string> ReportJson(const ReportData& data);

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_REPORT_H_
