// Joining whole layers within 500 m, against PostGIS's ST_DWithin on geography
// with its index made beforehand; ours is made inside our time. The goals:
// join/points 150 and the same pairs, join/polygons 20 and pairs that differ
// only within 2 mm of the radius. Growth compares our own rate at larger sizes
// with that at the smallest; 1 is linear.
//
// PostGIS finds a polygon's nearest edge on a sphere, and measures to that one;
// with some seeds (3) it so misses a pair that its own edges, one by one, have.
// That fails too, and the list shows it.

#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/join/verify.h"
#include "bench/must.h"
#include "bench/postgis/peer.h"
#include "bench/ratio.h"
#include "bench/towns.h"
#include "lib/base/clock.h"
#include "lib/geo/join.h"
#include "lib/rpc/flags.h"

namespace lagesbild::bench {
namespace {

constexpr geo::Meters kRadius{500};
constexpr int kSites = 0;
constexpr int kPlaces = 1;
constexpr int kGrowthSizes[] = {10'000, 100'000, 1'000'000};
// So that small sizes are not measured in their first millisecond.
constexpr double kGrowthSeconds = 0.5;

struct Options {
  std::int64_t seed = 2024;
  int points = 100'000;
  int polygons = 10'000;
  int runs = kMinRuns;
  std::string only;
  std::string json;
};

void Say(const std::string& what) {
  std::fprintf(stderr, "%s ...\n", what.c_str());
}

double SecondsOf(const std::function<void()>& work) {
  const base::SystemClock clock{};
  const absl::Duration start = clock.Monotonic();
  work();
  return absl::ToDoubleSeconds(clock.Monotonic() - start);
}

geo::NearLists Join(const std::vector<geo::LatLng>& a,
                    const std::vector<geo::LatLng>& b) {
  return geo::JoinWithin(absl::MakeConstSpan(a), absl::MakeConstSpan(b),
                         kRadius);
}

geo::NearLists Join(const std::vector<geo::Geometry>& a,
                    const std::vector<geo::LatLng>& b) {
  const std::vector<geo::Shape> a_shapes(a.begin(), a.end());
  const std::vector<geo::Shape> b_shapes(b.begin(), b.end());
  return geo::JoinWithin(absl::MakeConstSpan(a_shapes),
                         absl::MakeConstSpan(b_shapes), kRadius);
}

template <typename A>
double OurPairsPerSecond(const A& a, const std::vector<geo::LatLng>& b) {
  std::size_t pairs = 0;
  const double seconds = SecondsOf([&] { pairs = Join(a, b).pair_count(); });
  return static_cast<double>(pairs) / seconds;
}

double PeerPairsPerSecond(const Peer& peer, const std::string& a) {
  const Peer::Timed timed = peer.Join(a, "places", kRadius);
  return static_cast<double>(timed.pairs) / timed.seconds;
}

// `pairs` are those of either.
void PrintTimes(const Ratio& ratio, std::size_t pairs) {
  const auto count = static_cast<double>(pairs);
  std::printf("  in the median ours %.1f ms, PostGIS %.1f ms\n",
              1e3 * count / ratio.ours, 1e3 * count / ratio.peer);
  std::fflush(stdout);
}

template <typename A>
void CompareTimes(const Options& options, const std::string& table, const A& a,
                  const std::vector<geo::LatLng>& places, const Peer& peer,
                  std::size_t pairs, std::vector<Ratio>* ratios) {
  Say(absl::StrCat("Timing ", table));
  ratios->push_back(Compare(
      absl::StrCat("join/", table), "pairs/s", options.runs,
      [&] { return OurPairsPerSecond(a, places); },
      [&] { return PeerPairsPerSecond(peer, table); }));
  PrintTimes(ratios->back(), pairs);
}

bool ComparePoints(const Options& options, const Towns& towns,
                   const std::vector<geo::LatLng>& places, Peer* peer,
                   std::vector<Ratio>* ratios) {
  Say("Loading points, and joining them once");
  const auto sites = towns.Points(kSites, options.points);
  peer->Load("points", sites);
  std::printf("points: %d sites, %zu places, seed %lld\n", options.points,
              places.size(), static_cast<long long>(options.seed));
  const Pairs ours = PairsOf(Join(sites, places));
  const bool good =
      VerifyPoints(sites, places, ours,
                   peer->JoinedPairs("points", "places", kRadius), kRadius);
  CompareTimes(options, "points", sites, places, *peer, ours.size(), ratios);
  return good;
}

bool ComparePolygons(const Options& options, const Towns& towns,
                     const std::vector<geo::LatLng>& places, Peer* peer,
                     std::vector<Ratio>* ratios) {
  Say("Loading polygons, and joining them once");
  const auto sites = towns.Polygons(kSites, options.polygons);
  peer->Load("polygons", sites);
  std::printf("polygons: %d sites, %zu places, seed %lld\n", options.polygons,
              places.size(), static_cast<long long>(options.seed));
  const Pairs ours = PairsOf(Join(sites, places));
  bool good = VerifyDifferences(
      *peer, sites, places, ours,
      peer->JoinedPairs("polygons", "places", kRadius), kRadius);
  Say("Measuring pairs by brute force");
  good &= VerifyPolygons(sites, places, ours, kRadius,
                         static_cast<std::uint64_t>(options.seed));
  CompareTimes(options, "polygons", sites, places, *peer, ours.size(), ratios);
  return good;
}

// Points a second, for sets of that size.
double Rate(std::uint64_t seed, int size) {
  const Towns towns(seed, size);
  const auto a = towns.Points(kSites, size);
  const auto b = towns.Points(kPlaces, size);
  double seconds = 0;
  int joins = 0;
  while (seconds < kGrowthSeconds) {
    seconds += SecondsOf([&] { Join(a, b); });
    ++joins;
  }
  return 1.0 * size * joins / seconds;
}

void MeasureGrowth(const Options& options, std::vector<Ratio>* ratios) {
  Say("Growing");
  const auto seed = static_cast<std::uint64_t>(options.seed);
  const int least = kGrowthSizes[0];
  for (const int size : kGrowthSizes) {
    if (size == least) continue;
    ratios->push_back(Compare(
        absl::StrCat("join/growth-", size), "points/s", options.runs,
        [=] { return Rate(seed, size); }, [=] { return Rate(seed, least); }));
  }
}

bool Run(const Options& options) {
  const auto wanted = [&options](const std::string& name) {
    return name.find(options.only) != std::string::npos;
  };
  std::vector<Ratio> ratios;
  bool good = true;
  if (wanted("join/points") || wanted("join/polygons")) {
    Say("Starting PostGIS");
    Peer peer;
    const Towns towns(static_cast<std::uint64_t>(options.seed), options.points);
    const auto places = towns.Points(kPlaces, options.points);
    peer.Load("places", places);
    if (wanted("join/points")) {
      good &= ComparePoints(options, towns, places, &peer, &ratios);
    }
    if (wanted("join/polygons")) {
      good &= ComparePolygons(options, towns, places, &peer, &ratios);
    }
  }
  if (wanted("join/growth")) MeasureGrowth(options, &ratios);
  Must(WriteJson(ratios, options.json));
  return good;
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  bench::Options options;
  rpc::Flags flags("bench_join",
                   "Joins of layers within 500 m, against PostGIS (scripts/"
                   "setup bench). Fails when their pairs differ by more "
                   "than rounding.");
  flags.Add("seed", "of the invented country", &options.seed);
  flags.Add("points", "sites and places", &options.points);
  flags.Add("polygons", "sites", &options.polygons);
  flags.Add("only", "comparisons with this in their name", &options.only);
  flags.Add("runs", "of each, in turn", &options.runs);
  flags.Add("json", "file to write the figures to", &options.json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  if (bench::Run(options)) return 0;
  std::fprintf(stderr, "bench_join: pairs differ by more than is allowed\n");
  return 1;
}
