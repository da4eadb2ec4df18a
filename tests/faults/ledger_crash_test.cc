#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/redis_ledger.h"
#include "lib/ledger/sqlite_ledger.h"
#include "tests/faults/ledger_load.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::testing {
namespace {

using ledger::Ledger;

// How often each is killed; LAGESBILD_CRASHES=200 for the long run.
int Crashes() {
  const char* given = std::getenv("LAGESBILD_CRASHES");
  return given != nullptr ? std::atoi(given) : 20;
}

// A ledger_writer, killed at the latest with this object.
class Writer {
 public:
  Writer(const std::string& engine, const std::string& place,
         const std::string& prefix) {
    const char* folder = std::getenv("LAGESBILD_BIN_DIR");
    const std::string program =
        absl::StrCat(folder != nullptr ? folder : ".", "/ledger_writer");
    int ends[2];
    if (pipe(ends) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      execl(program.c_str(), "ledger_writer", engine.c_str(), place.c_str(),
            prefix.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  ~Writer() {
    Kill();
    if (out_ != nullptr) std::fclose(out_);
  }

  // The next acknowledged commit; false at the end. A line that the end cut off
  // was not told.
  bool Next(Acknowledged* acknowledged) {
    char line[256];
    if (std::fgets(line, sizeof(line), out_) == nullptr) return false;
    const std::string text = line;
    if (text.back() != '\n') return false;
    std::istringstream in(text);
    in >> acknowledged->revision >> acknowledged->id;
    return true;
  }
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  std::FILE* out_ = nullptr;
};

class LedgerCrashTest : public ::testing::Test {
 protected:
  LedgerCrashTest() { std::cout << "seed " << seed_ << std::endl; }

  // One writer, killed some time after it began to be told.
  void KillAWriter(const std::string& engine, const std::string& place,
                   int round) {
    Writer writer(engine, place, absl::StrCat("r", round, "-"));
    int left = int(random_() % 400) + 1;
    Acknowledged acknowledged;
    int told = 0;
    while (writer.Next(&acknowledged)) {
      auditor_.Acknowledge(acknowledged);
      ++told;
      if (--left == 0) {
        std::this_thread::sleep_for(
            std::chrono::microseconds(random_() % 3000));
        writer.Kill();
      }
    }
    EXPECT_GT(told, 0) << "the writer wrote nothing";
  }

  const unsigned seed_ = std::random_device{}();
  std::mt19937 random_{seed_};
  const base::SystemClock clock_{};
  base::RandomIds ids_;
  CrashAuditor auditor_;
};

// What an agency was told is on record would be gone after a crash.
TEST_F(LedgerCrashTest, SqliteKeepsWhatAKilledWriterWasTold) {
  const TempDir dir;
  const std::string path = dir.File("ledger.db");
  for (int round = 0; round < Crashes() && !HasFailure(); ++round) {
    KillAWriter("sqlite", path, round);
    ASSERT_OK_AND_ASSIGN(const auto ledger,
                         ledger::OpenSqlite(path, &clock_, &ids_));
    auditor_.Audit(ledger.get());
    if (round + 1 == Crashes()) auditor_.AuditAll(ledger.get());
  }
}

ledger::RedisOptions OptionsFor(const RedisServer& server) {
  ledger::RedisOptions options;
  options.endpoint.address = server.address();
  options.name = "crash";
  return options;
}

TEST_F(LedgerCrashTest, RedisKeepsWhatAKilledWriterWasTold) {
  const RedisServer server;
  for (int round = 0; round < Crashes() && !HasFailure(); ++round) {
    KillAWriter("redis", server.address(), round);
    ASSERT_OK_AND_ASSIGN(const auto ledger,
                         ledger::OpenRedis(OptionsFor(server), &clock_, &ids_));
    auditor_.Audit(ledger.get());
    if (round + 1 == Crashes()) auditor_.AuditAll(ledger.get());
  }
}

// The same when it is the server that dies; the writer goes on by itself, and
// what it sent without hearing of it is there once or not at all.
TEST_F(LedgerCrashTest, RedisKeepsWhatItAcknowledgedWhenItIsKilled) {
  RedisServer server;
  ASSERT_OK_AND_ASSIGN(const auto ledger,
                       ledger::OpenRedis(OptionsFor(server), &clock_, &ids_));
  base::Mutex mutex;
  std::vector<Acknowledged> told;
  for (int round = 0; round < Crashes() && !HasFailure(); ++round) {
    {
      LedgerLoad load(ledger.get(), absl::StrCat("r", round, "-"), 24,
                      [&](const Acknowledged& acknowledged) {
                        base::MutexLock lock(&mutex);
                        told.push_back(acknowledged);
                      });
      while (load.acknowledged() == 0) std::this_thread::yield();
      std::this_thread::sleep_for(
          std::chrono::microseconds(random_() % 200'000));
      server.Kill();
      const auto head = ledger->ReadHead();
      EXPECT_FALSE(head.ok());
      server.Start();
      const int before = load.acknowledged();
      while (load.acknowledged() == before) std::this_thread::yield();
    }
    for (const Acknowledged& acknowledged : told) {
      auditor_.Acknowledge(acknowledged);
    }
    told.clear();
    auditor_.Audit(ledger.get());
  }
  auditor_.AuditAll(ledger.get());
}

}  // namespace
}  // namespace lagesbild::testing
