#ifndef LAGESBILD_BENCH_NEAR_REDIS_PEER_H_
#define LAGESBILD_BENCH_NEAR_REDIS_PEER_H_

#include <hiredis/hiredis.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/geo/geometry.h"
#include "lib/geo/units.h"
#include "tests/testing/redis_server.h"

namespace lagesbild::bench {

// A redis-server of its own with a geo set in memory, nothing written to disk,
// and GEOSEARCH over one connection. What goes wrong ends the program.
class RedisPeer {
 public:
  explicit RedisPeer(const std::vector<geo::LatLng>& places);
  ~RedisPeer() { redisFree(connection_); }
  RedisPeer(const RedisPeer&) = delete;
  RedisPeer& operator=(const RedisPeer&) = delete;

  // Queries a second: each asks for the places within the radius of one of
  // `around`, in turn, the nearest first, with their distances. So many are
  // under way at once.
  double NearPerSecond(const std::vector<geo::LatLng>& around,
                       geo::Meters radius, int outstanding,
                       absl::Duration duration);
  // How many it finds for all of them. It measures on a sphere.
  std::int64_t CountNear(const std::vector<geo::LatLng>& around,
                         geo::Meters radius);

 private:
  void Ask(const geo::LatLng& around, geo::Meters radius);
  // The number of elements in the next answer.
  std::int64_t Answer();

  testing::RedisServer server_;
  redisContext* connection_;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_NEAR_REDIS_PEER_H_
