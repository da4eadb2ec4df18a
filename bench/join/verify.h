#ifndef LAGESBILD_BENCH_JOIN_VERIFY_H_
#define LAGESBILD_BENCH_JOIN_VERIFY_H_

#include <cstdint>
#include <vector>

#include "bench/postgis/peer.h"
#include "lib/geo/near_lists.h"

namespace lagesbild::bench {

Pairs PairsOf(const geo::NearLists& lists);

// All of these print what they find, and return whether it is as it must be.

// The same pairs.
bool VerifyPoints(const std::vector<geo::LatLng>& a,
                  const std::vector<geo::LatLng>& b, const Pairs& ours,
                  const Pairs& peer, geo::Meters radius);

// Where the two differ, a brute-force geodesic agrees with ours, and is within
// 2 mm of the radius. Each difference is listed with what PostGIS measures.
bool VerifyDifferences(const Peer& peer,
                       const std::vector<geo::Geometry>& polygons,
                       const std::vector<geo::LatLng>& places,
                       const Pairs& ours, const Pairs& theirs,
                       geo::Meters radius);

// Ours agree with geo::Distance for every pair up to 100 m farther apart than
// the radius; and with the brute-force geodesic for those within 50 mm of the
// radius, and for some others taken at random.
bool VerifyPolygons(const std::vector<geo::Geometry>& polygons,
                    const std::vector<geo::LatLng>& places, const Pairs& ours,
                    geo::Meters radius, std::uint64_t seed);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_JOIN_VERIFY_H_
