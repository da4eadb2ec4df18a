#include "bench/commit/sqlite_peer.h"

#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "bench/commit/load.h"
#include "bench/must.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/ledger/sqlite_ledger.h"
#include "lib/ledger/sqlite_tables.h"

namespace lagesbild::bench {
namespace {

using ledger::Database;
using ledger::DatabaseTransaction;

constexpr absl::Duration kPatience = absl::Minutes(1);

std::unique_ptr<Database> Open(const std::string& path) {
  auto db = Must(ledger::OpenForWriting(
      path, "", kPatience, ledger::SqliteOptions().checkpoint_pages));
  Must(ledger::EnsureTables(db.get(), "peer"));
  return db;
}

// One transaction of `commits` commits.
absl::Status CommitSome(Database* db, int commits, std::mt19937* random) {
  static const std::string chain(40, 'c');
  static const std::string content(64, 'd');
  static const std::string digest(32, 'p');
  DatabaseTransaction transaction(db, DatabaseTransaction::Kind::kWrite);
  LB_RETURN_IF_ERROR(transaction.status());
  LB_ASSIGN_OR_RETURN(ledger::StoreHeader header, ledger::ReadHeader(db));
  ledger::Head& head = header.standing.head;
  ledger::SqliteTables tables(db);
  for (int i = 0; i < commits; ++i) {
    const ledger::Transaction one = TransactionOf(unsigned((*random)()));
    ++head.revision;
    LB_RETURN_IF_ERROR(tables.AddVersion(head.revision, 1, one.writes[0].key,
                                         one.writes[0].value, false, digest));
    LB_RETURN_IF_ERROR(
        tables.AddLog(head.revision, 1, chain, content, one.meta));
  }
  LB_RETURN_IF_ERROR(tables.SaveStanding(header.standing));
  return transaction.Commit();
}

}  // namespace

double MeasureSqliteWriters(const std::string& path, int writers) {
  const base::SystemClock clock{};
  std::vector<std::unique_ptr<Database>> connections;
  connections.reserve(std::size_t(writers));
  for (int i = 0; i < writers; ++i) connections.push_back(Open(path));
  std::atomic<int> commits = 0;
  const absl::Duration start = clock.Monotonic();
  std::vector<std::thread> threads;
  threads.reserve(std::size_t(writers));
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&, i] {
      std::mt19937 random{unsigned(i)};
      while (clock.Monotonic() - start < kMeasured) {
        Must(CommitSome(connections[std::size_t(i)].get(), 1, &random));
        ++commits;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return commits / absl::ToDoubleSeconds(clock.Monotonic() - start);
}

double MeasureSqliteBatches(const std::string& path, int batch) {
  const base::SystemClock clock{};
  const auto db = Open(path);
  std::mt19937 random;
  int commits = 0;
  const absl::Duration start = clock.Monotonic();
  while (clock.Monotonic() - start < kMeasured) {
    Must(CommitSome(db.get(), batch, &random));
    commits += batch;
  }
  return commits / absl::ToDoubleSeconds(clock.Monotonic() - start);
}

}  // namespace lagesbild::bench
