#include "services/proximity/positions.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "lib/geo/geojson.h"

namespace lagesbild::proximity {
namespace {

// The mainland, Gotland and Öland, with some of the sea.
constexpr geo::BoundingBox kSweden = {
    .south = 55.0, .west = 10.5, .north = 69.5, .east = 24.5};

constexpr double kPointsPerDegree = 1e6;

void FlagSwapped(const MunicipalityMap& map, Place* place) {
  if (!map.LooksSwapped(place->where())) return;
  place->flags.push_back("latitude and longitude look exchanged");
}

void FlagMunicipality(const MunicipalityMap& map, Place* place) {
  if (map.empty()) return;
  const std::string lies_in = map.Find(place->where());
  if (lies_in.empty()) {
    place->outside_region = true;
    place->flags.push_back(
        "the position lies in no municipality of the region");
  } else if (!place->municipality.empty() &&
             !map.LiesIn(place->where(), place->municipality)) {
    place->flags.push_back(absl::StrCat("the position lies in municipality ",
                                        lies_in, ", the source says ",
                                        place->municipality));
  }
}

PositionQuality Judged(const Place& place, bool shared) {
  if (place.correction) return PositionQuality::kSurveyed;
  if (place.given_quality == PositionQuality::kSurveyed) {
    return place.given_quality;
  }
  if (!place.flags.empty()) return PositionQuality::kSuspect;
  if (shared && place.given_quality != PositionQuality::kSuspect) {
    return PositionQuality::kShared;
  }
  return place.given_quality;
}

}  // namespace

void MunicipalityMap::Add(const Municipality& municipality, base::Date date) {
  if (!municipality.valid.HoldsOn(date)) return;
  const geo::BoundingBox box = geo::BoundingBoxOf(municipality.geometry);
  box_ = empty() ? box : box_.Union(box);
  areas_.Put(municipality.code, municipality.geometry);
}

std::string MunicipalityMap::Find(const geo::LatLng& position) const {
  const auto found = areas_.Find(geo::Shape(position));
  return found.empty() ? "" : found.front().code;
}

bool MunicipalityMap::LiesIn(const geo::LatLng& position,
                             absl::string_view code) const {
  const auto found = areas_.Find(geo::Shape(position));
  return std::any_of(found.begin(), found.end(),
                     [&](const auto& share) { return share.code == code; });
}

bool MunicipalityMap::LooksSwapped(const geo::LatLng& position) const {
  return geo::LooksSwapped(position, empty() ? kSweden : box_);
}

bool LooksSwapped(const geo::LatLng& position) {
  return geo::LooksSwapped(position, kSweden);
}

PointKey PointOf(const geo::LatLng& position) {
  return {std::llround(position.latitude * kPointsPerDegree),
          std::llround(position.longitude * kPointsPerDegree)};
}

void JudgePosition(const MunicipalityMap& map, int units, Place* place) {
  place->flags.clear();
  place->outside_region = false;
  FlagMunicipality(map, place);
  FlagSwapped(map, place);
  place->quality = Judged(*place, units > 1);
  if (units > 1) {
    place->flags.push_back(absl::StrCat(units, " units share the position"));
  }
  const geo::Meters margin = DefaultMargin(place->quality);
  place->margin = place->given_margin.value_or(margin);
  if (place->correction) place->margin = place->correction->margin;
  if (place->quality == PositionQuality::kSuspect) {
    // The source's word on its precision says nothing about a wrong position.
    place->margin = std::max(place->margin, margin);
  }
}

}  // namespace lagesbild::proximity
