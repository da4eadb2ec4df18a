#include "services/proximity/what_if.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "lib/geo/spatial_index.h"

namespace lagesbild::proximity {
namespace {

// The nearest that each site and place has, for the counts at every radius.
class Tally {
 public:
  void Add(const std::string& site, const std::string& place,
           geo::Meters distance) {
    pairs_.push_back(distance);
    Nearer(&of_site_[site], distance);
    Nearer(&of_place_[place], distance);
  }

  WhatIfCount At(geo::Meters radius) const {
    return {Count(of_site_, radius),
            static_cast<int>(
                std::count_if(pairs_.begin(), pairs_.end(),
                              [&](geo::Meters m) { return m <= radius; })),
            Count(of_place_, radius)};
  }

 private:
  // Starts farther than anything on the globe.
  struct Nearest {
    geo::Meters distance{1e9};
  };
  using Nearests = absl::flat_hash_map<std::string, Nearest>;

  static void Nearer(Nearest* nearest, geo::Meters distance) {
    nearest->distance = std::min(nearest->distance, distance);
  }
  static int Count(const Nearests& all, geo::Meters radius) {
    return static_cast<int>(std::count_if(
        all.begin(), all.end(),
        [&](const auto& entry) { return entry.second.distance <= radius; }));
  }

  std::vector<geo::Meters> pairs_;
  Nearests of_site_;
  Nearests of_place_;
};

class Analyzer {
 public:
  Analyzer(const Inventory& inventory, const WhatIfQuestion& question)
      : inventory_(inventory),
        question_(question),
        reach_(
            *std::max_element(question.radii.begin(), question.radii.end())) {
    for (std::size_t i = 0; i < question.new_places.size(); ++i) {
      new_places_.Put(absl::StrCat(i),
                      geo::Shape(question.new_places[i].position));
    }
  }

  WhatIf Run() {
    for (const auto& [id, place] : inventory_.places()) {
      found_.places += Wants(*place) ? 1 : 0;
    }
    for (const auto& [id, site] : inventory_.sites()) {
      if (!question_.sites.Takes(*site)) continue;
      ++found_.sites;
      Look({id, false}, *inventory_.site_index().Find(id));
    }
    for (const HypotheticalSite& site : question_.new_sites) {
      Look({site.label, true}, site.shape);
    }
    for (const geo::Meters radius : question_.radii) {
      found_.steps.push_back({radius, now_.At(radius), then_.At(radius)});
    }
    CutPairs();
    std::sort(found_.pairs.begin(), found_.pairs.end(), IsNearer);
    return std::move(found_);
  }

 private:
  struct Named {
    std::string name;
    bool is_new;
    // A label may be anyone's id.
    std::string Key() const { return absl::StrCat(is_new, name); }
  };

  static bool IsNearer(const WhatIfPair& a, const WhatIfPair& b) {
    return std::tie(a.distance, a.site, a.place) <
           std::tie(b.distance, b.site, b.place);
  }

  // The nearest stay.
  void CutPairs() {
    std::vector<WhatIfPair>& pairs = found_.pairs;
    if (pairs.size() <= kMaxWhatIfPairs) return;
    std::nth_element(pairs.begin(), pairs.begin() + kMaxWhatIfPairs,
                     pairs.end(), IsNearer);
    pairs.resize(kMaxWhatIfPairs);
    found_.pairs_cut = true;
  }

  bool Wants(const Place& place) const {
    return IsWanted(place, question_.kinds, question_.sites.on);
  }

  void Look(const Named& site, const geo::Shape& shape) {
    const geo::Shape around = question_.measure == Measure::kCenter
                                  ? geo::Shape(shape.center())
                                  : shape;
    inventory_.place_index().ForEachWithin(
        around, reach_, [&](const std::string& id, const geo::Shape&) {
          const auto place = inventory_.FindPlace(id);
          if (Wants(*place)) Add(site, shape, {id, false}, place->where());
        });
    new_places_.ForEachWithin(
        around, reach_, [&](const std::string& slot, const geo::Shape&) {
          const HypotheticalPlace& place =
              question_.new_places[std::stoul(slot)];
          Add(site, shape, {place.label, true}, place.position);
        });
  }

  void Add(const Named& site, const geo::Shape& shape, const Named& place,
           const geo::LatLng& position) {
    const geo::Meters distance =
        MeasuredFrom(question_.measure, shape, position);
    then_.Add(site.Key(), place.Key(), distance);
    if (!site.is_new && !place.is_new) {
      now_.Add(site.Key(), place.Key(), distance);
      return;
    }
    found_.pairs.push_back(
        {site.name, site.is_new, place.name, place.is_new, distance});
    if (found_.pairs.size() >= 2 * kMaxWhatIfPairs) CutPairs();
  }

  const Inventory& inventory_;
  const WhatIfQuestion& question_;
  const geo::Meters reach_;
  geo::SpatialIndex new_places_;
  Tally now_;
  Tally then_;
  WhatIf found_;
};

}  // namespace

std::string InWords(const WhatIfQuestion& question) {
  return absl::StrCat(InWords(question.sites),
                      " with at least one place of the kinds asked for within "
                      "the radius of the site's ",
                      InWords(question.measure), ", geodesic on WGS84");
}

WhatIf Analyze(const Inventory& inventory, const WhatIfQuestion& question) {
  return Analyzer(inventory, question).Run();
}

}  // namespace lagesbild::proximity
