#include "cli/county/county_loader.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "cli/county/county.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::county {
namespace {

using geo::Feature;
using geo::Meters;
using geo::Shape;
using nlohmann::json;
using testing::IsOk;
using testing::TempDir;

std::vector<json> ReadLines(const std::string& path) {
  std::istringstream in(ReadFile(path));
  std::vector<json> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(json::parse(line));
  }
  return lines;
}

std::vector<Feature> Features(const TempDir& dir, const char* name) {
  auto features = geo::ParseFeatureCollection(ReadFile(dir.File(name)));
  EXPECT_THAT(features, IsOk()) << name;
  return features.ok() ? *std::move(features) : std::vector<Feature>();
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Loaded Generate(uint64_t seed, int scale, const TempDir& dir) {
  EXPECT_THAT(GenerateCounty({seed, scale, dir.path(), nullptr}), IsOk());
  return {Features(dir, kCountyFiles[0]), Features(dir, kCountyFiles[1]),
          Features(dir, kCountyFiles[2]), ReadLines(dir.File(kCountyFiles[3])),
          ReadLines(dir.File(kCountyFiles[4]))};
}

bool IsPrimary(const Feature& place) {
  const json& kinds = place.properties["kinds"];
  return std::find(kinds.begin(), kinds.end(), "gr") != kinds.end();
}

// Great-circle distance, as a careless program would have it.
double OnASphere(const geo::LatLng& a, const geo::LatLng& b) {
  const double r = std::acos(-1) / 180;
  const double u = std::sin((b.latitude - a.latitude) * r / 2);
  const double v = std::sin((b.longitude - a.longitude) * r / 2);
  return 2 * 6371000 *
         std::asin(std::sqrt(u * u + std::cos(a.latitude * r) *
                                         std::cos(b.latitude * r) * v * v));
}

// The sites with a primary school near, by trying every pair.
std::set<std::string> NearSchool(const Loaded& county, double radius) {
  std::set<std::string> near;
  std::vector<Shape> schools;
  for (const Feature& place : county.places) {
    if (IsPrimary(place)) schools.emplace_back(place.geometry);
  }
  for (const Feature& site : county.sites) {
    const Shape shape(site.geometry);
    for (const Shape& school : schools) {
      // A far pair cannot count; a degree is over 50 km here.
      if (std::abs(shape.center().latitude - school.center().latitude) > 1) {
        continue;
      }
      if (OnASphere(shape.center(), school.center()) < 2000 &&
          geo::Distance(shape, school) <= Meters(radius)) {
        near.insert(site.properties["id"]);
      }
    }
  }
  return near;
}

}  // namespace lagesbild::county
