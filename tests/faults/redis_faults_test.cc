#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::testing {
namespace {

using absl::StatusCode;
using ledger::CommitAndWait;
using ::testing::HasSubstr;

// A server and its replica, which is in step.
struct Replicated {
  Replicated() {
    EXPECT_TRUE(Eventually([this] {
      return absl::StrContains(server.Command({"INFO", "replication"}),
                               "state=online");
    }));
  }
  RedisServer server{{"--repl-diskless-sync-delay", "0"}};
  RedisServer replica{
      {"--replicaof", "127.0.0.1", absl::StrCat(server.port())}};
};

class RedisFaultsTest : public ::testing::Test {
 protected:
  ledger::RedisOptions OptionsFor(const RedisServer& server,
                                  const std::string& password = "") {
    ledger::RedisOptions options;
    options.endpoint.address = server.address();
    options.endpoint.password = password;
    options.endpoint.command_timeout = absl::Seconds(5);
    options.name = "faults";
    return options;
  }
  void OpenOn(const RedisServer& server, int wait_replicas = 0) {
    ledger::RedisOptions options = OptionsFor(server);
    options.wait_replicas = wait_replicas;
    options.wait_timeout = kPatience;
    ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
  }
  absl::Status Commit(const std::string& id) {
    return CommitAndWait(ledger_.get(), LoadTransaction(id)).status();
  }
  static auto Unavailable() {
    return ErrorIs(StatusCode::kUnavailable, base::kStorageUnavailable);
  }
  void ExpectLog(const std::vector<std::string>& ids) {
    CrashAuditor auditor;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      auditor.Acknowledge({ledger::Revision(i + 1), ids[i]});
    }
    auditor.AuditAll(ledger_.get());
    EXPECT_EQ(ledger_->ReadHead()->revision, ledger::Revision(ids.size()));
  }

