#include "services/proximity/nearby.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/geo/distance.h"

namespace lagesbild::proximity {
namespace {

const char* NameOf(SiteState state) {
  switch (state) {
    case SiteState::kUnspecified:
      return "UNSPECIFIED";
    case SiteState::kProposed:
      return "PROPOSED";
    case SiteState::kOpen:
      return "OPEN";
    case SiteState::kContested:
      return "CONTESTED";
    case SiteState::kCeased:
      return "CEASED";
    case SiteState::kPending:
      return "PENDING";
    case SiteState::kWithdrawn:
      return "WITHDRAWN";
    case SiteState::kSuperseded:
      return "SUPERSEDED";
  }
  return "?";
}

}  // namespace

std::string InWords(Measure measure) {
  return measure == Measure::kCenter ? "centre" : "edge";
}

std::string InWords(const SiteChoice& choice) {
  const std::string states = absl::StrJoin(
      choice.states, " or ", [](std::string* out, SiteState state) {
        absl::StrAppend(out, NameOf(state));
      });
  return absl::StrCat(
      "sites whose ",
      choice.states.empty() ? "agreed state is OPEN" : "state is " + states,
      " on ", base::FormatDate(choice.on));
}

geo::Meters MeasuredFrom(Measure measure, const geo::Shape& site,
                         const geo::LatLng& place) {
  return measure == Measure::kCenter ? geo::CenterDistance(site, place)
                                     : geo::Distance(site, geo::Shape(place));
}

bool IsWanted(const Place& place, const PlaceKinds& kinds, base::Date on) {
  if (!place.valid.HoldsOn(on)) return false;
  return kinds.empty() ||
         std::any_of(place.kinds.begin(), place.kinds.end(),
                     [&](PlaceKind kind) { return kinds.contains(kind); });
}

bool SiteChoice::Takes(const Site& site) const {
  const DatedState held = site.StateOn(on);
  return states.empty() ? held.counted == SiteState::kOpen
                        : states.contains(held.state);
}

std::vector<NearPlace> PlacesNear(const Inventory& inventory,
                                  const geo::Shape& around, geo::Meters radius,
                                  const PlaceKinds& kinds, base::Date on) {
  std::vector<NearPlace> near;
  inventory.place_index().ForEachWithin(
      around, radius, [&](const std::string& id, const geo::Shape& shape) {
        auto place = inventory.FindPlace(id);
        if (!IsWanted(*place, kinds, on)) return;
        const geo::Meters distance = geo::Distance(around, shape);
        const geo::Meters center =
            around.is_point() ? distance
                              : geo::CenterDistance(around, place->where());
        near.push_back({std::move(place), distance, center});
      });
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    return std::tie(a.distance, a.place->id) <
           std::tie(b.distance, b.place->id);
  });
  return near;
}

std::vector<NearSite> SitesNear(const Inventory& inventory,
                                const geo::Shape& around, geo::Meters radius) {
  std::vector<NearSite> near;
  inventory.site_index().ForEachWithin(
      around, radius, [&](const std::string& id, const geo::Shape& shape) {
        near.push_back({inventory.FindSite(id), geo::Distance(shape, around),
                        geo::CenterDistance(shape, around.center())});
      });
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    return std::tie(a.distance, a.site->id) < std::tie(b.distance, b.site->id);
  });
  return near;
}

}  // namespace lagesbild::proximity
