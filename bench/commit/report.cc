#include "bench/commit/report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "nlohmann/json.hpp"

namespace lagesbild::bench {
namespace {

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

void Report::Compare(const std::string& name, double goal, const Measure& ours,
                     const Measure& peer) {
  std::vector<double> our_rates;
  std::vector<double> peer_rates;
  Row row{name, goal, 0, 0, {}};
  for (int run = 0; run < runs_; ++run) {
    our_rates.push_back(ours());
    peer_rates.push_back(peer());
    row.ratios.push_back(our_rates.back() / peer_rates.back());
  }
  row.ours = Median(our_rates);
  row.peer = Median(peer_rates);
  std::printf("%s: %.2f (%.0f/s, %.0f/s)", name.c_str(), row.ours / row.peer,
              row.ours, row.peer);
  if (goal > 0) std::printf(" goal %.1f", goal);
  std::printf("\n");
  std::fflush(stdout);
  rows_.push_back(row);
}

bool Report::WriteJson(const std::string& path) const {
  nlohmann::json out = nlohmann::json::array();
  for (const Row& row : rows_) {
    out.push_back({{"name", row.name},
                   {"ratio", row.ours / row.peer},
                   {"goal", row.goal},
                   {"ours_per_s", row.ours},
                   {"peer_per_s", row.peer},
                   {"ratios", row.ratios},
                   {"runs", runs_}});
  }
  std::ofstream file(path);
  file << out.dump(2) << "\n";
  return file.good();
}

}  // namespace lagesbild::bench
