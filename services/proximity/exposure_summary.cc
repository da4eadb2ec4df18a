#include "services/proximity/exposure_summary.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/geo/distance.h"

namespace lagesbild::proximity {
namespace {

// Of a sum of metres.
constexpr geo::Meters kRounding{1e-6};

// What one site has near it.
struct Finding {
  std::vector<std::shared_ptr<const Place>> places;  // those that count
  bool definite = false;
  bool possible = false;
};

class Summarizer {
 public:
  Summarizer(const Inventory& inventory, const SummaryQuestion& question)
      : inventory_(inventory),
        question_(question),
        kinds_(question.rule.kinds.begin(), question.rule.kinds.end()) {}

  ExposureSummary Run() {
    for (const auto& [id, site] : inventory_.sites()) {
      if (!question_.sites.Takes(*site)) continue;
      const Finding finding = Look(*site);
      Add(id, finding, &summary_.total);
      for (const std::string& area : AreasOf(*site)) {
        Add(id, finding, &summary_.groups[area]);
      }
    }
    return std::move(summary_);
  }

 private:
  // A place beyond the radius may lie within it as far as its margin tells.
  Finding Look(const Site& site) const {
    const geo::Shape& shape = *inventory_.site_index().Find(site.id);
    const geo::Shape around = question_.measure == Measure::kCenter
                                  ? geo::Shape(shape.center())
                                  : shape;
    Finding finding;
    inventory_.place_index().ForEachWithin(
        around, question_.rule.radius + inventory_.widest_margin(),
        [&](const std::string& id, const geo::Shape& where) {
          auto place = inventory_.FindPlace(id);
          if (!IsWanted(*place, kinds_, question_.sites.on)) return;
          // Beyond its own margin it is OUTSIDE, as the screen mostly tells.
          if (!geo::Within(around, where,
                           question_.rule.radius + place->margin + kRounding)) {
            return;
          }
          Judge(shape, std::move(place), &finding);
        });
    return finding;
  }

  void Judge(const geo::Shape& site, std::shared_ptr<const Place> place,
             Finding* finding) const {
    const geo::Meters radius = question_.rule.radius;
    const geo::Meters distance =
        MeasuredFrom(question_.measure, site, place->where());
    const Verdict verdict = VerdictFor(distance, place->margin, radius);
    finding->definite |= verdict == Verdict::kDefinite;
    finding->possible |= verdict == Verdict::kPossible;
    const bool counts = question_.verdicts.empty()
                            ? distance <= radius
                            : question_.verdicts.contains(verdict);
    if (counts) finding->places.push_back(std::move(place));
  }

  std::vector<std::string> AreasOf(const Site& site) const {
    const auto all = [](const std::vector<std::string>& codes) {
      return codes.empty() ? std::vector<std::string>{""} : codes;
    };
    switch (question_.group_by) {
      case Grouping::kNone:
        return {};
      case Grouping::kMunicipality:
        return {site.municipality};
      case Grouping::kDistrict:
        return all(site.districts);
      case Grouping::kPoliceArea:
        return all(site.police_areas);
    }
    return {};
  }

  static void Add(const std::string& site, const Finding& finding,
                  SummaryFigures* figures) {
    ++figures->sites;
    figures->definite += finding.definite ? 1 : 0;
    figures->possible += !finding.definite && finding.possible ? 1 : 0;
    figures->pairs += static_cast<int>(finding.places.size());
    if (!finding.places.empty()) figures->exposed.push_back(site);
    for (const auto& place : finding.places) {
      const bool fresh = figures->units.insert(place->id).second;
      if (fresh && !place->valid.from) ++figures->undated;
      figures->buildings.insert(BuildingOf(*place));
    }
  }

  const Inventory& inventory_;
  const SummaryQuestion& question_;
  const PlaceKinds kinds_;
  ExposureSummary summary_;
};

const char* NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUnspecified:
      return "UNSPECIFIED";
    case Verdict::kDefinite:
      return "DEFINITE";
    case Verdict::kPossible:
      return "POSSIBLE";
    case Verdict::kOutside:
      return "OUTSIDE";
  }
  return "?";
}

std::string Names(const std::set<Verdict>& verdicts) {
  return absl::StrJoin(verdicts, " or ", [](std::string* out, Verdict verdict) {
    absl::StrAppend(out, NameOf(verdict));
  });
}

}  // namespace

std::string BuildingOf(const Place& place) {
  if (!place.building_group.empty()) {
    return absl::StrCat("group ", place.building_group);
  }
  const PointKey point = PointOf(place.where());
  return absl::StrCat("point ", point.first, " ", point.second);
}

ExposureSummary Summarize(const Inventory& inventory,
                          const SummaryQuestion& question) {
  return Summarizer(inventory, question).Run();
}

std::string InWords(const SummaryQuestion& question) {
  const std::string near =
      question.verdicts.empty()
          ? absl::StrCat("within ", question.rule.radius.value(),
                         " m, whatever the position's margin")
          : absl::StrCat("that is ", Names(question.verdicts), " at ",
                         question.rule.radius.value(), " m");
  return absl::StrCat(InWords(question.sites),
                      " with at least one place of the layer's kinds ", near,
                      " of the site's ", InWords(question.measure),
                      ", geodesic on WGS84");
}

}  // namespace lagesbild::proximity
