#include "lib/ledger/committer.h"

#include <future>
#include <map>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/ledger/errors.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace lagesbild::ledger {
namespace {

using lagesbild::testing::Eventually;
using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;

Transaction Put(const std::string& key) {
  Transaction transaction;
  transaction.writes.push_back({key, "v", std::nullopt});
  return transaction;
}

// An engine that waits at a gate and remembers the sizes of its batches.
class Gate {
 public:
  Committer::Applied Apply(absl::Span<const PreparedTransaction> batch) {
    base::MutexLock lock(&mutex_);
    ++entered_;
    changed_.SignalAll();
    while (!open_) changed_.Wait(&mutex_);
    sizes_.push_back(batch.size());
    Committer::Applied applied;
    applied.away = away_;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (away_.ok()) {
        applied.results.push_back(Committed{++revision_, absl::Time(), false});
      } else {
        applied.results.push_back(away_);
      }
    }
    return applied;
  }
  void AwaitEntered(int batches) {
    base::MutexLock lock(&mutex_);
    while (entered_ < batches) changed_.Wait(&mutex_);
  }
  // What `away` says comes of all that was and will be given to it.
  void Open(absl::Status away = absl::OkStatus()) {
    base::MutexLock lock(&mutex_);
    open_ = true;
    away_ = std::move(away);
    changed_.SignalAll();
  }
  std::vector<std::size_t> sizes() {
    base::MutexLock lock(&mutex_);
    return sizes_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  int entered_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status away_ ABSL_GUARDED_BY(mutex_);
  Revision revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::size_t> sizes_ ABSL_GUARDED_BY(mutex_);
};

Committer::Apply ApplyOf(Gate* gate) {
  return [gate](absl::Span<const PreparedTransaction> batch) {
    return gate->Apply(batch);
  };
}

// Each report would cost an fsync of its own, and the suite a tenth of its
// rate.
TEST(CommitterTest, WhatWaitsIsCommittedTogetherAndInOrder) {
  Gate gate;
  std::vector<Revision> told;
  Committer committer(ApplyOf(&gate));
  const auto done = [&](absl::StatusOr<Committed> committed) {
    told.push_back(committed->revision);
  };
  committer.Commit(Put("first"), done);
  gate.AwaitEntered(1);
  for (int i = 0; i < 10; ++i) committer.Commit(Put("k"), done);
  gate.Open();
  committer.Stop();
  EXPECT_THAT(gate.sizes(), ::testing::ElementsAre(1, 10));
  EXPECT_THAT(told, ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
}

// Counts what it was told, from any thread.
class Told {
 public:
  CommitCallback Count() {
    return [this](const absl::StatusOr<Committed>& committed) {
      base::MutexLock lock(&mutex_);
      const std::string reason = base::ReasonOf(committed.status());
      ++counts_[committed.ok() ? "OK" : reason];
      teller_ = std::this_thread::get_id();
    };
  }
  int Of(const std::string& reason) {
    base::MutexLock lock(&mutex_);
    return counts_[reason];
  }
  std::thread::id teller() {
    base::MutexLock lock(&mutex_);
    return teller_;
  }

 private:
  base::Mutex mutex_;
  std::map<std::string, int> counts_ ABSL_GUARDED_BY(mutex_);
  std::thread::id teller_ ABSL_GUARDED_BY(mutex_);
};

// Under overload memory would grow until the process is killed, and who is
// refused would hear it only when the slow storage has answered.
TEST(CommitterTest, BeyondTheLimitCommitsAreRefusedAtOnce) {
  Gate gate;
  Told told;
  CommitterLimits limits;
  limits.max_queued = 2;
  Committer committer(ApplyOf(&gate), limits);
  committer.Commit(Put("a"), told.Count());
  gate.AwaitEntered(1);
  for (int i = 0; i < 5; ++i) committer.Commit(Put("b"), told.Count());
  committer.Commit(Put(""), told.Count());
  EXPECT_TRUE(Eventually([&] { return told.Of(kOverloaded) == 3; }));
  EXPECT_TRUE(Eventually([&] { return told.Of(base::kInvalidField) == 1; }));
  EXPECT_NE(told.teller(), std::this_thread::get_id());
  EXPECT_EQ(told.Of("OK"), 0);
  gate.Open();
  committer.Stop();
  EXPECT_EQ(told.Of("OK"), 3);
}

// A caller slow to hear its refusal would let all others' pile up in memory.
TEST(CommitterTest, RefusalsThatNobodyHearsDoNotPileUp) {
  Gate gate;
  Told told;
  CommitterLimits limits;
  limits.max_queued = 1;
  limits.max_refusals = 2;
  Committer committer(ApplyOf(&gate), limits);
  committer.Commit(Put("a"), told.Count());
  gate.AwaitEntered(1);
  committer.Commit(Put("b"), told.Count());
  std::promise<void> hears;
  std::promise<void> go_on;
  committer.Commit(Put("slow"), [&](const absl::StatusOr<Committed>&) {
    hears.set_value();
    go_on.get_future().wait();
  });
  hears.get_future().wait();
  for (int i = 0; i < 5; ++i) committer.Commit(Put("c"), told.Count());
  EXPECT_EQ(told.Of(kOverloaded), 3);
  go_on.set_value();
  EXPECT_TRUE(Eventually([&] { return told.Of(kOverloaded) == 5; }));
  gate.Open();
}

// While the storage is away, thousands of callers would wait in turn for what
// the first has found out.
TEST(CommitterTest, WhatWaitsWhileTheStorageIsAwayFailsWithTheFirst) {
  Gate gate;
  Told told;
  CommitterLimits limits;
  limits.max_batch = 2;
  Committer committer(ApplyOf(&gate), limits);
  committer.Commit(Put("a"), told.Count());
  gate.AwaitEntered(1);
  for (int i = 0; i < 10; ++i) committer.Commit(Put("b"), told.Count());
  gate.Open(StorageUnavailable("away"));
  EXPECT_TRUE(
      Eventually([&] { return told.Of(base::kStorageUnavailable) == 11; }));
  EXPECT_THAT(gate.sizes(), ::testing::ElementsAre(1));
  gate.Open();
  committer.Commit(Put("c"), told.Count());
  committer.Stop();
  EXPECT_EQ(told.Of("OK"), 1);
}

// A caller would wait for ever for an answer that never comes.
TEST(CommitterTest, AfterStoppingCommitsFailAtOnce) {
  Gate gate;
  Committer committer(ApplyOf(&gate));
  committer.Stop();
  absl::Status told;
  committer.Commit(Put("a"), [&](const absl::StatusOr<Committed>& committed) {
    told = committed.status();
  });
  EXPECT_THAT(told, StatusIs(absl::StatusCode::kUnavailable));
}

// A faulty transaction would take a place in a batch, or break it.
TEST(TransactionTest, WhatCannotBeStoredIsRefused) {
  const auto invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(ValidateTransaction(Put("a key")), IsOk());
  EXPECT_THAT(ValidateTransaction(Transaction()), invalid);
  EXPECT_THAT(ValidateTransaction(Put("")), invalid);
  EXPECT_THAT(ValidateTransaction(Put("a\nb")), invalid);
  EXPECT_THAT(ValidateTransaction(Put("å")), invalid);
  EXPECT_THAT(ValidateTransaction(Put(std::string(kMaxKeyBytes + 1, 'k'))),
              invalid);
  Transaction twice = Put("k");
  twice.writes.push_back(twice.writes[0]);
  EXPECT_THAT(ValidateTransaction(twice), invalid);
  Transaction large = Put("k");
  large.writes[0].value = std::string(kMaxValueBytes + 1, 'v');
  EXPECT_THAT(ValidateTransaction(large), invalid);
  Transaction nameless = Put("k");
  nameless.meta.request = RequestKey{"a", "m", "", "d"};
  EXPECT_THAT(ValidateTransaction(nameless), invalid);
}

}  // namespace
}  // namespace lagesbild::ledger
