// Durable commits a second of the two durable engines against their peers. The
// goals: commit/sqlite-writers 5, commit/sqlite-batches 0.8, commit/redis 1; of
// one outstanding commit at a time there is none.

#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/commit/load.h"
#include "bench/commit/redis_peer.h"
#include "bench/commit/sqlite_peer.h"
#include "bench/must.h"
#include "bench/ratio.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "lib/rpc/flags.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::bench {
namespace {

constexpr int kMany = 64;

double OurSqlite(int outstanding) {
  const testing::TempDir dir;
  const base::SystemClock clock{};
  base::RandomIds ids;
  const auto ledger =
      Must(ledger::OpenSqlite(dir.File("ours.db"), &clock, &ids));
  return MeasureLedger(ledger.get(), outstanding);
}

double SqliteWriters(int writers) {
  const testing::TempDir dir;
  return MeasureSqliteWriters(dir.File("peer.db"), writers);
}

double SqliteBatches(int size) {
  const testing::TempDir dir;
  return MeasureSqliteBatches(dir.File("peer.db"), size);
}

double OurRedis(int outstanding) {
  const testing::RedisServer server;
  const base::SystemClock clock{};
  base::RandomIds ids;
  ledger::RedisOptions options;
  options.endpoint.address = server.address();
  options.name = "ours";
  const auto ledger = Must(ledger::OpenRedis(options, &clock, &ids));
  return MeasureLedger(ledger.get(), outstanding);
}

double RedisBenchmark(int clients) {
  testing::RedisServer server;
  return MeasureRedisBenchmark(&server, clients);
}

struct Comparison {
  std::string name;
  std::function<double()> ours;
  std::function<double()> peer;
};

std::vector<Comparison> Comparisons() {
  return {{"commit/sqlite-writers", [] { return OurSqlite(kMany); },
           [] { return SqliteWriters(kMany); }},
          {"commit/sqlite-batches", [] { return OurSqlite(kMany); },
           [] { return SqliteBatches(kMany); }},
          {"commit/sqlite-one", [] { return OurSqlite(1); },
           [] { return SqliteWriters(1); }},
          {"commit/redis", [] { return OurRedis(kMany); },
           [] { return RedisBenchmark(kMany); }},
          {"commit/redis-one", [] { return OurRedis(1); },
           [] { return RedisBenchmark(1); }}};
}

// A file system in memory syncs for nothing: there would be nothing to measure.
absl::Status CheckFolder(const std::string& folder) {
  struct statfs found;
  if (statfs(folder.c_str(), &found) != 0) {
    return absl::NotFoundError(absl::StrCat("no folder ", folder));
  }
  if (found.f_type != TMPFS_MAGIC && found.f_type != RAMFS_MAGIC) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      folder, " is in memory, where a sync costs nothing; give --folder"));
}

void Run(const std::string& folder, const std::string& only, int runs,
         const std::string& json) {
  Must(CheckFolder(folder));
  setenv("TMPDIR", folder.c_str(), 1);  // for every TempDir
  std::vector<Ratio> ratios;
  for (const Comparison& one : Comparisons()) {
    if (one.name.find(only) == std::string::npos) continue;
    ratios.push_back(Compare(one.name, "commits/s", runs, one.ours, one.peer));
  }
  Must(WriteJson(ratios, json));
}

}  // namespace
}  // namespace lagesbild::bench

int main(int argc, char** argv) {
  using namespace lagesbild;
  std::string folder = std::filesystem::temp_directory_path();
  std::string only;
  std::string json;
  int runs = bench::kMinRuns;
  rpc::Flags flags("bench_commit",
                   "Durable commits, against what else could store them.");
  flags.Add("folder", "on the disk that is measured", &folder);
  flags.Add("only", "comparisons with this in their name", &only);
  flags.Add("runs", "of each, in turn", &runs);
  flags.Add("json", "file to write the figures to", &json);
  if (const auto code = flags.ParseMain(argc, argv)) return *code;
  bench::Run(folder, only, runs, json);
  return 0;
}
