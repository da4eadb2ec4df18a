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
      ledger_->Commit(Next(), [this](absl::StatusOr<ledger::Committed> c) {
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

// One client over many streams: reads a while, goes away, comes back.
class RestlessWatcher {
 public:
  RestlessWatcher(testing::NoteBoard* board, int number, std::uint64_t seed,
                  Tally* tally)
      : board_(board),
        prefix_(number % 8 == 0 ? std::string()
                                : absl::StrCat("p", number % kPrefixes, "/")),
        prompt_(number % 2 == 0),
        random_(seed),
        tally_(tally),
        auditor_(
            [this](ledger::Revision r) {
              return board_->truth().Shown(r, prefix_);
            },
            [this](ledger::Revision r) {
              return board_->truth().Picture(r, prefix_);
            }) {}

  void Run() {
    while (auditor_.reached() < kRevisions && sound_) {
      ReadAWhile();
      if (Pick(&random_, 4) == 0) StayAway();
    }
    auditor_.Wrote(kRevisions);
  }

  std::vector<std::string> Finish() { return auditor_.Finish(); }
  const std::string& error() const { return error_; }

 private:
  void ReadAWhile() {
    ++tally_->streams;
    if (cursor_.empty()) ++tally_->snapshots;
    Watcher watcher(board_, cursor_, prefix_, prompt_, &auditor_);
    Response response;
    for (int left = 1 + Pick(&random_, 5000); left > 0; --left) {
      if (!watcher.Next(&response)) return Ended(watcher.End());
      ++tally_->messages;
      if (!auditor_.cursor().empty()) cursor_ = auditor_.cursor();
      if (auditor_.reached() >= kRevisions) return;
    }
  }

  void Ended(const grpc::Status& status) {
    switch (status.error_code()) {
      case grpc::StatusCode::UNAVAILABLE:
      case grpc::StatusCode::DEADLINE_EXCEEDED:
        return;
      case grpc::StatusCode::OUT_OF_RANGE:
        ++tally_->compacted;
        cursor_.clear();
        return;
      default:
        sound_ = false;
        error_ = absl::StrCat(status.error_code(), " ", status.error_message());
    }
  }

  // Until the board is some revisions further.
  void StayAway() {
    const ledger::Revision until = std::min<ledger::Revision>(
        kRevisions, auditor_.reached() + 1 + Pick(&random_, 12'000));
    board_->truth().Shown(until, prefix_);
  }

  testing::NoteBoard* const board_;
  const std::string prefix_;
  const bool prompt_;
  Random random_;
  Tally* const tally_;
  testing::WatchAuditor auditor_;
  std::string cursor_;
  bool sound_ = true;
  std::string error_;
};

WatchHubOptions Options() {
  WatchHubOptions options;
  options.bookmark_interval = absl::Milliseconds(200);
  options.max_age = absl::Seconds(5);
  options.window_revisions = kWindowKept;
  options.max_message_bytes = 1000;
  return options;
}

// Compacts until all is written, behind what the view has shown: the truth that
// watchers are compared with comes from the view, and must miss nothing.
void KeepCompacting(ledger::Ledger* ledger, testing::NoteBoard* board) {
  ledger::Revision head = 0;
  while (head < kRevisions) {
    head = ledger->WaitForHead(head + 500, absl::Milliseconds(50))->revision;
    const ledger::Revision shown = board->view().Head().revision;
    if (shown > kLogKept) {
      EXPECT_THAT(ledger->Compact(shown - kLogKept), testing::IsOk());
    }
  }
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
  Tally tally;
  std::vector<std::unique_ptr<RestlessWatcher>> watchers;
  std::vector<std::thread> threads;
  for (int i = 0; i < kWatchers; ++i) {
    watchers.push_back(std::make_unique<RestlessWatcher>(
        &board, i, seed + 1 + static_cast<std::uint64_t>(i), &tally));
    threads.emplace_back([w = watchers.back().get()] { w->Run(); });
  }
  std::thread compactor([&] { KeepCompacting(ledger.get(), &board); });
  writer.Run();
  compactor.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(writer.failed(), 0);
  for (const auto& watcher : watchers) {
    EXPECT_EQ(watcher->error(), "");
    EXPECT_THAT(watcher->Finish(), ::testing::IsEmpty());
  }
  EXPECT_GE(tally.snapshots, kWatchers);
  EXPECT_GT(tally.streams, kWatchers);
  std::printf("%d streams, %d snapshots, %d compacted cursors, %lld messages\n",
              tally.streams.load(), tally.snapshots.load(),
              tally.compacted.load(),
              static_cast<long long>(tally.messages.load()));
}

}  // namespace
}  // namespace lagesbild::watch
