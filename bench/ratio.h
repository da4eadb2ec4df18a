#ifndef LAGESBILD_BENCH_RATIO_H_
#define LAGESBILD_BENCH_RATIO_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

// Every speed is a ratio against a peer measured in the same run.
namespace lagesbild::bench {

inline constexpr int kMinRuns = 5;

// The medians of runs that took turns.
struct Ratio {
  std::string name;
  std::string unit;  // "calls/s"
  double ours = 0;
  double peer = 0;
  std::vector<double> our_runs;
  std::vector<double> peer_runs;

  double ratio() const { return ours / peer; }
};

double Median(std::vector<double> values);

// Runs `ours` and `peer` in turn, at least kMinRuns times each; both return how
// much they did, in `unit`. Prints one line when it is done:
// "name: 0.92 (ours 40123 calls/s, peer 43612 calls/s)".
Ratio Compare(std::string name, std::string unit, int runs,
              const std::function<double()>& ours,
              const std::function<double()>& peer);

// Writes an array of them, with all runs. An empty path: nowhere.
absl::Status WriteJson(const std::vector<Ratio>& ratios,
                       const std::string& path);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_RATIO_H_
