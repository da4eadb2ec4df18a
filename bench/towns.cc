#include "bench/towns.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace lagesbild::bench {
namespace {

using Random = std::mt19937_64;

constexpr int kPointsInTown = 250;  // on average
// Town sizes have a tail of this power, cut off at some 600 times the least.
constexpr double kTail = -0.7;
constexpr double kLeast = 1e-4;
// With this spread, times the root of a town's size, some twenty places lie
// within 500 m of a site.
constexpr double kSpread = 56;
constexpr double kMetersPerDegree = 111'200;
constexpr int kMinVertices = 20;
constexpr int kMaxVertices = 200;

double Uniform(Random* random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(*random);
}

geo::LatLng Move(const geo::LatLng& from, double north_m, double east_m) {
  const double parallel =
      std::cos(from.latitude * std::numbers::pi / 180) * kMetersPerDegree;
  return {.latitude = from.latitude + north_m / kMetersPerDegree,
          .longitude = from.longitude + east_m / parallel};
}

geo::Geometry PolygonAround(const geo::LatLng& center, Random* random) {
  const int vertices =
      std::uniform_int_distribution<int>(kMinVertices, kMaxVertices)(*random);
  const double size = 50 * std::pow(10, Uniform(random, 0, 1));
  geo::Polygon polygon;
  for (int i = 0; i < vertices; ++i) {
    const double angle =
        2 * std::numbers::pi * (i + Uniform(random, 0, 0.9)) / vertices;
    const double reach = size * Uniform(random, 0.6, 1);
    polygon.outer.push_back(
        Move(center, reach * std::cos(angle), reach * std::sin(angle)));
  }
  polygon.outer.push_back(polygon.outer.front());
  return geo::MultiPolygon{.polygons = {std::move(polygon)}};
}

}  // namespace

Towns::Towns(std::uint64_t seed, int points) : seed_(seed) {
  Random random(seed);
  double all = 0;
  for (int i = 0; i < std::max(1, points / kPointsInTown); ++i) {
    all += std::pow(Uniform(&random, 0, 1) + kLeast, kTail);
    towns_.push_back({.center = {.latitude = Uniform(&random, 55.5, 66),
                                 .longitude = Uniform(&random, 12, 23)},
                      .spread_m = 0,
                      .size = all});
  }
  double before = 0;
  for (Town& town : towns_) {
    town.size *= points / all;
    town.spread_m = kSpread * std::sqrt(town.size - before);
    before = town.size;
  }
}

std::vector<geo::LatLng> Towns::Points(int layer, int count) const {
  Random random(seed_ + static_cast<std::uint64_t>(layer) + 1);
  std::normal_distribution<double> normal;
  std::vector<geo::LatLng> points;
  for (int i = 0; i < count; ++i) {
    const double at = Uniform(&random, 0, towns_.back().size);
    const auto town =
        std::partition_point(towns_.begin(), towns_.end() - 1,
                             [at](const Town& one) { return one.size < at; });
    const double north = normal(random) * town->spread_m;
    const double east = normal(random) * town->spread_m;
    points.push_back(Move(town->center, north, east));
  }
  return points;
}

std::vector<geo::Geometry> Towns::Polygons(int layer, int count) const {
  Random random(~seed_ + static_cast<std::uint64_t>(layer));
  std::vector<geo::Geometry> polygons;
  for (const geo::LatLng& center : Points(layer, count)) {
    polygons.push_back(PolygonAround(center, &random));
  }
  return polygons;
}

}  // namespace lagesbild::bench
