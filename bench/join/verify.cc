#include "bench/join/verify.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iterator>
#include <random>

#include "lib/geo/distance.h"
#include "lib/geo/geo_reference.h"
#include "lib/geo/join.h"

namespace lagesbild::bench {
namespace {

constexpr double kLargestDifference = 0.002;
constexpr geo::Meters kBeyond{100};
constexpr double kNearRadius = 0.05;
constexpr std::size_t kSample = 1000;

using Distance = std::function<double(const Pairs::value_type&)>;

Pairs Difference(const Pairs& a, const Pairs& b) {
  Pairs only_a;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                      std::back_inserter(only_a));
  return only_a;
}

bool Has(const Pairs& pairs, const Pairs::value_type& pair) {
  return std::binary_search(pairs.begin(), pairs.end(), pair);
}

// Prints those that only one side has.
void List(const Pairs& pairs, const char* whose, const Distance& distance) {
  for (const auto& pair : pairs) {
    std::printf("  only %s: %u and %u, %.6f m apart\n", whose, pair.first,
                pair.second, distance(pair));
  }
}

void PrintMeasured(const Peer& peer, const Pairs::value_type& pair) {
  const Peer::Apart apart = peer.Measure("polygons", "places", pair);
  std::printf("  PostGIS measures %u and %u: %.6f m, edge by edge %.6f m\n",
              pair.first, pair.second, apart.whole, apart.by_edges);
}

std::size_t CountFarFrom(const Pairs& pairs, double radius,
                         const Distance& distance) {
  return static_cast<std::size_t>(
      std::count_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return std::abs(distance(pair) - radius) > kLargestDifference;
      }));
}

// How many of the pairs are in `ours` and should not, or the other way round.
std::size_t CountWrong(const Pairs& pairs, const Pairs& ours, double radius,
                       const Distance& distance) {
  return static_cast<std::size_t>(
      std::count_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
        return Has(ours, pair) != (distance(pair) <= radius);
      }));
}

Distance BruteForce(const std::vector<geo::Geometry>& polygons,
                    const std::vector<geo::LatLng>& places) {
  return [&](const Pairs::value_type& pair) {
    return geo::reference::Distance(
        places[pair.second], std::get<geo::MultiPolygon>(polygons[pair.first]));
  };
}

bool Report(const char* what, std::size_t pairs, std::size_t wrong) {
  std::printf("  %zu pairs %s: %zu wrong\n", pairs, what, wrong);
  return wrong == 0;
}

}  // namespace

Pairs PairsOf(const geo::NearLists& lists) {
  Pairs pairs;
  pairs.reserve(lists.pair_count());
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (const std::uint32_t j : lists[i]) {
      pairs.emplace_back(static_cast<std::uint32_t>(i), j);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

bool VerifyPoints(const std::vector<geo::LatLng>& a,
                  const std::vector<geo::LatLng>& b, const Pairs& ours,
                  const Pairs& peer, geo::Meters radius) {
  const Distance distance = [&](const Pairs::value_type& pair) {
    return geo::reference::Distance(a[pair.first], b[pair.second]);
  };
  const Pairs only_ours = Difference(ours, peer);
  const Pairs only_peer = Difference(peer, ours);
  std::printf("  %zu pairs within %.0f m, %zu more than PostGIS, %zu fewer\n",
              ours.size(), radius.value(), only_ours.size(), only_peer.size());
  List(only_ours, "ours", distance);
  List(only_peer, "PostGIS", distance);
  return only_ours.empty() && only_peer.empty();
}

bool VerifyDifferences(const Peer& peer,
                       const std::vector<geo::Geometry>& polygons,
                       const std::vector<geo::LatLng>& places,
                       const Pairs& ours, const Pairs& theirs,
                       geo::Meters radius) {
  const Distance distance = BruteForce(polygons, places);
  const Pairs only_ours = Difference(ours, theirs);
  const Pairs only_theirs = Difference(theirs, ours);
  std::printf("  %zu pairs within %.0f m, %zu more than PostGIS, %zu fewer\n",
              ours.size(), radius.value(), only_ours.size(),
              only_theirs.size());
  bool good = true;
  for (const Pairs* pairs : {&only_ours, &only_theirs}) {
    List(*pairs, pairs == &only_ours ? "ours" : "PostGIS", distance);
    for (const auto& pair : *pairs) PrintMeasured(peer, pair);
    good &= CountFarFrom(*pairs, radius.value(), distance) == 0 &&
            CountWrong(*pairs, ours, radius.value(), distance) == 0;
  }
  return good;
}

bool VerifyPolygons(const std::vector<geo::Geometry>& polygons,
                    const std::vector<geo::LatLng>& places, const Pairs& ours,
                    geo::Meters radius, std::uint64_t seed) {
  const std::vector<geo::Shape> a(polygons.begin(), polygons.end());
  const std::vector<geo::Shape> b(places.begin(), places.end());
  const auto join = [&](geo::Meters within) {
    return PairsOf(geo::JoinWithin(absl::MakeConstSpan(a),
                                   absl::MakeConstSpan(b), within));
  };
  Pairs all = join(radius + kBeyond);
  const Distance exact = [&](const Pairs::value_type& pair) {
    return geo::Distance(a[pair.first], b[pair.second]).value();
  };
  const Distance brute = BruteForce(polygons, places);
  const geo::Meters step(kNearRadius);
  const Pairs near = Difference(join(radius + step), join(radius - step));
  bool good = Report("measured one by one", all.size(),
                     CountWrong(all, ours, radius.value(), exact));
  good &= Report("near the radius measured by brute force", near.size(),
                 CountWrong(near, ours, radius.value(), brute));
  std::shuffle(all.begin(), all.end(), std::mt19937_64(seed));
  all.resize(std::min(all.size(), kSample));
  good &= Report("taken at random measured by brute force", all.size(),
                 CountWrong(all, ours, radius.value(), brute));
  return good;
}

}  // namespace lagesbild::bench
