#include "lib/geo/plane_screen.h"

#include <cmath>

#include "gtest/gtest.h"
#include "lib/geo/ecef.h"
#include "lib/geo/geo_reference.h"

namespace lagesbild::geo {
namespace {

using reference::Offset;
using reference::Random;
using reference::Uniform;

constexpr uint64_t kSeed = 1127;

double ScreenDistance(const PlaneScreen& screen, const LatLng& from,
                      const LatLng& to) {
  const FixedPosition fixed = ToFixed(to);
  const int32_t latitudes[kScreenLanes] = {fixed.latitude};
  const int32_t longitudes[kScreenLanes] = {fixed.longitude};
  float squares[kScreenLanes];
  screen.SquaredDistances(ToFixed(from), latitudes, longitudes, kScreenLanes,
                          squares);
  return std::sqrt(squares[0]);
}

LatLng RandomPosition(Random& random) {
  return {.latitude = Uniform(random, -89, 89),
          .longitude = Uniform(random, -180, 180)};
}

// Within a row as high as the distance, as in a join, the position anywhere.
PlaneScreen RandomScreen(Random& random, const LatLng& from, double distance) {
  const double height = distance / kMinCurvatureRadius;
  const double below = Uniform(random, 0, height);
  const double latitude = from.latitude * kRadiansPerDegree;
  return PlaneScreen(latitude - below, latitude - below + height);
}

// A pair near the radius would be decided by a formula that is not good enough.
TEST(PlaneScreenTest, NoDistanceIsWrongByMoreThanTheBound) {
  Random random(kSeed);
  int usable = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double distance = std::exp(Uniform(random, -2, std::log(1e6)));
    const LatLng from = RandomPosition(random);
    const PlaneScreen screen = RandomScreen(random, from, distance);
    const double bound = screen.ErrorBound(distance);
    if (std::isinf(bound)) continue;
    ++usable;
    const LatLng to = Offset(from, Uniform(random, 0, 360), distance);
    ASSERT_NEAR(ScreenDistance(screen, from, to), distance, bound)
        << "from " << from.latitude << " " << from.longitude;
  }
  EXPECT_GT(usable, 100'000);
}

// A bound that says nothing would leave every pair to the geodesic.
TEST(PlaneScreenTest, TheBoundIsCentimetresWhereSchoolsAre) {
  for (const double latitude : {0.0, 55.3, 59.3, 69.1, 78.2}) {
    const double south = latitude * kRadiansPerDegree;
    const PlaneScreen screen(south, south + 500 / kMinCurvatureRadius);
    EXPECT_LT(screen.ErrorBound(500), 0.021);
    EXPECT_LT(screen.ErrorBound(5'000), 0.2);
  }
}

// At a pole, or across half the earth, a plane would lie without saying so.
TEST(PlaneScreenTest, TheBoundIsInfiniteWhereAPlaneIsOfNoUse) {
  const double height = 500 / kMinCurvatureRadius;
  EXPECT_TRUE(std::isinf(PlaneScreen(1.5707, 1.5708).ErrorBound(500)));
  EXPECT_TRUE(std::isinf(PlaneScreen(0, height).ErrorBound(4e6)));
  EXPECT_TRUE(std::isinf(PlaneScreen(0, height).ErrorBound(0)));
}

// A place across the antimeridian would seem to lie around the earth.
TEST(PlaneScreenTest, LongitudesWrapAround) {
  const PlaneScreen screen(1, 1.0001);
  const LatLng west{.latitude = 57.297, .longitude = 179.999};
  const LatLng east{.latitude = 57.297, .longitude = -179.999};
  EXPECT_NEAR(ScreenDistance(screen, west, east),
              reference::Distance(west, east), 0.02);
}

}  // namespace
}  // namespace lagesbild::geo
