// What one change costs at the level of the index: a site moves among a million
// places, or a place is corrected among a million sites, up to the pairs within
// 500 m that it now has. Against joining everything again; the goal is 100 µs.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/must.h"
#include "bench/ratio.h"
#include "bench/towns.h"
#include "lib/base/clock.h"
#include "lib/geo/join.h"
#include "lib/geo/spatial_index.h"
#include "lib/rpc/flags.h"

namespace lagesbild::bench {
namespace {

constexpr geo::Meters kRadius{500};
constexpr int kSites = 0;
constexpr int kPlaces = 1;
constexpr int kTargets = 2;
constexpr int kChangesInRun = 5'000;
constexpr double kGoalMicroseconds = 100;

struct Options {
  std::int64_t seed = 2024;
  int points = 1'000'000;
  int runs = kMinRuns;
  std::string json;
};

// One layer, standing.
class Layer {
 public:
  explicit Layer(std::vector<geo::LatLng> points) : points_(std::move(points)) {
    for (std::size_t i = 0; i < points_.size(); ++i) Move(i, points_[i]);
  }

  const std::vector<geo::LatLng>& points() const { return points_; }
  void Move(std::size_t i, const geo::LatLng& to) {
    points_[i] = to;
    index_.Put(absl::StrCat("regions/stockholm/", i), geo::Shape(to));
  }
  std::size_t CountNear(const geo::LatLng& point) const {
    std::size_t count = 0;
    index_.ForEachWithin(
        geo::Shape(point), kRadius,
        [&count](const std::string&, const geo::Shape&) { ++count; });
    return count;
  }

 private:
  std::vector<geo::LatLng> points_;
  geo::SpatialIndex index_;
};

// Members of one layer move, and are looked for in the other.
class Changes {
 public:
  Changes(Layer* moving, const Layer* others, std::vector<geo::LatLng> targets)
      : moving_(moving), others_(others), targets_(std::move(targets)) {}

  // Changes a second.
  double Run() {
    const absl::Duration start = clock_.Monotonic();
    for (int i = 0; i < kChangesInRun; ++i) Change();
    return kChangesInRun / absl::ToDoubleSeconds(clock_.Monotonic() - start);
  }
  double JoinsPerSecond() const {
    const absl::Duration start = clock_.Monotonic();
    geo::JoinWithin(absl::MakeConstSpan(moving_->points()),
                    absl::MakeConstSpan(others_->points()), kRadius);
    return 1 / absl::ToDoubleSeconds(clock_.Monotonic() - start);
  }

  // Of all changes so far, in microseconds.
  double Percentile(double part) {
    std::sort(times_.begin(), times_.end());
    const auto last = static_cast<double>(times_.size() - 1);
    return times_[static_cast<std::size_t>(part * last)];
  }
  double PairsPerChange() const {
    return static_cast<double>(pairs_) / static_cast<double>(times_.size());
  }

 private:
  void Change() {
    const std::size_t which = random_() % moving_->points().size();
    const geo::LatLng& to = targets_[random_() % targets_.size()];
    const absl::Duration start = clock_.Monotonic();
    moving_->Move(which, to);
    pairs_ += others_->CountNear(to);
    times_.push_back(absl::ToDoubleMicroseconds(clock_.Monotonic() - start));
  }

  const base::SystemClock clock_{};
  Layer* const moving_;
  const Layer* const others_;
  const std::vector<geo::LatLng> targets_;
  std::mt19937_64 random_;
  std::vector<double> times_;
  std::size_t pairs_ = 0;
};

Ratio AgainstGoal(const std::string& name, double microseconds) {
  Ratio ratio = {.name = name,
                 .unit = "us",
                 .ours = microseconds,
                 .peer = kGoalMicroseconds,
                 .our_runs = {microseconds},
                 .peer_runs = {kGoalMicroseconds}};
  std::printf("%s: %.1f us (goal %.0f us)\n", name.c_str(), microseconds,
              kGoalMicroseconds);
  return ratio;
}

void Measure(const std::string& name, int runs, Changes changes,
             std::vector<Ratio>* ratios) {
  ratios->push_back(Compare(
      name, "updates/s", runs, [&changes] { return changes.Run(); },
      [&changes] { return changes.JoinsPerSecond(); }));
  ratios->push_back(AgainstGoal(name + "-p50", changes.Percentile(0.5)));
  ratios->push_back(AgainstGoal(name + "-p99", changes.Percentile(0.99)));
  std::printf("  %.1f pairs a change\n", changes.PairsPerChange());
  std::fflush(stdout);
}

void Run(const Options& options) {
  std::fprintf(stderr, "Building two layers of %d ...\n", options.points);
  const Towns towns(static_cast<std::uint64_t>(options.seed), options.points);
  Layer sites(towns.Points(kSites, options.points));
  Layer places(towns.Points(kPlaces, options.points));
  const auto targets = towns.Points(kTargets, options.points);
  std::vector<Ratio> ratios;
  std::fprintf(stderr, "Changing them, seed %lld ...\n",
               static_cast<long long>(options.seed));
  Measure("change/site", options.runs, Changes(&sites, &places, targets),
          &ratios);
  Measure("change/place", options.runs, Changes(&places, &sites, targets),
          &ratios);
  Must(WriteJson(ratios, options.json));
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  bench::Options options;
  rpc::Flags flags("bench_change",
                   "One site or place moved, up to its new pairs within 500 m, "
                   "against joining everything.");
  flags.Add("seed", "of the invented country", &options.seed);
  flags.Add("points", "sites and places", &options.points);
  flags.Add("runs", "of each, in turn", &options.runs);
  flags.Add("json", "file to write the figures to", &options.json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  bench::Run(options);
  return 0;
}
