// If these fail, the county's figure, or the answer to "what if", is not what a
// look at every pair would give.
#include <iostream>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"
#include "services/proximity/derivation.h"
#include "services/proximity/exposure_summary.h"
#include "services/proximity/layer_build.h"
#include "services/proximity/layer_changes.h"
#include "services/proximity/what_if.h"

namespace lagesbild::proximity {
namespace {

namespace ref = geo::reference;

constexpr geo::LatLng kMiddle = {.latitude = 59.33, .longitude = 18.06};
const base::Date kToday(2025, 5, 1);
constexpr int kRecords = 40;

// A town of random sites and places, some on the others' points.
class Town {
 public:
  explicit Town(std::uint64_t seed) : random_(seed) {
    for (int i = 0; i < kRecords; ++i) {
      inventory_.PutSite(NewSite(i));
      inventory_.PutPlace(NewPlace(i));
    }
  }

  int Pick(int n) { return static_cast<int>(ref::Uniform(random_, 0, n)); }

  geo::LatLng Somewhere() {
    if (Pick(6) == 0) return kMiddle;
    return ref::Offset(kMiddle, Pick(360), 10 * Pick(150));
  }

  Site NewSite(int number) {
    Site site{.id = "s" + std::to_string(number),
              .geometry = geo::Disc{Somewhere(), geo::Meters(Pick(80))},
              .municipality = std::to_string(Pick(3)),
              .districts = {"d" + std::to_string(Pick(2)), "d2"},
              .states = {{kToday - 100, SiteState::kOpen, SiteState::kOpen}}};
    if (Pick(3) == 0) {
      site.geometry = geo::MultiPolygon{
          {{.outer = ref::RandomStar(random_, Somewhere(), 7, 20, 300),
            .holes = {}}}};
    }
    if (Pick(3) == 0) {
      site.states.push_back(
          {kToday - 1, SiteState::kPending, SiteState::kOpen});
    } else if (Pick(4) == 0) {
      site.states.push_back({kToday, SiteState::kCeased, SiteState::kCeased});
    } else if (Pick(4) == 0) {
      site.states.push_back(
          {kToday - Pick(3), SiteState::kWithdrawn, SiteState::kWithdrawn});
    }
    return site;
  }

  Place NewPlace(int number) {
    Place place;
    place.id = "p" + std::to_string(number);
    place.kinds = {Pick(3) == 0 ? PlaceKind::kPreschool
                                : PlaceKind::kPrimarySchool};
    place.position = Somewhere();
    place.margin = geo::Meters(Pick(3) == 0 ? 1000 : 30);
    if (Pick(4) == 0) place.valid.to = kToday - Pick(3);
    return place;
  }

  Inventory& inventory() { return inventory_; }

