#include "lib/view/writer.h"

#include <atomic>

#include "lib/view/view_fixture.h"

namespace lagesbild::view {
namespace {

using testing::ErrorIs;
using testing::Heard;
using testing::IsOk;
using testing::StatusIs;

class WriterTest : public ViewFixture {
 protected:
  void SetUp() override { Open(); }

  absl::StatusOr<ledger::Committed> Mutate(
      Writer<Records>::Decide decide,
      std::optional<ledger::RequestKey> request = std::nullopt) {
    Heard<absl::StatusOr<ledger::Committed>> heard;
    Writer<Records> writer(view_.get(), &ledger_);
    writer.Mutate({"test", std::move(request), "", ""}, std::move(decide),
                  kBudget, heard.callback());
    return heard.Wait();
  }

  static Writer<Records>::Decide Set(const std::string& key,
                                     const std::string& value) {
    return [=](const Records&) -> absl::StatusOr<ledger::Transaction> {
      ledger::Transaction transaction;
      transaction.writes.push_back({key, value, std::nullopt});
      return transaction;
    };
  }

  // Adds one to the number under "n", if it is still what was read.
  static absl::StatusOr<ledger::Transaction> Increment(const Records& records) {
    const auto found = records.by_key.find("n");
    const bool exists = found != records.by_key.end();
    const int n = exists ? std::stoi(found->second.value) : 0;
    ledger::Transaction transaction;
    transaction.writes.push_back(
        {"n", std::to_string(n + 1), exists ? found->second.revision : 0});
    return transaction;
  }
};

// Whoever wrote would not find their own change when reading next.
TEST_F(WriterTest, AnswersWhenTheViewShowsTheWrite) {
  ASSERT_OK_AND_ASSIGN(auto committed, Mutate(Set("a", "one")));
  EXPECT_EQ(committed.revision, 1);
  EXPECT_FALSE(committed.repeated);
  EXPECT_EQ(Value("a"), "one");
}

// A client that repeats after a lost answer would report a site twice.
TEST_F(WriterTest, RepeatedRequestGetsTheFirstAnswer) {
  const ledger::RequestKey key{"agency", "create", "id", "digest"};
  ASSERT_OK_AND_ASSIGN(auto first, Mutate(Set("a", "one"), key));
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(
      auto again,
      Mutate([](const Records&) { return absl::AlreadyExistsError("no"); },
             key));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.revision, first.revision);
  EXPECT_EQ(again.recorded, first.recorded);
  EXPECT_EQ(view_->Head().revision, 1);
}

// A client whose ids come round after a week would be answered with what it
// wrote then, and its new report would be lost.
TEST_F(WriterTest, AnIdIsNewAgainAfterItsWeek) {
  const ledger::RequestKey key{"agency", "create", "id", "digest"};
  ASSERT_THAT(Mutate(Set("a", "one"), key), IsOk());
  clock_.Advance(ledger::kRequestMemory + absl::Seconds(1));
  const ledger::RequestKey again{"agency", "create", "id", "another"};
  ASSERT_OK_AND_ASSIGN(auto second, Mutate(Set("a", "two"), again));
  EXPECT_FALSE(second.repeated);
  EXPECT_EQ(Value("a"), "two");
  ASSERT_OK_AND_ASSIGN(auto repeat, Mutate(Set("a", "three"), again));
  EXPECT_TRUE(repeat.repeated);
  EXPECT_EQ(repeat.revision, second.revision);
}

// An id used for two things would silently lose the second.
TEST_F(WriterTest, ReusedRequestIdIsRefused) {
  ASSERT_THAT(Mutate(Set("a", "one"),
                     ledger::RequestKey{"agency", "create", "id", "one"}),
              IsOk());
  EXPECT_THAT(
      Mutate(Set("a", "two"),
             ledger::RequestKey{"agency", "create", "id", "two"}),
      ErrorIs(absl::StatusCode::kInvalidArgument, base::kRequestIdReused));
  EXPECT_EQ(Value("a"), "one");
}

// Two officers' changes at once would overwrite one another.
TEST_F(WriterTest, ConflictingWritersAllTakeEffect) {
  constexpr int kWriters = 40;
  Writer<Records> writer(view_.get(), &ledger_);
  std::vector<Heard<absl::StatusOr<ledger::Committed>>> heard(kWriters);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; i < kWriters; i += 4) {
        writer.Mutate({}, &Increment, absl::Seconds(60), heard[i].callback());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int succeeded = 0;
  for (auto& h : heard) {
    const auto result = h.Wait();
    if (result.ok()) {
      ++succeeded;
    } else {
      EXPECT_THAT(result,
                  ErrorIs(absl::StatusCode::kAborted, base::kRevisionMismatch));
    }
  }
  EXPECT_GE(succeeded, kMaxDecisions);
  EXPECT_EQ(Value("n"), std::to_string(succeeded));
}

// A mistake in a service would keep its callers waiting until their deadline.
TEST_F(WriterTest, AnExpectationThatTheViewContradictsIsNotTriedAgain) {
  Put("a", "one");
  ASSERT_EQ(ValueAt(Put("a", "two"), "a"), "two");
  std::atomic<int> decisions = 0;
  const auto result =
      Mutate([&](const Records&) -> absl::StatusOr<ledger::Transaction> {
        ++decisions;
        ledger::Transaction transaction;
        transaction.writes.push_back({"a", "three", 1});
        return transaction;
      });
  EXPECT_THAT(result,
              ErrorIs(absl::StatusCode::kAborted, base::kRevisionMismatch));
  EXPECT_EQ(decisions, 1);
}

// A refusal would be stored, or an update that changes nothing would wake every
// watcher.
TEST_F(WriterTest, ErrorsAndEmptyDecisionsCommitNothing) {
  Put("a", "one");
  ValueAt(1, "a");
  EXPECT_THAT(
      Mutate([](const Records&) { return absl::NotFoundError("no site"); }),
      StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(
      auto same, Mutate([](const Records&) { return ledger::Transaction(); }));
  EXPECT_EQ(same.revision, 1);
  EXPECT_EQ(ledger_.ReadHead()->revision, 1);
}

// A write that storage refused would be reported as done.
TEST_F(WriterTest, StorageErrorsReachTheCaller) {
  ledger_.Fail(base::Error(absl::StatusCode::kResourceExhausted,
                           base::kStorageFull, "full"));
  EXPECT_THAT(
      Mutate(Set("a", "one")),
      ErrorIs(absl::StatusCode::kResourceExhausted, base::kStorageFull));
}

}  // namespace
}  // namespace lagesbild::view
