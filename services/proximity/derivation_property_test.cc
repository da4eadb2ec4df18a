#include <iostream>
#include <random>

#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"
#include "services/proximity/apply_effects.h"
#include "services/proximity/derivation.h"

namespace lagesbild::proximity {
namespace {

namespace ref = geo::reference;

constexpr geo::LatLng kMiddle = {.latitude = 59.33, .longitude = 18.06};
constexpr int kSteps = 150;
constexpr int kIds = 25;

// Random sites, places, municipalities and days, one step after another.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  base::Date today() const { return today_; }

  Changes Step() {
    Changes changes;
    const int n = Pick(3) + 1;
    for (int i = 0; i < n; ++i) ChangeOne(&changes);
    return changes;
  }

 private:
  int Pick(int n) { return static_cast<int>(ref::Uniform(random_, 0, n)); }

  // Some share points; distances around the radius are common.
  geo::LatLng Somewhere() {
    if (Pick(4) == 0) return kMiddle;
    return ref::Offset(kMiddle, Pick(360), 10 * Pick(120));
  }

  void ChangeOne(Changes* changes) {
    switch (Pick(12)) {
      case 0:
        today_ += Pick(3);
        changes->new_day = true;
        return;
      case 1: {
        const std::string id = std::to_string(Pick(2));
        changes->municipalities[id] = RandomMunicipality(id);
        return;
      }
      case 2:
      case 3:
      case 4:
      case 5:
        return ChangeSite(changes);
      default:
        return ChangePlace(changes);
    }
  }

  std::optional<Municipality> RandomMunicipality(const std::string& code) {
    if (Pick(3) == 0) return std::nullopt;
    return Municipality{
        .code = code,
        .geometry = geo::MultiPolygon{
            {{.outer = ref::RandomStar(random_, kMiddle, 9, 300, 900),
              .holes = {}}}}};
  }

  void ChangeSite(Changes* changes) {
    Site site{.id = "s" + std::to_string(Pick(kIds)),
              .geometry = geo::Disc{Somewhere(), geo::Meters(Pick(80))},
              .municipality = std::to_string(Pick(2))};
    if (Pick(3) == 0) {
      site.geometry = geo::MultiPolygon{
          {{.outer = ref::RandomStar(random_, Somewhere(), 7, 20, 200),
            .holes = {}}}};
    }
    if (Pick(4) == 0) {
      site.states = {
          {today_ - 9, SiteState::kOpen, SiteState::kOpen},
          {today_ + Pick(4) - 2, SiteState::kWithdrawn, SiteState::kWithdrawn}};
    }
    if (Pick(5) == 0) {
      changes->sites[site.id] = std::nullopt;
    } else {
      changes->sites[site.id] = site;
    }
  }

  void ChangePlace(Changes* changes) {
    Place place;
    place.id = "p" + std::to_string(Pick(kIds));
    place.display_name = std::to_string(Pick(3));
    place.kinds = {Pick(4) == 0 ? PlaceKind::kPreschool
                                : PlaceKind::kPrimarySchool};
    place.position = Somewhere();
    place.municipality = std::to_string(Pick(3));
    place.given_quality = static_cast<PositionQuality>(1 + Pick(3));
    if (Pick(3) == 0) place.valid.from = today_ + Pick(5) - 2;
    if (Pick(3) == 0) {
      place.valid.to = place.valid.from.value_or(today_) + Pick(4);
    }
    changes->places[place.id] = place;
  }

  ref::Random random_;
  base::Date today_{2025, 5, 1};
};

// What was put in, without anything derived.
struct Input {
  std::map<std::string, Site> sites;
  std::map<std::string, Municipality> municipalities;
  std::map<std::string, Place> places;

  void Take(const Changes& changes) {
    const auto take = [](const auto& news, auto* all) {
      for (const auto& [id, value] : news) {
        if (value) {
          all->insert_or_assign(id, *value);
        } else {
          all->erase(id);
        }
      }
    };
    take(changes.sites, &sites);
    take(changes.municipalities, &municipalities);
    for (const auto& [id, place] : changes.places) {
      places.insert_or_assign(id, place);
    }
  }

  int UnitsAt(const Place& place, base::Date today) const {
    if (!place.valid.HoldsOn(today)) return 1;
    int units = 0;
    for (const auto& [id, other] : places) {
      units += other.valid.HoldsOn(today) &&
               PointOf(other.position) == PointOf(place.position);
    }
    return units;
  }

  std::map<std::string, Place> Judged(base::Date today) const {
    std::vector<Municipality> all;
    for (const auto& [id, m] : municipalities) all.push_back(m);
    const MunicipalityMap map(all, today);
    std::map<std::string, Place> judged = places;
    for (auto& [id, place] : judged) {
      JudgePosition(map, UnitsAt(place, today), &place);
    }
    return judged;
  }

  std::map<std::string, Exposure> BruteForce(base::Date today) const {
    std::map<std::string, Exposure> found;
    const Layer layer = DefaultLayer();
    for (const auto& [place_id, place] : Judged(today)) {
      for (const auto& [site_id, site] : sites) {
        if (!IsAbout(layer, place)) continue;
        auto exposure =
            Expose(layer, site, geo::Shape(site.geometry), place, today);
        if (exposure) found.emplace(ExposureId(*exposure), *exposure);
      }
    }
    return found;
  }
};

template <typename T, typename Pointers>
std::map<std::string, T> Values(const Pointers& pointers) {
  std::map<std::string, T> values;
  for (const auto& [id, pointer] : pointers) values.emplace(id, *pointer);
  return values;
}

// Steady distances have a history, and are for layer_watch_test.cc.
std::map<std::string, Exposure> Exact(std::map<std::string, Exposure> values) {
  for (auto& [id, exposure] : values) {
    exposure.steady_distance = exposure.distance;
    exposure.steady_center_distance = exposure.center_distance;
  }
  return values;
}

void RunHistory(std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  World world(seed);
  Input input;
  Inventory inventory;
  inventory.PutLayer(DefaultLayer());
  for (int step = 0; step < kSteps; ++step) {
    const Changes changes = world.Step();
    input.Take(changes);
    Apply(changes, Derive(inventory, changes, world.today()), &inventory);
    ASSERT_EQ(Exact(Values<Exposure>(inventory.exposures())),
              input.BruteForce(world.today()))
        << "exposures at step " << step;
    ASSERT_EQ(Values<Place>(inventory.places()), input.Judged(world.today()))
        << "places at step " << step;
  }
}

// The map would drift from the truth, one forgotten neighbour at a time.
TEST(DerivationPropertyTest, IncrementalIsTheSameAsFromNothing) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) RunHistory(seed);
  const std::uint64_t fresh = std::random_device()();
  std::cout << "fresh seed " << fresh << "\n";
  RunHistory(fresh);
}

}  // namespace
}  // namespace lagesbild::proximity
