// Commits as fast as it can until it is killed: ledger_writer sqlite|redis
// PLACE PREFIX OUTSTANDING. One line "REVISION ID" on standard output for each
// commit that was acknowledged. Ends when one is refused.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/ledger_load.h"

namespace lagesbild::testing {
namespace {

absl::StatusOr<std::unique_ptr<ledger::Ledger>> Open(const std::string& engine,
                                                     const std::string& place,
                                                     const base::Clock* clock,
                                                     base::IdSource* ids) {
  if (engine == "sqlite") return ledger::OpenSqlite(place, clock, ids);
  ledger::RedisOptions options;
  options.endpoint.address = place;
  options.name = "crash";
  return ledger::OpenRedis(options, clock, ids);
}

void Tell(const Acknowledged& acknowledged) {
  const std::string line =
      absl::StrCat(acknowledged.revision, " ", acknowledged.id, "\n");
  // One write, no buffer: what is told is told, whatever happens next.
  if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(1);
}

void EndOn(const absl::Status& refusal) {
  std::fprintf(stderr, "%s\n", refusal.ToString().c_str());
  _exit(1);
}

int Main(const std::string& engine, const std::string& place,
         const std::string& prefix, int outstanding) {
  const base::SystemClock clock{};
  base::RandomIds ids;
  const auto ledger = Open(engine, place, &clock, &ids);
  if (!ledger.ok()) {
    std::fprintf(stderr, "%s\n", ledger.status().ToString().c_str());
    return 1;
  }
  LedgerLoad load(ledger->get(), prefix, outstanding, Tell, EndOn);
  while (true) pause();
}

}  // namespace
}  // namespace lagesbild::testing

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  return lagesbild::testing::Main(argv[1], argv[2], argv[3],
                                  std::atoi(argv[4]));
}
