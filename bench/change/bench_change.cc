// What one change costs proximity's own derivation, with everything that it
// keeps: a site moves among a million places, or a place is corrected among a
// million sites, up to the new exposures (distances, margins, verdicts, what
// ended) and their being in the indexes. Neither storing nor telling is in it.
// Against joining everything again; the goal is 100 µs.

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
  proximity::Place place = {.id = absl::StrCat("register-", id),
                            .display_name = "School",
                            .kinds = {proximity::PlaceKind::kPrimarySchool},
                            .source = "register",
                            .external_id = id,
                            .position = position};
  place.margin = proximity::DefaultMargin(place.quality);
  return place;
}

proximity::Site SiteAt(std::size_t i, const geo::LatLng& position) {
  return {.id = absl::StrCat("site-", i),
          .geometry = geo::Disc{.center = position, .radius = geo::Meters(0)},
          .municipality = "0180"};
}

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

  // How many exposures are new or have changed.
  std::size_t Move(proximity::Site site) {
    proximity::Changes changes;
    changes.sites.emplace(site.id, site);
    Put(std::move(site));
    return Apply(changes);
  }
  std::size_t Move(proximity::Place place) {
    proximity::Changes changes;
    changes.places.emplace(place.id, std::move(place));
    return Apply(changes);
  }

 private:
  std::size_t Apply(const proximity::Changes& changes) {
    proximity::Effects effects = proximity::Derive(inventory_, changes, kToday);
    for (auto& [id, place] : effects.places) Put(std::move(place));
    std::size_t found = 0;
    for (auto& [id, exposure] : effects.exposures) {
      if (!exposure) {
        inventory_.RemoveExposure(id);
        continue;
      }
      inventory_.PutExposure(id, *std::move(exposure));
      ++found;
    }
    return found;
  }

  proximity::Inventory inventory_;
};

// Some move between the targets, and are looked for among the others.
class Changes {
 public:
  using Move = std::function<std::size_t(std::size_t, const geo::LatLng&)>;

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
    const std::size_t which = random_() % kMoving;
    const geo::LatLng& to = (*targets_)[random_() % targets_->size()];
    const absl::Duration start = clock_.Monotonic();
    pairs_ += move_(which, to);
    times_.push_back(absl::ToDoubleMicroseconds(clock_.Monotonic() - start));
  }

  const base::SystemClock clock_{};
  const Move move_;
  const std::vector<geo::LatLng>* const others_;
  const std::vector<geo::LatLng>* const targets_;
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
