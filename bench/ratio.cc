#include "bench/ratio.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace lagesbild::bench {

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
  return result;
}

absl::Status Report(const Ratio& ratio, const std::string& json_path) {
  std::printf("%s: %.2f (ours %.0f %s, peer %.0f %s)\n", ratio.name.c_str(),
              ratio.ratio(), ratio.ours, ratio.unit.c_str(), ratio.peer,
              ratio.unit.c_str());
  if (json_path.empty()) return absl::OkStatus();
  const nlohmann::ordered_json json = {
      {"name", ratio.name},          {"ratio", ratio.ratio()},
      {"unit", ratio.unit},          {"ours", ratio.ours},
      {"peer", ratio.peer},          {"our_runs", ratio.our_runs},
      {"peer_runs", ratio.peer_runs}};
  std::ofstream file(json_path);
  file << json.dump(2) << "\n";
  file.close();
  return file
             ? absl::OkStatus()
             : absl::UnavailableError(absl::StrCat("cannot write ", json_path));
}

}  // namespace lagesbild::bench
