#include "bench/ratio.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace lagesbild::bench {
namespace {

void Print(const Ratio& ratio) {
  std::printf("%s: %.2f (ours %.0f %s, peer %.0f %s)\n", ratio.name.c_str(),
              ratio.ratio(), ratio.ours, ratio.unit.c_str(), ratio.peer,
              ratio.unit.c_str());
  std::fflush(stdout);
}

nlohmann::ordered_json JsonOf(const Ratio& ratio) {
  return {{"name", ratio.name},          {"ratio", ratio.ratio()},
          {"unit", ratio.unit},          {"ours", ratio.ours},
          {"peer", ratio.peer},          {"our_runs", ratio.our_runs},
          {"peer_runs", ratio.peer_runs}};
}

}  // namespace

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

Ratio Compare(std::string name, std::string unit, int runs,
              const std::function<double()>& ours,
              const std::function<double()>& peer) {
  Ratio result;
  result.name = std::move(name);
  result.unit = std::move(unit);
  for (int i = 0; i < std::max(runs, kMinRuns); ++i) {
    result.our_runs.push_back(ours());
    result.peer_runs.push_back(peer());
  }
  result.ours = Median(result.our_runs);
  result.peer = Median(result.peer_runs);
  Print(result);
  return result;
}

absl::Status WriteJson(const std::vector<Ratio>& ratios,
                       const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Ratio& ratio : ratios) all.push_back(JsonOf(ratio));
  std::ofstream file(path);
  file << all.dump(2) << "\n";
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(absl::StrCat("cannot write ", path));
}

}  // namespace lagesbild::bench