 private:
  ref::Random random_;
  Inventory inventory_;
};

template <typename F>
void ForEachPair(const Inventory& inventory, Measure measure, F f) {
  for (const auto& [site_id, site] : inventory.sites()) {
    const geo::Shape shape(site->geometry);
    for (const auto& [place_id, place] : inventory.places()) {
      f(*site, *place, MeasuredFrom(measure, shape, place->where()));
    }
  }
}

// Figures of one area, by looking at every pair.
struct Expected {
  std::set<std::string> exposed, definite, possible, units;
  int pairs = 0;
};

Expected BruteForce(const Inventory& inventory, const SummaryQuestion& asked) {
  Expected expected;
  const PlaceKinds kinds(asked.rule.kinds.begin(), asked.rule.kinds.end());
  ForEachPair(inventory, asked.measure,
              [&](const Site& site, const Place& place, geo::Meters distance) {
                if (!asked.sites.Takes(site)) return;
                if (!IsWanted(place, kinds, asked.sites.on)) return;
                const Verdict verdict =
                    VerdictFor(distance, place.margin, asked.rule.radius);
                if (verdict == Verdict::kDefinite)
                  expected.definite.insert(site.id);
                if (verdict == Verdict::kPossible)
                  expected.possible.insert(site.id);
                const bool counts = asked.verdicts.empty()
                                        ? distance <= asked.rule.radius
                                        : asked.verdicts.contains(verdict);
                if (!counts) return;
                ++expected.pairs;
                expected.exposed.insert(site.id);
                expected.units.insert(place.id);
              });
  for (const auto& id : expected.definite) expected.possible.erase(id);
  return expected;
}

void ExpectSame(const SummaryFigures& figures, const Expected& expected) {
  EXPECT_EQ(
      std::set<std::string>(figures.exposed.begin(), figures.exposed.end()),
      expected.exposed);
  EXPECT_EQ(figures.definite, static_cast<int>(expected.definite.size()));
  EXPECT_EQ(figures.possible, static_cast<int>(expected.possible.size()));
  EXPECT_EQ(figures.pairs, expected.pairs);
  EXPECT_EQ(figures.units, expected.units);
}

std::uint64_t FreshSeed() {
  const std::uint64_t seed = std::random_device()();
  std::cout << "fresh seed " << seed << "\n";
  return seed;
}

TEST(QuestionsPropertyTest, ASummaryIsWhatEveryPairGives) {
  for (const std::uint64_t seed : {std::uint64_t{1}, FreshSeed()}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Town town(seed);
    for (const Measure measure : {Measure::kEdge, Measure::kCenter}) {
      for (const auto& verdicts :
           {std::set<Verdict>{}, std::set<Verdict>{Verdict::kDefinite},
            std::set<Verdict>{Verdict::kDefinite, Verdict::kPossible}}) {
        const SummaryQuestion asked{
            .rule = {{PlaceKind::kPrimarySchool}, geo::Meters(500)},
            .group_by = Grouping::kNone,
            .sites = {{}, kToday},
            .verdicts = verdicts,
            .measure = measure};
        ExpectSame(Summarize(town.inventory(), asked).total,
                   BruteForce(town.inventory(), asked));
      }
    }
  }
}

// A municipality would be shown its neighbour's figure.
TEST(QuestionsPropertyTest, GroupsAddUpAndEachSiteIsInItsOwn) {
  Town town(2);
  SummaryQuestion asked{.rule = {{PlaceKind::kPrimarySchool}, geo::Meters(500)},
                        .group_by = Grouping::kMunicipality,
                        .sites = {{SiteState::kPending}, kToday}};
  const ExposureSummary by_town = Summarize(town.inventory(), asked);
  int sites = 0, pairs = 0;
  for (const auto& [code, figures] : by_town.groups) {
    sites += figures.sites;
    pairs += figures.pairs;
    for (const std::string& id : figures.exposed) {
      EXPECT_EQ(town.inventory().sites().at(id)->municipality, code);
    }
  }
  EXPECT_EQ(sites, by_town.total.sites);
  EXPECT_EQ(pairs, by_town.total.pairs);
  EXPECT_GT(sites, 0);
  asked.group_by = Grouping::kDistrict;
  const ExposureSummary by_district = Summarize(town.inventory(), asked);
  EXPECT_EQ(by_district.groups.at("d2").sites, by_district.total.sites);
}

// "At 300 m it would be half" would be made up.
TEST(QuestionsPropertyTest, WhatIfIsWhatEveryPairGives) {
  for (const std::uint64_t seed : {std::uint64_t{3}, FreshSeed()}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Town town(seed);
    WhatIfQuestion asked{
        .kinds = {PlaceKind::kPrimarySchool},
        .radii = {geo::Meters(100), geo::Meters(500), geo::Meters(900)},
        .sites = {{}, kToday}};
    const geo::LatLng school = town.Somewhere();
    asked.new_places.push_back({"new school", school});
    const WhatIf found = Analyze(town.inventory(), asked);
    Inventory then = town.inventory();
    Place built;
    built.id = "new school";
    built.kinds = {PlaceKind::kPrimarySchool};
    built.position = school;
    then.PutPlace(built);
    for (const WhatIfStep& step : found.steps) {
      const SummaryQuestion same{
          .rule = {{PlaceKind::kPrimarySchool}, step.radius},
          .sites = {{}, kToday}};
      const Expected before = BruteForce(town.inventory(), same);
      const Expected after = BruteForce(then, same);
      EXPECT_EQ(step.now.sites, static_cast<int>(before.exposed.size()));
      EXPECT_EQ(step.now.pairs, before.pairs);
      EXPECT_EQ(step.now.places, static_cast<int>(before.units.size()));
      EXPECT_EQ(step.then.sites, static_cast<int>(after.exposed.size()));
      EXPECT_EQ(step.then.pairs, after.pairs);
      EXPECT_EQ(step.then.places, static_cast<int>(after.units.size()));
    }
    EXPECT_EQ(static_cast<int>(found.pairs.size()),
              found.steps.back().then.pairs - found.steps.back().now.pairs);
  }
}

LayerBuild::Exposures FromNothing(const Inventory& inventory,
                                  const Layer& layer) {
  LayerBuild::Exposures all;
  ForEachPair(inventory, Measure::kEdge,
              [&](const Site& site, const Place& place, geo::Meters) {
                if (!IsAbout(layer, place)) return;
                auto exposure = Expose(layer, site, geo::Shape(site.geometry),
                                       place, kToday);
                if (exposure) all.emplace(ExposureId(*exposure), *exposure);
              });
  return all;
}

// A new layer would lack the schools that opened while it was being made.
TEST(QuestionsPropertyTest, ABuildHasWhatChangedMeanwhile) {
  for (const std::uint64_t seed : {std::uint64_t{4}, FreshSeed()}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Town town(seed);
    const Layer layer{.id = "preschools-300",
                      .display_name = "",
                      .kinds = {PlaceKind::kPreschool},
                      .radius = geo::Meters(300)};
    LayerBuild build(town.inventory(), layer.id, {layer.kinds, layer.radius});
    ASSERT_TRUE(build.Run(kMaxLayerExposures, [](double) { return true; }));
    EXPECT_EQ(build.Settle(town.inventory(), kToday),
              FromNothing(town.inventory(), layer));
    for (int i = 0; i < 30; ++i) {
      const int number = town.Pick(kRecords + 5);
      switch (town.Pick(4)) {
        case 0:
          town.inventory().RemoveSite("s" + std::to_string(number));
          break;
        case 1:
          town.inventory().RemovePlace("p" + std::to_string(number));
          break;
        case 2:
          town.inventory().PutSite(town.NewSite(number));
          break;
        default:
          town.inventory().PutPlace(town.NewPlace(number));
      }
    }
    EXPECT_EQ(build.Settle(town.inventory(), kToday),
              FromNothing(town.inventory(), layer));
  }
}

TEST(QuestionsPropertyTest, ABuildThatIsStoppedSaysSo) {
  Town town(5);
  LayerBuild build(town.inventory(), "l",
                   {{PlaceKind::kPreschool}, geo::Meters(300)});
  EXPECT_FALSE(build.Run(kMaxLayerExposures, [](double) { return false; }));
}

// Two schools in one house would be two houses.
TEST(QuestionsTest, UnitsOnOnePositionAreInOneBuilding) {
  Inventory inventory;
  for (const char* id : {"a", "b", "c"}) {
    Place place;
    place.id = id;
    place.kinds = {PlaceKind::kPrimarySchool};
    place.position = kMiddle;
    if (*id == 'c') place.position.latitude += 0.001;
    inventory.PutPlace(place);
  }
  Site site{.id = "s", .geometry = geo::Disc{kMiddle, geo::Meters(0)}};
  site.states = {{kToday, SiteState::kOpen, SiteState::kOpen}};
  inventory.PutSite(site);
  const ExposureSummary found = Summarize(
      inventory, {.rule = {{PlaceKind::kPrimarySchool}, geo::Meters(500)},
                  .sites = {{}, kToday}});
  EXPECT_EQ(found.total.units.size(), 3u);
  EXPECT_EQ(found.total.buildings.size(), 2u);
}

// Today's schools do not answer for 2023, nor today's state.
TEST(QuestionsTest, SitesAndPlacesAreThoseOfTheDate) {
  Inventory inventory;
  Place place;
  place.id = "p";
  place.kinds = {PlaceKind::kPrimarySchool};
  place.position = kMiddle;
  place.valid.from = kToday;
  inventory.PutPlace(place);
  Site site{.id = "s", .geometry = geo::Disc{kMiddle, geo::Meters(0)}};
  site.states = {{kToday - 10, SiteState::kOpen, SiteState::kOpen},
                 {kToday + 10, SiteState::kCeased, SiteState::kCeased}};
  inventory.PutSite(site);
  const auto on = [&](base::Date date) {
    const auto found = Summarize(
        inventory, {.rule = {{PlaceKind::kPrimarySchool}, geo::Meters(500)},
                    .sites = {{}, date}});
    return std::pair(found.total.sites, found.total.exposed.size());
  };
  EXPECT_EQ(on(kToday - 11), std::pair(0, std::size_t{0}));
  EXPECT_EQ(on(kToday - 1), std::pair(1, std::size_t{0}));
  EXPECT_EQ(on(kToday), std::pair(1, std::size_t{1}));
  EXPECT_EQ(on(kToday + 10), std::pair(0, std::size_t{0}));
}

}  // namespace
}  // namespace lagesbild::proximity
