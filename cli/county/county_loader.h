#ifndef LAGESBILD_CLI_COUNTY_COUNTY_LOADER_H_
#define LAGESBILD_CLI_COUNTY_COUNTY_LOADER_H_

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "lib/geo/geojson.h"
#include "tests/testing/temp_dir.h"

// For tests only: a generated county read back from its files.
namespace lagesbild::county {

inline const char* const kCountyFiles[] = {
    "municipalities.geojson", "places.geojson",      "sites.geojson",
    "history.jsonl",          "interventions.jsonl", "county.json"};

struct Loaded {
  std::vector<geo::Feature> municipalities;
  std::vector<geo::Feature> places;
  std::vector<geo::Feature> sites;
  std::vector<nlohmann::json> history;
  std::vector<nlohmann::json> interventions;
};

// The whole file; a test failure when it cannot be read.
std::string ReadFile(const std::string& path);

// Generates into `dir` and reads it back.
Loaded Generate(uint64_t seed, int scale, const testing::TempDir& dir);

bool IsPrimary(const geo::Feature& place);

// Great-circle distance in metres, as a careless program would have it.
double OnASphere(const geo::LatLng& a, const geo::LatLng& b);

// The sites with a primary school within `radius` metres, by trying every pair.
std::set<std::string> NearSchool(const Loaded& county, double radius);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_COUNTY_LOADER_H_
