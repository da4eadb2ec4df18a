#include "lib/ledger/committer.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::ledger {
namespace {

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
  std::vector<absl::StatusOr<Committed>> Apply(
      absl::Span<const PreparedTransaction> batch) {
    base::MutexLock lock(&mutex_);
    ++entered_;
    changed_.SignalAll();
    while (!open_) changed_.Wait(&mutex_);
    sizes_.push_back(batch.size());
    std::vector<absl::StatusOr<Committed>> results;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      results.push_back(Committed{++revision_, absl::Time(), false});
    }
    return results;
  }
  void AwaitEntered(int batches) {
    base::MutexLock lock(&mutex_);
    while (entered_ < batches) changed_.Wait(&mutex_);
  }
  void Open() {
    base::MutexLock lock(&mutex_);
    open_ = true;
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

// Under overload memory would grow until the process is killed.
TEST(CommitterTest, BeyondTheLimitCommitsAreRefused) {
  Gate gate;
  CommitterLimits limits;
  limits.max_queued = 2;
  Committer committer(ApplyOf(&gate), limits);
  int ok = 0;
  int refused = 0;
  std::thread::id teller;
  const auto done = [&](absl::StatusOr<Committed> committed) {
    committed.ok() ? ++ok : ++refused;
    teller = std::this_thread::get_id();
  };
  committer.Commit(Put("a"), done);
  gate.AwaitEntered(1);
  for (int i = 0; i < 5; ++i) committer.Commit(Put("b"), done);
  gate.Open();
  committer.Stop();
  EXPECT_EQ(ok, 3);
  EXPECT_EQ(refused, 3);
  EXPECT_NE(teller, std::this_thread::get_id());
}

// A caller would wait for ever for an answer that never comes.
TEST(CommitterTest, AfterStoppingCommitsFailAtOnce) {
  Gate gate;
  Committer committer(ApplyOf(&gate));
  committer.Stop();
  absl::Status told;
  committer.Commit(Put("a"), [&](absl::StatusOr<Committed> committed) {
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
