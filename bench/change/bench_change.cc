// What one change costs proximity's own derivation: a site moves among a
// million places, or a place is corrected among a million sites, up to the new
// exposures (distances, margins, verdicts, and what ended): the goal is 100 µs.
// And up to their being in all indexes, for the next change. Neither storing
// nor telling is in it. Against joining everything again.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/must.h"
#include "bench/ratio.h"
#include "bench/towns.h"
#include "lib/base/clock.h"
#include "lib/geo/join.h"
#include "lib/rpc/flags.h"
#include "services/proximity/apply_effects.h"
#include "services/proximity/derivation.h"
#include "services/proximity/inventory.h"

namespace lagesbild::bench {
namespace {

constexpr geo::Meters kRadius{500};
constexpr int kStanding = 0;
constexpr int kTargets = 1;
constexpr std::size_t kMoving = 1'000;
constexpr int kMunicipalities = 26;
constexpr base::Date kToday(2026, 11, 27);
constexpr int kChangesInRun = 5'000;
constexpr double kGoalMicroseconds = 100;

struct Options {
  std::int64_t seed = 2024;
  int points = 1'000'000;
  int runs = kMinRuns;
  std::string json;
};

geo::Geometry SquareAround(const geo::LatLng& center, double degrees) {
  const auto corner = [&](double north, double east) {
    return geo::LatLng{.latitude = center.latitude + north * degrees / 2,
                       .longitude = center.longitude + east * degrees / 2};
  };
  geo::Ring ring = {corner(-1, -1), corner(-1, 1), corner(1, 1), corner(1, -1),
                    corner(-1, -1)};
  return geo::MultiPolygon{
      .polygons = {{.outer = std::move(ring), .holes = {}}}};
}

proximity::Place PlaceAt(std::size_t i, const geo::LatLng& position) {
  const std::string id = absl::StrCat(i);
  proximity::Place place;
  place.id = absl::StrCat("register-", id);
  place.display_name = "School";
  place.kinds = {proximity::PlaceKind::kPrimarySchool};
  place.source = "register";
  place.external_id = id;
  place.position = position;
  place.margin = proximity::DefaultMargin(place.quality);
  return place;
}

proximity::Site SiteAt(std::size_t i, const geo::LatLng& position) {
  return {.id = absl::StrCat("site-", i),
          .geometry = geo::Disc{.center = position, .radius = geo::Meters(0)},
          .municipality = "0180"};
}

// What came of one change.
struct Moved {
  std::size_t exposures = 0;  // new or other ones
  absl::Duration derived;     // until they were found
  absl::Duration applied;     // until they were in place, too
};

// A region as proximity holds it. What is not looked for stands from the
// beginning; what moves comes with its first move.
class Region {
 public:
  explicit Region(const geo::LatLng& somewhere) {
    inventory_.PutLayer(proximity::DefaultLayer());
    for (int i = 0; i < kMunicipalities; ++i) {
      const std::string code = std::to_string(1000 + i);
      const geo::LatLng center{.latitude = somewhere.latitude + i,
                               .longitude = somewhere.longitude};
      inventory_.PutMunicipality(
          code, {.code = code, .geometry = SquareAround(center, 1)});
    }
  }

  void Put(proximity::Place place) { inventory_.PutPlace(std::move(place)); }
  void Put(proximity::Site site) { inventory_.PutSite(std::move(site)); }

  Moved Move(proximity::Site site) {
    proximity::Changes changes;
    changes.sites.emplace(site.id, std::move(site));
    return Take(changes);
  }
  Moved Move(proximity::Place place) {
    proximity::Changes changes;
    changes.places.emplace(place.id, std::move(place));
    return Take(changes);
  }

 private:
  Moved Take(const proximity::Changes& changes) {
    const absl::Duration start = clock_.Monotonic();
    const proximity::Effects effects =
        proximity::Derive(inventory_, changes, kToday);
    const absl::Duration derived = clock_.Monotonic() - start;
    proximity::Apply(changes, effects, &inventory_);
    const auto found =
        std::count_if(effects.exposures.begin(), effects.exposures.end(),
                      [](const auto& e) { return e.second.has_value(); });
    return {static_cast<std::size_t>(found), derived,
            clock_.Monotonic() - start};
  }

  const base::SystemClock clock_{};
  proximity::Inventory inventory_;
};

// Some move between the targets, and are looked for among the others.
class Changes {
 public:
  using Move = std::function<Moved(std::size_t, const geo::LatLng&)>;

  Changes(Move move, const std::vector<geo::LatLng>* others,
          const std::vector<geo::LatLng>* targets)
      : move_(std::move(move)), others_(others), targets_(targets) {}

  // Changes a second.
  double Run() {
    const absl::Duration start = clock_.Monotonic();
    for (int i = 0; i < kChangesInRun; ++i) Change();
    return kChangesInRun / absl::ToDoubleSeconds(clock_.Monotonic() - start);
  }
  double JoinsPerSecond() const {
    const absl::Duration start = clock_.Monotonic();
    geo::JoinWithin(absl::MakeConstSpan(*targets_),
                    absl::MakeConstSpan(*others_), kRadius);
    return 1 / absl::ToDoubleSeconds(clock_.Monotonic() - start);
  }

