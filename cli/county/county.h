#ifndef LAGESBILD_CLI_COUNTY_COUNTY_H_
#define LAGESBILD_CLI_COUNTY_COUNTY_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace lagesbild::county {

inline constexpr int kMaxScale = 1000;

struct CountyOptions {
  uint64_t seed = 1;
  // How many counties, side by side, each with the same figures: 1 …
  // kMaxScale.
  int scale = 1;
  // Made if missing; files of the same names are replaced.
  std::string directory;
  // Called after each county, on the caller's thread. May be empty.
  std::function<void(int done, int of)> progress;
};

// What was written, for all counties together.
struct CountySummary {
  int municipalities = 0;
  int places = 0;
  int sites = 0;
  int acts = 0;
  int interventions = 0;
};

// Writes an invented county, calibrated to the published figures of domain.md.
// The same seed and scale give the same bytes. Files, all UTF-8:
//   municipalities.geojson  polygons that tile the county: code, name
//   places.geojson          school units, points: id, name, kind
//                           (PRIMARY_SCHOOL …), kinds (register codes; "gr" is
//                           the primary school), municipality
//   sites.geojson           the sites open at the first year-end, 2022-12-31:
//                           id, name, category, municipality, police,
//                           near_transit, established_since
//   history.jsonl           one act a line, in order of the time recorded,
//   which
//                           leads from nothing past both year-ends:
//     create   time site name municipality police category near_transit
//              established_since geometry
//     assess   time site party (MUNICIPALITY | POLICE) verdict (OPEN | CEASED)
//              valid_from evidence_date
//     split    time site valid_from reason children[{site name geometry}]
//     merge    time sites[] valid_from reason into{site name geometry}
//     dispute  time site party reason
//   interventions.jsonl     id site type state start, on sites that stay open
//   county.json             the figures that hold, and seed and scale
// Per county: 26 municipalities; 63 sites in 13 of them at the first year-end,
// 31 in the largest, 24 of these 31 (43 of the 63) with a primary school within
// 500 m of the edge on the ellipsoid; at the second, 2023-12-31, 53 in 8: ten
// worked away (two of them recorded only in January), two splits (+3), two
// merges (-2), one contested (-1). 700 school units, 45 interventions.
//
// Works on one county at a time, so memory does not grow with the scale beyond
// one month of the history. INVALID_ARGUMENT for a scale out of range; what the
// file system says otherwise.
absl::StatusOr<CountySummary> GenerateCounty(const CountyOptions& options);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_COUNTY_H_
