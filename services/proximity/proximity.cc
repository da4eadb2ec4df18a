#include "services/proximity/proximity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/geo/distance.h"

namespace lagesbild::proximity {
namespace {

// What both the place and the site stand on; nothing where that is no day.
std::optional<Validity> Overlap(Validity place,
                                const std::optional<base::Date>& gone) {
  if (!gone) return place;
  if (place.from && *place.from >= *gone) return std::nullopt;
  if (!place.HasEndedBy(*gone)) place.to = gone;
  return place;
}

}  // namespace

bool IsLive(SiteState counted) {
  return counted != SiteState::kWithdrawn && counted != SiteState::kSuperseded;
}

DatedState Site::StateOn(base::Date date) const {
  DatedState held;
  for (const DatedState& dated : states) {
    if (dated.from <= date) held = dated;
  }
  return held;
}

std::optional<base::Date> Site::Gone() const {
  if (states.empty() || IsLive(states.back().counted)) return std::nullopt;
  auto first = states.rbegin();
  while (first + 1 != states.rend() && !IsLive((first + 1)->counted)) ++first;
  return first->from;
}

Layer DefaultLayer() {
  return {.id = kDefaultLayer,
          .display_name = "Grundskolor inom 500 m",
          .kinds = {PlaceKind::kPrimarySchool},
          .radius = geo::Meters(500)};
}

std::string ExposureId(absl::string_view layer, absl::string_view site,
                       absl::string_view place) {
  return absl::StrCat(layer, "~", site, "~", place);
}

geo::Meters DefaultMargin(PositionQuality quality) {
  switch (quality) {
    case PositionQuality::kSurveyed:
      return geo::Meters(5);
    case PositionQuality::kGeocoded:
      return geo::Meters(30);
    case PositionQuality::kSuspect:
      return geo::Meters(1000);
    case PositionQuality::kUnspecified:
    case PositionQuality::kRegister:
    case PositionQuality::kShared:
      return geo::Meters(235);
  }
  return geo::Meters(1000);
}

MarginSource Place::margin_source() const {
  if (correction && margin == correction->margin) {
    return MarginSource::kCorrection;
  }
  if (!correction && given_margin && margin == *given_margin) {
    return MarginSource::kRegister;
  }
  return MarginSource::kQuality;
}

Verdict VerdictFor(geo::Meters distance, geo::Meters margin,
                   geo::Meters radius) {
  if (distance + margin <= radius) return Verdict::kDefinite;
  if (distance - margin > radius) return Verdict::kOutside;
  return Verdict::kPossible;
}

bool IsAbout(const Layer& layer, const Place& place) {
  return std::any_of(
      place.kinds.begin(), place.kinds.end(), [&](PlaceKind kind) {
        return std::count(layer.kinds.begin(), layer.kinds.end(), kind) > 0;
      });
}

std::optional<Exposure> Expose(const Layer& layer, const Site& site,
                               const geo::Shape& shape, const Place& place,
                               base::Date today) {
  const geo::Meters distance = geo::Distance(shape, geo::Shape(place.where()));
  if (distance > layer.radius) return std::nullopt;
  const std::optional<Validity> valid = Overlap(place.valid, site.Gone());
  if (!valid) return std::nullopt;
  // A geodesic takes a microsecond, and of a point both are the same one.
  const geo::Meters center =
      shape.is_point() ? distance : geo::CenterDistance(shape, place.where());
  return Exposure{.layer = layer.id,
                  .site = site.id,
                  .place = place.id,
                  .distance = distance,
                  .center_distance = center,
                  .margin = place.margin,
                  .margin_source = place.margin_source(),
                  .quality = place.quality,
                  .verdict = VerdictFor(distance, place.margin, layer.radius),
                  .radius = layer.radius,
                  .place_display_name = place.display_name,
                  .municipality = site.municipality,
                  .valid = *valid,
                  .current = valid->HoldsOn(today),
                  .steady_distance = distance,
                  .steady_center_distance = center};
}

void KeepSteady(const Exposure& before, Exposure* now) {
  const auto near = [](geo::Meters a, geo::Meters b) {
    return a - b < kSteadyStep && b - a < kSteadyStep;
  };
  now->steady_distance = now->distance;
  now->steady_center_distance = now->center_distance;
  Exposure same = before;
  same.distance = now->distance;
  same.center_distance = now->center_distance;
  same.steady_distance = now->steady_distance;
  same.steady_center_distance = now->steady_center_distance;
  if (same != *now || !near(now->distance, before.steady_distance) ||
      !near(now->center_distance, before.steady_center_distance)) {
    return;
  }
  now->steady_distance = before.steady_distance;
  now->steady_center_distance = before.steady_center_distance;
}

}  // namespace lagesbild::proximity
