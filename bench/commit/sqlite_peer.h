#ifndef LAGESBILD_BENCH_COMMIT_SQLITE_PEER_H_
#define LAGESBILD_BENCH_COMMIT_SQLITE_PEER_H_

#include <string>

namespace lagesbild::bench {

// The ledger's tables and settings (WAL, synchronous=FULL), written with plain
// SQL: the same rows, and none of our checks and digests. Commits a second.

// So many threads, each with its connection and one transaction a commit.
double MeasureSqliteWriters(const std::string& path, int writers);

// One thread that always has `batch` commits ready for one transaction.
double MeasureSqliteBatches(const std::string& path, int batch);

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_COMMIT_SQLITE_PEER_H_