  // Each of all changes so far, in microseconds.
  const std::vector<double>& derived() const { return derived_; }
  const std::vector<double>& applied() const { return applied_; }
  double PairsPerChange() const {
    return static_cast<double>(pairs_) / static_cast<double>(derived_.size());
  }

 private:
  void Change() {
    const std::size_t which = random_() % kMoving;
    const geo::LatLng& to = (*targets_)[random_() % targets_->size()];
    const Moved moved = move_(which, to);
    pairs_ += moved.exposures;
    derived_.push_back(absl::ToDoubleMicroseconds(moved.derived));
    applied_.push_back(absl::ToDoubleMicroseconds(moved.applied));
  }

  const base::SystemClock clock_{};
  const Move move_;
  const std::vector<geo::LatLng>* const others_;
  const std::vector<geo::LatLng>* const targets_;
  std::mt19937_64 random_;
  std::vector<double> derived_;
  std::vector<double> applied_;
  std::size_t pairs_ = 0;
};

double Percentile(std::vector<double> times, double part) {
  std::sort(times.begin(), times.end());
  const auto last = static_cast<double>(times.size() - 1);
  return times[static_cast<std::size_t>(part * last)];
}

// The median and the hundredth slowest, beside the goal.
void AddTimes(const std::string& name, const std::vector<double>& times,
              std::vector<Ratio>* ratios) {
  for (const auto& [suffix, part] : {std::pair("-p50", 0.5), {"-p99", 0.99}}) {
    const double microseconds = Percentile(times, part);
    ratios->push_back({.name = name + suffix,
                       .unit = "us",
                       .ours = microseconds,
                       .peer = kGoalMicroseconds,
                       .our_runs = {microseconds},
                       .peer_runs = {kGoalMicroseconds}});
    std::printf("%s%s: %.1f us (goal %.0f us)\n", name.c_str(), suffix,
                microseconds, kGoalMicroseconds);
  }
}

void Measure(const std::string& name, int runs, Changes changes,
             std::vector<Ratio>* ratios) {
  ratios->push_back(Compare(
      name, "updates/s", runs, [&changes] { return changes.Run(); },
      [&changes] { return changes.JoinsPerSecond(); }));
  AddTimes(name + "/derived", changes.derived(), ratios);
  AddTimes(name + "/applied", changes.applied(), ratios);
  std::printf("  %.1f exposures found a change\n", changes.PairsPerChange());
  std::fflush(stdout);
}

void MeasureSites(const Options& options,
                  const std::vector<geo::LatLng>& places,
                  const std::vector<geo::LatLng>& targets,
                  std::vector<Ratio>* ratios) {
  std::fprintf(stderr, "Moving sites among %zu places ...\n", places.size());
  Region region(places[0]);
  for (std::size_t i = 0; i < places.size(); ++i) {
    region.Put(PlaceAt(i, places[i]));
  }
  const auto move = [&region](std::size_t which, const geo::LatLng& to) {
    return region.Move(SiteAt(which, to));
  };
  Measure("change/site", options.runs, Changes(move, &places, &targets),
          ratios);
}

void MeasurePlaces(const Options& options,
                   const std::vector<geo::LatLng>& sites,
                   const std::vector<geo::LatLng>& targets,
                   std::vector<Ratio>* ratios) {
  std::fprintf(stderr, "Correcting places among %zu sites ...\n", sites.size());
  Region region(sites[0]);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    region.Put(SiteAt(i, sites[i]));
  }
  const auto correct = [&](std::size_t which, const geo::LatLng& to) {
    proximity::Place place = PlaceAt(which, targets[which]);
    place.correction = {.position = to,
                        .margin = geo::Meters(5),
                        .provenance = "orthophoto",
                        .note = "",
                        .agency = "office",
                        .time = absl::UnixEpoch()};
    return region.Move(std::move(place));
  };
  Measure("change/place", options.runs, Changes(correct, &sites, &targets),
          ratios);
}

void Run(const Options& options) {
  std::fprintf(stderr, "Seed %lld ...\n", static_cast<long long>(options.seed));
  const Towns towns(static_cast<std::uint64_t>(options.seed), options.points);
  const auto standing = towns.Points(kStanding, options.points);
  const auto targets = towns.Points(kTargets, options.points);
  std::vector<Ratio> ratios;
  MeasureSites(options, standing, targets, &ratios);
  MeasurePlaces(options, standing, targets, &ratios);
  Must(WriteJson(ratios, options.json));
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  bench::Options options;
  rpc::Flags flags(
      "bench_change",
      "One site moved or place corrected, up to its new exposures within "
      "500 m, against joining everything.");
  flags.Add("seed", "of the invented country", &options.seed);
  flags.Add("points", "places, and then sites", &options.points);
  flags.Add("runs", "of each, in turn", &options.runs);
  flags.Add("json", "file to write the figures to", &options.json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  bench::Run(options);
  return 0;
}
