#include "bench/commit/redis_peer.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "bench/commit/load.h"
#include "bench/must.h"
#include "lib/ledger/redis_scripts.h"

namespace lagesbild::bench {
namespace {

constexpr int kRequestsPerClient = 600;

// A ledger, and the one writer that redis-benchmark plays.
void MakeLedger(testing::RedisServer* server) {
  server->Command({"HSET", "{peer}:head", "store", "s", "format", "1",
                   "revision", "0", "recorded", "0", "chain",
                   std::string(40, '0'), "mixed", "0"});
  server->Command({"HSET", "{peer}:writer:w", "epoch", "1"});
}

std::string Arguments(const std::string& sha) {
  // The sequence is random, so that no commit is taken for a repeated one.
  return absl::StrJoin(
      std::vector<std::string>{"EVALSHA",
                               sha,
                               "1",
                               "'{peer}'",
                               "s",
                               "w",
                               "1",
                               "__rand_int__",
                               "1700000000000000",
                               "''",
                               std::string(64, 'd'),
                               std::string(110, 'm'),
                               "''",
                               "''",
                               "''",
                               "''",
                               "1",
                               "regions/stockholm/sites/__rand_int__",
                               "p",
                               "''",
                               std::string(32, 'h'),
                               std::string(kRecordBytes, 'x'),
                               "0"},
      " ");
}

std::string OutputOf(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) Must(absl::UnavailableError("no shell to be had"));
  std::string output;
  char buffer[4096];
  while (std::fgets(buffer, sizeof(buffer), pipe) != nullptr) {
    output += buffer;
  }
  if (pclose(pipe) == 0) return output;
  Must(absl::UnavailableError(
      absl::StrCat("redis-benchmark failed and said:\n", output)));
  return "";
}

}  // namespace

double MeasureRedisBenchmark(testing::RedisServer* server, int clients) {
  MakeLedger(server);
  const std::string sha =
      server->Command({"SCRIPT", "LOAD", ledger::CommitScript().text});
  const int requests = kRequestsPerClient * (clients > 1 ? clients : 4);
  const std::string output = OutputOf(absl::StrCat(
      "redis-benchmark -h 127.0.0.1 -p ", server->port(), " -c ", clients,
      " -P 1 -n ", requests, " -r ", kKeys, " --csv ", Arguments(sha)));
  // name, requests a second, and six latencies.
  const std::vector<std::string> fields = absl::StrSplit(output, "\",\"");
  double rate = 0;
  if (fields.size() < 8 ||
      !absl::SimpleAtod(fields[fields.size() - 7], &rate)) {
    Must(absl::InternalError(absl::StrCat("redis-benchmark said:\n", output)));
  }
  const std::string head = server->Command({"HGET", "{peer}:head", "revision"});
  if (std::atoi(head.c_str()) < requests * 99 / 100) {
    Must(absl::InternalError(
        absl::StrCat("redis-benchmark committed only ", head)));
  }
  return rate;
}

}  // namespace lagesbild::bench
