// Durable commits a second of the two durable engines against their peers:
// commit_bench [sqlite|redis|all] [JSON FILE]

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/commit/load.h"
#include "bench/commit/redis_peer.h"
#include "bench/commit/report.h"
#include "bench/commit/sqlite_peer.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::bench {
namespace {

constexpr int kRuns = 5;

double OurSqlite(int outstanding) {
  const testing::TempDir dir;
  const base::SystemClock clock{};
  base::RandomIds ids;
  const auto ledger = ledger::OpenSqlite(dir.File("ours.db"), &clock, &ids);
  return MeasureLedger(ledger->get(), outstanding);
}

double SqliteWriters(int writers) {
  const testing::TempDir dir;
  return MeasureSqliteWriters(dir.File("peer.db"), writers);
}

double SqliteBatches() {
  const testing::TempDir dir;
  return MeasureSqliteBatches(dir.File("peer.db"), 64);
}

double OurRedis(int outstanding) {
  const testing::RedisServer server;
  const base::SystemClock clock{};
  base::RandomIds ids;
  ledger::RedisOptions options;
  options.endpoint.address = server.address();
  options.name = "ours";
  const auto ledger = ledger::OpenRedis(options, &clock, &ids);
  return MeasureLedger(ledger->get(), outstanding);
}

double RedisBenchmark(int clients) {
  testing::RedisServer server;
  return MeasureRedisBenchmark(&server, clients);
}

void CompareSqlite(Report* report) {
  report->Compare(
      "commit/sqlite, 64 outstanding : 64 writers", 5,
      [] { return OurSqlite(64); }, [] { return SqliteWriters(64); });
  report->Compare(
      "commit/sqlite, 64 outstanding : one thread, batches of 64", 0.8,
      [] { return OurSqlite(64); }, SqliteBatches);
  report->Compare(
      "commit/sqlite, 1 outstanding : one writer", 0,
      [] { return OurSqlite(1); }, [] { return SqliteWriters(1); });
}

void CompareRedis(Report* report) {
  report->Compare(
      "commit/redis, 64 outstanding : redis-benchmark -c 64 -P 1", 1,
      [] { return OurRedis(64); }, [] { return RedisBenchmark(64); });
  report->Compare(
      "commit/redis, 1 outstanding : redis-benchmark -c 1 -P 1", 0,
      [] { return OurRedis(1); }, [] { return RedisBenchmark(1); });
}

int Main(const std::string& which, const std::string& json) {
  Report report(kRuns);
  if (which != "redis") CompareSqlite(&report);
  if (which != "sqlite") CompareRedis(&report);
  if (report.WriteJson(json)) return 0;
  std::fprintf(stderr, "cannot write %s\n", json.c_str());
  return 1;
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  return lagesbild::bench::Main(argc > 1 ? argv[1] : "all",
                                argc > 2 ? argv[2] : "commit_bench.json");
}