  const base::SystemClock clock_{};
  base::RandomIds ids_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

// While Redis restarts, the suite would hang, or need a restart after it.
TEST_F(RedisFaultsTest, GoneAndBackGoesOnByItself) {
  RedisServer server;
  OpenOn(server);
  ASSERT_THAT(Commit("before"), IsOk());
  server.Stop();
  EXPECT_THAT(Commit("refused"), Unavailable());
  EXPECT_THAT(ledger_->Load(), Unavailable());
  EXPECT_THAT(ledger_->WaitForHead(1, absl::Seconds(1)), Unavailable());
  server.Start();
  EXPECT_THAT(Commit("after"), IsOk());
  ExpectLog({"before", "after"});
}

// A short absence would be felt by callers.
TEST_F(RedisFaultsTest, AQuickRestartIsNotFelt) {
  RedisServer server;
  OpenOn(server);
  ASSERT_THAT(Commit("before"), IsOk());
  server.Restart();
  EXPECT_THAT(Commit("after"), IsOk());
  ExpectLog({"before", "after"});
}

// Out of memory would look like success, or break the ledger half-way.
TEST_F(RedisFaultsTest, OutOfMemoryRefusesAndRecovers) {
  RedisServer server;
  OpenOn(server);
  ASSERT_THAT(Commit("before"), IsOk());
  server.Command({"CONFIG", "SET", "maxmemory", "1"});
  for (int outstanding : {1, 8}) {
    LedgerLoad load(ledger_.get(), "refused", outstanding, [](auto) {});
    while (load.refused() < 10) std::this_thread::yield();
    EXPECT_EQ(load.acknowledged(), 0);
  }
  EXPECT_THAT(Commit("refused"),
              ErrorIs(StatusCode::kResourceExhausted, base::kStorageFull));
  EXPECT_EQ(ledger_->Load()->records.size(), 3u);
  server.Command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_THAT(Commit("after"), IsOk());
  ExpectLog({"before", "after"});
}

// A changed password would be told as something else.
TEST_F(RedisFaultsTest, AWrongPasswordIsSaid) {
  RedisServer server({"--requirepass", "right"});
  for (const char* password : {"", "wrong"}) {
    const auto opened =
        ledger::OpenRedis(OptionsFor(server, password), &clock_, &ids_);
    EXPECT_THAT(opened, Unavailable());
    EXPECT_THAT(std::string(opened.status().message()),
                HasSubstr("refuses the password"));
  }
  ASSERT_OK_AND_ASSIGN(
      ledger_, ledger::OpenRedis(OptionsFor(server, "right"), &clock_, &ids_));
  EXPECT_THAT(Commit("before"), IsOk());
  server.Command({"CONFIG", "SET", "requirepass", "other"});
  server.Command({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_THAT(Commit("refused"), Unavailable());
  server.Restart();  // with its first password
  EXPECT_THAT(Commit("after"), IsOk());
  ExpectLog({"before", "after"});
}

// A server that may lose a second of commits would be trusted.
TEST_F(RedisFaultsTest, AServerThatLosesCommitsIsRefused) {
  const RedisServer everysec({"--appendfsync", "everysec"});
  const RedisServer no_file({"--appendonly", "no"});
  const RedisServer pausing({"--no-appendfsync-on-rewrite", "yes"});
  const RedisServer evicting({"--maxmemory-policy", "allkeys-lru"});
  for (const RedisServer* server : {&everysec, &no_file, &pausing, &evicting}) {
    const auto opened = ledger::OpenRedis(OptionsFor(*server), &clock_, &ids_);
    EXPECT_THAT(opened, StatusIs(StatusCode::kFailedPrecondition));
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr("must be"));
  }
}

// Records would cross the network in plain text.
TEST_F(RedisFaultsTest, AnotherMachineIsRefused) {
  for (const char* address :
       {"10.0.0.1:6379", "redis.example:6379", "127.evil.example:6379",
        "0.0.0.0:6379", "[fe80::1]:6379", "127.0.0.1", "127.0.0.1:0"}) {
    ledger::RedisOptions options;
    options.endpoint.address = address;
    options.name = "n";
    EXPECT_THAT(ledger::OpenRedis(options, &clock_, &ids_),
                StatusIs(StatusCode::kInvalidArgument))
        << address;
  }
}

// Cuts bytes off the end of what the server appended last.
void CutAppendOnlyFile(const RedisServer& server, int bytes) {
  std::filesystem::path last;
  const std::filesystem::path folder(server.folder());
  for (const auto& entry :
       std::filesystem::directory_iterator(folder / "appendonlydir")) {
    if (!absl::StrContains(entry.path().string(), ".incr.")) continue;
    last = std::max(last, entry.path());
  }
  std::filesystem::resize_file(last, std::filesystem::file_size(last) - bytes);
}

// Redis killed in the middle of a write would let a commit that nobody was told
// of come back at a later start, under another commit's revision.
TEST_F(RedisFaultsTest, AHalfWrittenTransactionDoesNotComeBack) {
  // Into EXEC, and into a command before it.
  for (const int bytes : {1, 40, 400}) {
    RedisServer server;
    OpenOn(server);
    ASSERT_THAT(Commit("before"), IsOk());
    ASSERT_THAT(Commit("cut off"), IsOk());
    ledger_.reset();
    server.Kill();
    CutAppendOnlyFile(server, bytes);
    server.Start();
    OpenOn(server);
    ASSERT_THAT(Commit("after"), IsOk());
    server.Kill();
    server.Start();
    ExpectLog({"before", "after"});
  }
}

// An operator's SCRIPT FLUSH would stop all commits, or the process.
TEST_F(RedisFaultsTest, AForgottenScriptIsLoadedAgain) {
  Replicated redis;
  for (const int replicas : {0, 1}) {
    OpenOn(redis.server, replicas);
    const std::string run = absl::StrCat(replicas);
    ASSERT_THAT(Commit("before" + run), IsOk());
    redis.server.Command({"SCRIPT", "FLUSH"});
    EXPECT_THAT(Commit("after" + run), IsOk());
  }
  ExpectLog({"before0", "after0", "before1", "after1"});
}

// A report would be there twice, or be called lost although it is there, when
// the connection breaks between commit and answer.
TEST_F(RedisFaultsTest, BrokenConnectionsNeitherLoseNorDouble) {
  RedisServer server;
  OpenOn(server);
  base::Mutex mutex;
  CrashAuditor auditor;
  {
    LedgerLoad load(ledger_.get(), "k", 24,
                    [&](const Acknowledged& acknowledged) {
                      base::MutexLock lock(&mutex);
                      auditor.Acknowledge(acknowledged);
                    });
    for (int i = 0; i < 60; ++i) {
      const int until = load.acknowledged() + 20;
      while (load.acknowledged() < until) std::this_thread::yield();
      server.Command({"CLIENT", "KILL", "TYPE", "normal"});
    }
    EXPECT_EQ(load.refused(), 0);
  }
  auditor.AuditAll(ledger_.get());
}

// A server that stalls and wakes would carry out what its client has given up
// and sent again.
TEST_F(RedisFaultsTest, AStalledServerNeitherLosesNorDoubles) {
  RedisServer server;
  ledger::RedisOptions options = OptionsFor(server);
  options.endpoint.command_timeout = absl::Milliseconds(150);
  options.endpoint.connect_timeout = absl::Milliseconds(150);
  ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
  base::Mutex mutex;
  CrashAuditor auditor;
  {
    LedgerLoad load(ledger_.get(), "s", 24,
                    [&](const Acknowledged& acknowledged) {
                      base::MutexLock lock(&mutex);
                      auditor.Acknowledge(acknowledged);
                    });
    for (int i = 0; i < 5; ++i) {
      const int until = load.acknowledged() + 50;
      while (load.acknowledged() < until) std::this_thread::yield();
      kill(server.pid(), SIGSTOP);
      // Long enough for the client to give up at least once, short enough that
      // some batches get through at the second try and some do not.
      std::this_thread::sleep_for(std::chrono::milliseconds(200 + 300 * i));
      kill(server.pid(), SIGCONT);
    }
  }
  auditor.AuditAll(ledger_.get());
}

int ConnectionsOf(RedisServer* server) {
  const std::string info = server->Command({"INFO", "stats"});
  const std::string name = "total_connections_received:";
  return std::atoi(info.c_str() + info.find(name) + name.size());
}

// A Redis that takes connections but answers nothing would hold every caller
// for minutes, and a shutdown too.
TEST_F(RedisFaultsTest, AServerThatNeverAnswersIsGivenUp) {
  RedisServer server;
  ledger::RedisOptions options;
  options.endpoint.address = server.address();
  options.name = "faults";
  ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
  ASSERT_THAT(Commit("before"), IsOk());
  const int connections = ConnectionsOf(&server);
  kill(server.pid(), SIGSTOP);
  constexpr int kWaiting = 2000;  // several batches
  std::atomic<int> refused = 0;
  for (int i = 0; i < kWaiting; ++i) {
    ledger_->Commit(
        LoadTransaction(absl::StrCat("refused", i)),
        [&refused](const absl::StatusOr<ledger::Committed>& committed) {
          if (absl::IsUnavailable(committed.status())) ++refused;
        });
  }
  EXPECT_TRUE(Eventually([&] { return refused == kWaiting; }));
  EXPECT_THAT(Commit("later"), Unavailable());
  kill(server.pid(), SIGCONT);
  // What tells their number is one of them.
  EXPECT_LE(ConnectionsOf(&server) - connections, 3);
  EXPECT_THAT(Commit("after"), IsOk());
  EXPECT_THAT(ledger_->VerifyChain(), IsOk());
}

// A commit would be acknowledged that no replica has.
TEST_F(RedisFaultsTest, AMissingReplicaIsSaid) {
  RedisServer server;
  ledger::RedisOptions options = OptionsFor(server);
  options.wait_replicas = 1;
  options.wait_timeout = absl::Milliseconds(50);
  ASSERT_OK_AND_ASSIGN(ledger_, ledger::OpenRedis(options, &clock_, &ids_));
  EXPECT_THAT(Commit("alone"), Unavailable());
}

// With a replica there, no commit would be acknowledged, or one that it lacks.
TEST_F(RedisFaultsTest, AnAcknowledgedCommitIsOnTheReplica) {
  Replicated redis;
  OpenOn(redis.server, 1);
  for (int i = 1; i <= 20; ++i) {
    ASSERT_THAT(Commit(absl::StrCat(i)), IsOk());
    EXPECT_EQ(redis.replica.Command({"HGET", "{faults}:head", "revision"}),
              absl::StrCat(i));
  }
}

}  // namespace
}  // namespace lagesbild::testing
