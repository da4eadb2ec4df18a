#ifndef LAGESBILD_SERVICES_PROXIMITY_DERIVATION_FIXTURE_H_
#define LAGESBILD_SERVICES_PROXIMITY_DERIVATION_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/proximity/apply_effects.h"
#include "services/proximity/derivation.h"
#include "services/proximity/inventory.h"

namespace lagesbild::proximity {

inline constexpr geo::LatLng kSquare = {.latitude = 59.3, .longitude = 18.0};
inline constexpr base::Date kToday(2025, 5, 1);

// `north` metres north of the square, to some millimetres.
inline geo::LatLng North(double north) {
  return {.latitude = kSquare.latitude + north / 111'405.0,
          .longitude = kSquare.longitude};
}

inline Place School(const std::string& id, geo::LatLng position) {
  Place place;
  place.id = id;
  place.display_name = id;
  place.kinds = {PlaceKind::kPrimarySchool};
  place.source = "register";
  place.external_id = id;
  place.position = position;
  place.municipality = "0180";
  return place;
}

inline Site SiteAt(std::string id, geo::LatLng center, double radius = 0) {
  return {.id = std::move(id),
          .geometry = geo::Disc{center, geo::Meters(radius)},
          .municipality = "0180"};
}

// A box of a degree each way around `center`.
inline Municipality Box(std::string code, geo::LatLng center) {
  const double s = center.latitude - 0.5, n = center.latitude + 0.5;
  const double w = center.longitude - 0.5, e = center.longitude + 0.5;
  return {
      .code = std::move(code),
      .geometry = geo::MultiPolygon{
          {{.outer = {{s, w}, {s, e}, {n, e}, {n, w}, {s, w}}, .holes = {}}}}};
}

// An inventory with the default layer.
class DerivationTest : public ::testing::Test {
 protected:
  DerivationTest() { inventory_.PutLayer(DefaultLayer()); }

  Effects Take(const Changes& changes, base::Date today = kToday) {
    Effects effects = Derive(inventory_, changes, today);
    Apply(changes, effects, &inventory_);
    return effects;
  }
  Effects TakePlace(const Place& place) {
    return Take({.places = {{place.id, place}}});
  }
  Effects TakeSite(const Site& site) {
    return Take({.sites = {{site.id, site}}});
  }
  std::vector<std::string> Pairs() const {
    std::vector<std::string> ids;
    for (const auto& [id, e] : inventory_.exposures()) ids.push_back(id);
    return ids;
  }

  Inventory inventory_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_DERIVATION_FIXTURE_H_
