// FindPlacesNear of the service, served from its view, against GEOSEARCH of
// Redis and ST_DWithin of PostGIS: the places within 500 m of a point, with
// their distances, the nearest first, among as many as asked for. Ours answers
// whole places over gRPC to a caller that it knows, and logs the call; the
// peers answer ids and distances to whoever asks. PostGIS measures on the
// ellipsoid as we do, so the answers must be as many; Redis on a sphere, with
// positions rounded to its 52 bits.

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "bench/must.h"
#include "bench/near/near_server.h"
#include "bench/near/redis_peer.h"
#include "bench/postgis/peer.h"
#include "bench/ratio.h"
#include "bench/towns.h"
#include "lib/rpc/flags.h"

namespace lagesbild::bench {
namespace {

constexpr geo::Meters kRadius{500};
constexpr int kAround = 0;
constexpr int kPlaces = 1;
constexpr int kGrowthSizes[] = {10'000, 100'000, 1'000'000};

struct Options {
  std::int64_t seed = 2024;
  int places = 100'000;
  int around = 2'000;
  int runs = kMinRuns;
  int outstanding = 16;
  absl::Duration duration = absl::Seconds(2);
  std::string json;
};

void Say(const char* what) { std::fprintf(stderr, "%s ...\n", what); }

// Ends the program where PostGIS has other pairs.
void CheckAnswers(const std::vector<geo::LatLng>& around,
                  const NearServer& ours, const Peer& postgis,
                  RedisPeer* redis) {
  const std::int64_t found = ours.CountNear(around, kRadius);
  const auto pairs = static_cast<std::int64_t>(
      postgis.JoinedPairs("around", "places", kRadius).size());
  std::printf("found: ours %lld, PostGIS %lld, Redis %lld\n",
              static_cast<long long>(found), static_cast<long long>(pairs),
              static_cast<long long>(redis->CountNear(around, kRadius)));
  if (found != pairs) {
    Must(absl::InternalError("ours and PostGIS do not find the same"));
  }
}

// An invented country of so many places, and our rate in it.
class Country {
 public:
  Country(const Options& options, int places)
      : options_(options),
        towns_(static_cast<std::uint64_t>(options.seed), places),
        around_(towns_.Points(kAround, options.around)),
        server_(towns_.Points(kPlaces, places)) {
    Rate();  // warm
    const auto found = static_cast<double>(server_.CountNear(around_, kRadius));
    std::printf("%d places, %.1f found a query\n", places,
                found / options.around);
  }

  double Rate() const {
    return server_.NearPerSecond(around_, kRadius, options_.outstanding,
                                 options_.duration);
  }

 private:
  const Options& options_;
  const Towns towns_;
  const std::vector<geo::LatLng> around_;
  const NearServer server_;
};

// A larger country has no denser towns, so that a query finds about as many.
void MeasureGrowth(const Options& options, std::vector<Ratio>* ratios) {
  Say("Growing");
  const Country least(options, kGrowthSizes[0]);
  for (const int size : kGrowthSizes) {
    if (size == kGrowthSizes[0]) continue;
    const Country country(options, size);
    ratios->push_back(Compare(
        absl::StrCat("near/growth-", size), "queries/s", options.runs,
        [&] { return country.Rate(); }, [&] { return least.Rate(); }));
  }
}

std::vector<Ratio> ComparePeers(const Options& options) {
  Say("Loading");
  const Towns towns(static_cast<std::uint64_t>(options.seed), options.places);
  const auto places = towns.Points(kPlaces, options.places);
  const auto around = towns.Points(kAround, options.around);
  std::printf("%d places, %d points to look around, %d at once, seed %lld\n",
              options.places, options.around, options.outstanding,
              static_cast<long long>(options.seed));
  const NearServer ours(places);
  RedisPeer redis(places);
  Peer postgis;
  postgis.Load("places", places);
  postgis.Load("around", around);
  CheckAnswers(around, ours, postgis, &redis);
  const auto our_rate = [&] {
    return ours.NearPerSecond(around, kRadius, options.outstanding,
                              options.duration);
  };
  Say("Timing");
  our_rate();  // warm
  const Ratio to_redis =
      Compare("near/redis", "queries/s", options.runs, our_rate, [&] {
        return redis.NearPerSecond(around, kRadius, options.outstanding,
                                   options.duration);
      });
  const Ratio to_postgis =
      Compare("near/postgis", "queries/s", options.runs, our_rate, [&] {
        return postgis.NearPerSecond("around", options.around, "places",
                                     kRadius, options.outstanding,
                                     options.duration);
      });
  return {to_redis, to_postgis};
}

void Run(const Options& options) {
  std::vector<Ratio> ratios = ComparePeers(options);
  MeasureGrowth(options, &ratios);
  Must(WriteJson(ratios, options.json));
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  bench::Options options;
  rpc::Flags flags("bench_near",
                   "Places near a point, against Redis and PostGIS.");
  flags.Add("seed", "of the invented towns", &options.seed);
  flags.Add("places", "to find", &options.places);
  flags.Add("around", "points to look around, in turn", &options.around);
  flags.Add("runs", "of each, in turn", &options.runs);
  flags.Add("outstanding", "queries under way at once", &options.outstanding);
  flags.Add("duration", "of one run", &options.duration);
  flags.Add("json", "file to write the figures to", &options.json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  bench::Run(options);
  return 0;
}
