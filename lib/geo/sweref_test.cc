#include "lib/geo/sweref.h"

#include <cmath>
#include <iostream>

#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"

namespace lagesbild::geo {
namespace {

using reference::Offset;
using reference::Random;
using reference::Uniform;

constexpr uint64_t kSeed = 3006;
constexpr double kMillimetre = 1e-3;

LatLng SomewhereInSweden(Random& random) {
  return {.latitude = Uniform(random, 55, 69.1),
          .longitude = Uniform(random, 10.5, 24.2)};
}

// Coordinates from the school register's Swedish grid would land elsewhere.
TEST(SwerefTest, PublishedPointHoldsBothWaysToAMillimetre) {
  const LatLng position{.latitude = 59.16286545184274,
                        .longitude = 18.134313905557242};
  const Sweref99Tm grid = ToSweref(position);
  EXPECT_NEAR(grid.northing, 6562397.097, kMillimetre);
  EXPECT_NEAR(grid.easting, 679180.062, kMillimetre);
  const LatLng back =
      FromSweref({.northing = 6562397.097, .easting = 679180.062});
  EXPECT_LT(Distance(back, position).value(), kMillimetre);
}

// A position that is shown in the grid and typed in again would have moved.
TEST(SwerefTest, ThereAndBackIsTheSamePlaceAllOverSweden) {
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const LatLng position = SomewhereInSweden(random);
    const LatLng back = FromSweref(ToSweref(position));
    ASSERT_LT(Distance(back, position).value(), 1e-6)
        << position.latitude << " " << position.longitude;
  }
}

// North of the published point the grid could be off by metres, unseen.
TEST(SwerefTest, TheCentralMeridianIsItsArcTimesTheScale) {
  for (const double latitude : {0.0, 55.3, 59.3, 63.8, 69.1}) {
    const LatLng position{.latitude = latitude, .longitude = 15};
    const double arc =
        Distance(LatLng{.latitude = 0, .longitude = 15}, position).value();
    const Sweref99Tm grid = ToSweref(position);
    EXPECT_NEAR(grid.northing, 0.9996 * arc, kMillimetre) << latitude;
    EXPECT_NEAR(grid.easting, 500'000, kMillimetre);
  }
}

// Someone who measures 500 m on a map of the county would see other schools.
TEST(SwerefTest, FiveHundredMetresAgreeWithTheGridInTheCounty) {
  Random random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const LatLng site{.latitude = Uniform(random, 58.7, 60.3),
                      .longitude = Uniform(random, 17.2, 19.3)};
    const LatLng school = Offset(site, Uniform(random, 0, 360), 500);
    const Sweref99Tm a = ToSweref(site);
    const Sweref99Tm b = ToSweref(school);
    ASSERT_NEAR(std::hypot(b.northing - a.northing, b.easting - a.easting), 500,
                0.2);
  }
}

}  // namespace
}  // namespace lagesbild::geo
