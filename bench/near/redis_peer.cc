#include "bench/near/redis_peer.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/must.h"

namespace lagesbild::bench {
namespace {

constexpr char kKey[] = "places";
// Of one GEOADD, and queries of which only the sum is wanted.
constexpr std::size_t kBatch = 256;

}  // namespace

RedisPeer::RedisPeer(const std::vector<geo::LatLng>& places)
    : server_({"--appendonly", "no"}),
      connection_(redisConnect("127.0.0.1", server_.port())) {
  if (connection_ == nullptr || connection_->err != 0) {
    Must(absl::UnavailableError("no connection to Redis"));
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    redisAppendCommand(connection_, "GEOADD %s %.17g %.17g %llu", kKey,
                       places[i].longitude, places[i].latitude,
                       static_cast<unsigned long long>(i));
    if (i % kBatch == kBatch - 1) {
      for (std::size_t j = 0; j < kBatch; ++j) Answer();
    }
  }
  for (std::size_t j = 0; j < places.size() % kBatch; ++j) Answer();
}

void RedisPeer::Ask(const geo::LatLng& around, geo::Meters radius) {
  redisAppendCommand(
      connection_,
      "GEOSEARCH %s FROMLONLAT %.17g %.17g BYRADIUS %.17g m ASC WITHDIST", kKey,
      around.longitude, around.latitude, radius.value());
}

std::int64_t RedisPeer::Answer() {
  void* taken = nullptr;
  if (redisGetReply(connection_, &taken) != REDIS_OK) {
    Must(absl::UnavailableError(connection_->errstr));
  }
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(taken), freeReplyObject);
  if (reply->type == REDIS_REPLY_ERROR) {
    Must(absl::UnavailableError(absl::StrCat("Redis said ", reply->str)));
  }
  return static_cast<std::int64_t>(reply->elements);
}

double RedisPeer::NearPerSecond(const std::vector<geo::LatLng>& around,
                                geo::Meters radius, int outstanding,
                                absl::Duration duration) {
  const absl::Time start = absl::Now();
  std::size_t asked = 0;
  for (int i = 0; i < outstanding; ++i) {
    Ask(around[asked++ % around.size()], radius);
  }
  while (absl::Now() - start < duration) {
    Answer();
    Ask(around[asked++ % around.size()], radius);
  }
  for (int i = 0; i < outstanding; ++i) Answer();
  return static_cast<double>(asked) /
         absl::ToDoubleSeconds(absl::Now() - start);
}

std::int64_t RedisPeer::CountNear(const std::vector<geo::LatLng>& around,
                                  geo::Meters radius) {
  std::int64_t found = 0;
  for (const geo::LatLng& point : around) {
    Ask(point, radius);
    found += Answer();
  }
  return found;
}

}  // namespace lagesbild::bench
