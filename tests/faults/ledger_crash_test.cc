#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/crash_auditor.h"
#include "tests/faults/crash_parties.h"
#include "tests/faults/ledger_load.h"
#include "tests/faults/settings.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace lagesbild::testing {
namespace {

using ledger::Ledger;

class LedgerCrashTest : public ::testing::Test {
 protected:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Ledger>>()>;

  // Kills a writer again and again, with a reader beside it.
  void KillWriters(const std::string& engine, const std::string& place,
                   const Open& open) {
    const int rounds = Crashes();
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
      ASSERT_OK_AND_ASSIGN(auto beside, open());
      Reader reader(std::move(beside));
      const std::string prefix = absl::StrCat("r", round, "-");
      const std::set<std::string> told = KillAWriter(engine, place, prefix);
      ASSERT_OK_AND_ASSIGN(const auto ledger, open());
      RepeatUntold(ledger.get(), prefix, told);
      Take(&reader);
      auditor_.Audit(ledger.get());
      if (round + 1 == rounds) auditor_.AuditAll(ledger.get());
    }
  }

  // One writer, killed some time after it began to be told; the ids it told of.
  std::set<std::string> KillAWriter(const std::string& engine,
                                    const std::string& place,
                                    const std::string& prefix) {
    Writer writer(engine, place, prefix);
    const std::size_t until = random_() % 400 + 1;
    std::set<std::string> told;
    Acknowledged acknowledged;
    while (writer.Next(&acknowledged)) {
      auditor_.Acknowledge(acknowledged);
      told.insert(acknowledged.id);
      if (told.size() != until) continue;
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 3000));
      writer.Kill();
    }
    EXPECT_GE(told.size(), until) << "the writer ended by itself";
    return told;
  }

  // Sends what a killed writer may have sent without being told, as its clients
  // would; whether it was committed or not, it is there once afterwards.
  void RepeatUntold(Ledger* ledger, const std::string& prefix,
                    const std::set<std::string>& told) {
    const auto sent = std::int64_t(told.size()) + kWriterOutstanding;
    const auto repeat = [&](const std::string& id) {
      if (!HasRequest(id) || told.count(id) > 0) return;
      ASSERT_OK_AND_ASSIGN(const ledger::Committed committed,
                           CommitAndWait(ledger, LoadTransaction(id)));
      auditor_.Acknowledge({committed.revision, id});
    };
    for (std::int64_t n = 0; n <= sent; ++n) repeat(LoadId(prefix, n));
    std::int64_t step = 0;
    while (told.count(StepId(prefix, step)) > 0) ++step;
    repeat(StepId(prefix, step));
  }

  void Take(Reader* reader) {
    reader->Stop();
    saw_ += reader->seen().size();
    for (const auto& [revision, chain] : reader->seen()) {
      auditor_.Saw(revision, chain);
    }
  }

  std::mt19937 random_{Seed()};
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  CrashAuditor auditor_;
  std::size_t saw_ = 0;
};

// What an agency was told is on record would be gone after a crash, or be there
// twice when it asks again.
TEST_F(LedgerCrashTest, SqliteKeepsWhatAKilledWriterWasTold) {
  const TempDir dir;
  const std::string path = dir.File("ledger.db");
  KillWriters("sqlite", path,
              [&] { return ledger::OpenSqlite(path, &clock_, &ids_); });
  EXPECT_GT(saw_, 0u) << "the reader saw nothing";
}

ledger::RedisOptions OptionsFor(const RedisServer& server) {
  ledger::RedisOptions options;
  options.endpoint.address = server.address();
  options.name = "crash";
  return options;
}

TEST_F(LedgerCrashTest, RedisKeepsWhatAKilledWriterWasTold) {
  const RedisServer server;
  KillWriters("redis", server.address(), [&] {
    return ledger::OpenRedis(OptionsFor(server), &clock_, &ids_);
  });
  EXPECT_GT(saw_, 0u) << "the reader saw nothing";
}

// The same when it is the server that dies; the writer goes on by itself, and
// what it sent without hearing of it is there once or not at all.
TEST_F(LedgerCrashTest, RedisKeepsWhatItAcknowledgedWhenItIsKilled) {
  RedisServer server;
  const auto open = [&] {
    return ledger::OpenRedis(OptionsFor(server), &clock_, &ids_);
  };
  ASSERT_OK_AND_ASSIGN(const auto ledger, open());
  base::Mutex mutex;
  std::vector<Acknowledged> told;
  const int rounds = Crashes();
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    ASSERT_OK_AND_ASSIGN(auto beside, open());
    Reader reader(std::move(beside));
    {
      LedgerLoad load(
          ledger.get(), absl::StrCat("r", round, "-"), kWriterOutstanding,
          [&](const Acknowledged& acknowledged) {
            base::MutexLock lock(&mutex);
            told.push_back(acknowledged);
          },
          [](const absl::Status& refusal) {
            EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kUnavailable));
          });
      ASSERT_TRUE(Eventually([&] { return load.acknowledged() > 0; }));
      std::this_thread::sleep_for(
          std::chrono::microseconds(random_() % 200'000));
      server.Kill();
      const auto head = ledger->ReadHead();
      EXPECT_FALSE(head.ok());
      server.Start();
      const int before = load.acknowledged();
      ASSERT_TRUE(Eventually([&] { return load.acknowledged() > before; }));
    }
    for (const Acknowledged& acknowledged : told) {
      auditor_.Acknowledge(acknowledged);
    }
    told.clear();
    Take(&reader);
    auditor_.Audit(ledger.get());
  }
  auditor_.AuditAll(ledger.get());
  EXPECT_GT(saw_, 0u) << "the reader saw nothing";
}

}  // namespace
}  // namespace lagesbild::testing
