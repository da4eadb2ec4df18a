#ifndef LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_SUMMARY_H_
#define LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_SUMMARY_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/proximity/inventory.h"
#include "services/proximity/nearby.h"
#include "services/proximity/proximity.h"

// The county's figure: how many of the sites have a school near, by area.
namespace lagesbild::proximity {

enum class Grouping { kNone, kMunicipality, kDistrict, kPoliceArea };

struct SummaryQuestion {
  LayerRule rule;
  Grouping group_by = Grouping::kNone;
  SiteChoice sites;  // and the date for which places are taken
  // A place counts when its verdict is one of these; none: when it lies within
  // the radius, whatever the margin.
  std::set<Verdict> verdicts = {};
  Measure measure = Measure::kEdge;
};

// Of the sites of one area, or of all.
struct SummaryFigures {
  int sites = 0;
  int definite = 0;  // with a place that is DEFINITE
  int possible = 0;  // with none such and one that is POSSIBLE
  int pairs = 0;     // of a site and a place that counts
  std::vector<std::string> exposed = {};  // sites with a place that counts
  std::set<std::string> units = {};       // places that count
  std::set<std::string> buildings = {};   // what they are in: see BuildingOf
  int undated = 0;  // units that count, of which nobody knows since when
};

struct ExposureSummary {
  SummaryFigures total;
  // By code; "" for sites in no area of the kind. A site that lies in several
  // counts in each.
  std::map<std::string, SummaryFigures> groups;
};

// As its source names it; where it names none, units on one position are in
// one.
std::string BuildingOf(const Place& place);

// Some ten microseconds a site.
ExposureSummary Summarize(const Inventory& inventory,
                          const SummaryQuestion& question);

// The question in words, for whoever sees the figure alone.
std::string InWords(const SummaryQuestion& question);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_SUMMARY_H_
