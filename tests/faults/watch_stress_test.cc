#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/base/mutex.h"
#include "lib/ledger/memory_ledger.h"
#include "lib/watch/watch_fixture.h"
#include "tests/testing/note_board.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::watch {
namespace {

constexpr ledger::Revision kRevisions = 60'000;
constexpr int kWatchers = 24;
constexpr int kPrefixes = 8;
constexpr int kKeys = 400;
// How much the log keeps behind the head, and the hub in memory: a watcher that
// stays away longer falls from one to the next.
constexpr ledger::Revision kLogKept = 6000;
constexpr std::size_t kWindowKept = 1500;
constexpr ledger::Revision kCompactEvery = 500;
constexpr int kMostOutstanding = 64;

std::uint64_t Seed() {
  const char* given = std::getenv("LAGESBILD_SEED");
  const std::uint64_t seed =
      given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("LAGESBILD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

using Random = std::mt19937_64;

int Pick(Random* random, int n) {
  return std::uniform_int_distribution<int>(0, n - 1)(*random);
}

// Commits with many outstanding, as a busy service does.
class Writer {
 public:
  Writer(ledger::Ledger* ledger, std::uint64_t seed)
      : ledger_(ledger), random_(seed) {}

  void Run() {
    for (ledger::Revision r = 0; r < kRevisions; ++r) {
      AwaitTurn(kMostOutstanding);
      ledger_->Commit(Next(),
                      [this](const absl::StatusOr<ledger::Committed>& c) {
                        base::MutexLock lock(&mutex_);
                        if (!c.ok()) ++failed_;
                        --outstanding_;
                        turn_.Signal();
                      });
    }
    AwaitTurn(1);
  }

  int failed() {
    base::MutexLock lock(&mutex_);
    return failed_;
  }

 private:
  void AwaitTurn(int most) {
    base::MutexLock lock(&mutex_);
    while (outstanding_ >= most) turn_.Wait(&mutex_);
    ++outstanding_;
  }

  ledger::Transaction Next() {
    // Most are small; a few are larger than a message.
    const int records = Pick(&random_, 500) == 0 ? 100 : 1 + Pick(&random_, 2);
    ledger::Transaction transaction;
    const int first = Pick(&random_, kKeys);
    for (int i = 0; i < records; ++i) {
      const int key = (first + i) % kKeys;
      std::optional<std::string> text;
      if (Pick(&random_, 5) > 0) text = absl::StrCat(random_());
      transaction.writes.push_back(
          {absl::StrCat("p", key / (kKeys / kPrefixes), "/", key),
           std::move(text), std::nullopt});
    }
    return transaction;
  }

  ledger::Ledger* const ledger_;
  Random random_;
  base::Mutex mutex_;
  base::CondVar turn_;
  int outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
  int failed_ ABSL_GUARDED_BY(mutex_) = 0;
};

struct Tally {
  std::atomic<int> streams = 0;
  std::atomic<int> snapshots = 0;
  std::atomic<int> compacted = 0;
  std::atomic<std::int64_t> messages = 0;
};

// Compacts until all is shown, behind what is: the view must never have to load
// anew. What the watchers are held against is read first.
class Compactor {
 public:
  explicit Compactor(ledger::Ledger* ledger, testing::NoteBoard* board)
      : ledger_(ledger), board_(board) {}

  void Run() {
    ledger::Revision shown = 0;
    while (shown < kRevisions) {
      testing::Heard<absl::Status> further;
      board_->view().WhenReached(
          std::min<ledger::Revision>(shown + kCompactEvery, kRevisions),
          testing::kPatience, further.callback());
      EXPECT_THAT(further.Wait(), testing::IsOk());
      shown = board_->view().Head().revision;
      board_->truth().CatchUp();
      if (shown > kLogKept) Compact(shown - kLogKept);
    }
  }

  // Returns when the log begins after `revision`.
  void AwaitCompacted(ledger::Revision revision) {
    base::MutexLock lock(&mutex_);
    while (through_ < revision) further_.Wait(&mutex_);
  }

 private:
  void Compact(ledger::Revision through) {
    EXPECT_THAT(ledger_->Compact(through), testing::IsOk());
    base::MutexLock lock(&mutex_);
    through_ = through;
    further_.SignalAll();
  }

  ledger::Ledger* const ledger_;
  testing::NoteBoard* const board_;
  base::Mutex mutex_;
  base::CondVar further_;
  ledger::Revision through_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One client over many streams: reads a while, goes away, comes back.
class RestlessWatcher {
 public:
  RestlessWatcher(testing::NoteBoard* board, Compactor* compactor, int number,
                  std::uint64_t seed, Tally* tally)
      : board_(board),
        compactor_(compactor),
        who_(absl::StrCat("LAGESBILD_SEED=", seed, " watcher ", number, ": ")),
        random_(seed + 1 + static_cast<std::uint64_t>(number)),
        tally_(tally),
        watcher_(board,
                 number % 8 == 0 ? std::string()
                                 : absl::StrCat("p", number % kPrefixes, "/"),
                 {.prompt = number % 2 == 0}) {
    watcher_.set_who(who_);
  }

  void Run() {
    ReadAWhile();
    FallBelowTheLog();
    while (watcher_.reached() < kRevisions && sound_) {
      ReadAWhile();
      if (Pick(&random_, 4) == 0) StayAway();
    }
    watcher_.Wrote(kRevisions);
  }

 private:
  void ReadAWhile() {
    ++tally_->streams;
    if (cursor_.empty()) ++tally_->snapshots;
    watcher_.Start(cursor_);
    Response response;
    for (int left = 1 + Pick(&random_, 5000); left > 0; --left) {
      if (!watcher_.Next(&response)) return Ended(watcher_.End());
      ++tally_->messages;
      if (!watcher_.cursor().empty()) cursor_ = watcher_.cursor();
      if (watcher_.reached() >= kRevisions) break;
    }
    watcher_.HangUp();
  }

  void Ended(const absl::Status& status) {
    if (absl::IsUnavailable(status)) return;
    if (absl::IsOutOfRange(status)) {
      ++tally_->compacted;
      cursor_.clear();
      return;
    }
    sound_ = false;
    ADD_FAILURE() << who_ << "at " << watcher_.reached() << ": " << status;
  }

  // Once, so that each surely is told that its cursor is too old.
  void FallBelowTheLog() {
    if (watcher_.reached() < kRevisions - kLogKept) {
      compactor_->AwaitCompacted(watcher_.reached() + 1);
    }
  }

  // Until the board is some revisions further.
  void StayAway() {
    testing::Heard<absl::Status> shown;
    board_->view().WhenReached(
        std::min<ledger::Revision>(
            kRevisions, watcher_.reached() + 1 + Pick(&random_, 12'000)),
        testing::kPatience, shown.callback());
    EXPECT_THAT(shown.Wait(), testing::IsOk()) << who_;
  }

  testing::NoteBoard* const board_;
  Compactor* const compactor_;
  const std::string who_;
  Random random_;
  Tally* const tally_;
  Watcher watcher_;
  std::string cursor_;
  bool sound_ = true;
};

WatchHubOptions Options() {
  WatchHubOptions options;
  options.bookmark_interval = absl::Milliseconds(200);
  options.max_age = absl::Seconds(5);
  options.window_revisions = kWindowKept;
  options.max_message_bytes = 1000;
  return options;
}

// Under load, with clients that come and go and a log that shrinks, some agency
// would be shown a picture that never was.
TEST(WatchStressTest, AllPromisesHoldForRestlessWatchers) {
  const std::uint64_t seed = Seed();
  base::SystemClock clock;
  base::RandomIds ids;
  auto ledger = ledger::NewMemoryLedger(&clock, &ids);
  testing::NoteBoard board(ledger.get(), &clock, Options());
  Writer writer(ledger.get(), seed);
  Compactor compactor(ledger.get(), &board);
  Tally tally;
  std::vector<std::thread> threads;
  threads.reserve(kWatchers);
  for (int i = 0; i < kWatchers; ++i) {
    threads.emplace_back(
        [&, i] { RestlessWatcher(&board, &compactor, i, seed, &tally).Run(); });
  }
  std::thread compacting([&] { compactor.Run(); });
  writer.Run();
  compacting.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(writer.failed(), 0);
  EXPECT_EQ(board.skips(), 0);
  EXPECT_GE(tally.compacted, kWatchers);
  EXPECT_GE(tally.snapshots, 2 * kWatchers);
  std::printf("%d streams, %d snapshots, %d compacted cursors, %lld messages\n",
              tally.streams.load(), tally.snapshots.load(),
              tally.compacted.load(),
              static_cast<long long>(tally.messages.load()));
}

}  // namespace
}  // namespace lagesbild::watch
