#ifndef LAGESBILD_BENCH_COMMIT_REDIS_PEER_H_
#define LAGESBILD_BENCH_COMMIT_REDIS_PEER_H_

#include "tests/testing/redis_server.h"

namespace lagesbild::bench {

// redis-benchmark -c CLIENTS -P 1 running the ledger's commit script, with
// arguments of the same size as ours. Commits a second.
double MeasureRedisBenchmark(testing::RedisServer* server, int clients);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_COMMIT_REDIS_PEER_H_
