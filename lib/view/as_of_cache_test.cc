#include "lib/view/as_of_cache.h"

#include <atomic>
#include <string>

#include "lib/view/view_fixture.h"

namespace lagesbild::view {
namespace {

using testing::Eventually;
using testing::Heard;
using testing::IsOk;
using testing::StatusIs;

class AsOfTest : public ViewFixture {
 protected:
  absl::StatusOr<StateAsOf<Records>> ReadAsOf(const Point& point) {
    Heard<absl::StatusOr<StateAsOf<Records>>> heard;
    view_->ReadAsOf(point, heard.callback());
    return heard.Wait();
  }
};

// A figure could not be reproduced as it stood when it was published.
TEST_F(AsOfTest, ShowsAnEarlierRevision) {
  Put("a", "one");
  Put("b", "two");
  Put("a", std::nullopt);
  Open();
  ASSERT_OK_AND_ASSIGN(auto then, ReadAsOf({2, {}}));
  EXPECT_EQ(then.revision, 2);
  EXPECT_EQ(then.state->Value("a"), "one");
  EXPECT_EQ(then.state->Value("b"), "two");
  ASSERT_OK_AND_ASSIGN(auto empty, ReadAsOf({0, {}}));
  EXPECT_TRUE(empty.state->by_key.empty());
}

// "As recorded at the year's end" would give another moment's figures.
TEST_F(AsOfTest, ShowsWhatWasRecordedAtATime) {
  const absl::Time before = clock_.Now() - absl::Seconds(1);
  Put("a", "one");
  const absl::Time first = clock_.Now();
  clock_.Advance(absl::Hours(1));
  Put("a", "two");
  Open();
  ASSERT_OK_AND_ASSIGN(auto at_first, ReadAsOf({{}, first}));
  EXPECT_EQ(at_first.state->Value("a"), "one");
  EXPECT_EQ(at_first.revision, 1);
  ASSERT_OK_AND_ASSIGN(auto now, ReadAsOf({{}, clock_.Now()}));
  EXPECT_EQ(now.state->Value("a"), "two");
  ASSERT_OK_AND_ASSIGN(auto never, ReadAsOf({{}, before}));
  EXPECT_EQ(never.revision, 0);
}

// The same question would cost a whole county's history each time.
TEST_F(AsOfTest, KeepsTheLatestUsedVersionsOnly) {
  for (int i = 1; i <= 6; ++i) Put("a", std::to_string(i));
  Open();
  ASSERT_OK_AND_ASSIGN(auto first, ReadAsOf({1, {}}));
  ASSERT_OK_AND_ASSIGN(auto again, ReadAsOf({1, {}}));
  EXPECT_EQ(first.state, again.state);
  for (ledger::Revision r = 2; r <= 6; ++r) {
    ASSERT_THAT(ReadAsOf({r, {}}), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(auto anew, ReadAsOf({1, {}}));
  EXPECT_NE(first.state, anew.state);
  EXPECT_EQ(anew.state->Value("a"), "1");
}

// A question about the future would be answered as if it had come.
TEST_F(AsOfTest, RefusesWhatDoesNotExist) {
  Put("a", "one");
  Open();
  EXPECT_THAT(ReadAsOf({2, {}}), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(ReadAsOf({}), StatusIs(absl::StatusCode::kInvalidArgument));
}

// The later pages of a list as of a time must not be of what came in since with
// a time before it.
TEST_F(AsOfTest, ARevisionCountsWhereThereIsATimeToo) {
  Put("a", "1");
  Put("a", "2");
  Open();
  ASSERT_OK_AND_ASSIGN(const auto found, ReadAsOf({1, clock_.Now()}));
  EXPECT_EQ(found.revision, 1);
  EXPECT_EQ(found.state->Value("a"), "1");
}

// Erased bytes would be shown to whoever asks for last year.
TEST_F(AsOfTest, ErasedBytesAreGoneFromEarlierVersions) {
  Put("a", "secret");
  Put("a", "clean");
  Open();
  ASSERT_OK_AND_ASSIGN(auto before, ReadAsOf({1, {}}));
  EXPECT_EQ(before.state->Value("a"), "secret");
  ASSERT_THAT(store_->Erase({"a", {1}, "decision 1"}), IsOk());
  view_->Reload();
  EXPECT_TRUE(Eventually([&] {
    const auto after = ReadAsOf({1, {}});
    return after.ok() && after->state->Value("a").empty();
  }));
}

// As above, by somebody who asked for the same version just before.
TEST_F(AsOfTest, ErasedBytesAreNotHandedOnByWhatWasBegunBefore) {
  Put("a", "secret");
  Open();
  ledger_.HoldHistory(true);
  Heard<absl::StatusOr<StateAsOf<Records>>> before;
  view_->ReadAsOf({1, {}}, before.callback());
  ASSERT_TRUE(Eventually([&] { return ledger_.hanging() == 1; }));
  ASSERT_THAT(store_->Erase({"a", {1}, "decision 1"}), IsOk());
  view_->Reload();
  ASSERT_TRUE(Eventually([&] { return Value("a").empty(); }));
  Heard<absl::StatusOr<StateAsOf<Records>>> after;
  view_->ReadAsOf({1, {}}, after.callback());
  EXPECT_TRUE(Eventually([&] { return ledger_.hanging() == 2; }));
  ledger_.HoldHistory(false);
  EXPECT_EQ(before.Wait()->state->Value("a"), "secret");
  const auto answer = after.Wait();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->state->Value("a"), "");
}

// Storage that hangs would take the memory of all who ask.
TEST_F(AsOfTest, RefusesAtOnceWhatIsTooMuch) {
  constexpr std::size_t kThreads = 2;
  constexpr std::size_t kTaken = kThreads + kMaxAsOfWaiting;
  for (std::size_t i = 0; i <= kTaken; ++i) Put("a", std::to_string(i));
  Open();
  ledger_.HoldHistory(true);
  std::atomic<std::size_t> answered = 0;
  for (std::size_t i = 1; i <= kTaken; ++i) {
    view_->ReadAsOf({i, {}}, [&](const auto& answer) {
      EXPECT_THAT(answer, IsOk());
      ++answered;
    });
    if (i == kThreads) {
      ASSERT_TRUE(Eventually([&] { return ledger_.hanging() == kThreads; }));
    }
  }
  EXPECT_THAT(ReadAsOf({kTaken + 1, {}}),
              StatusIs(absl::StatusCode::kResourceExhausted));
  ledger_.HoldHistory(false);
  EXPECT_TRUE(Eventually([&] { return answered == kTaken; }));
}

// Storage that is away would be answered with an empty county.
TEST_F(AsOfTest, SaysWhenStorageIsAway) {
  Put("a", "one");
  Open();
  ledger_.Fail(absl::UnavailableError("gone"));
  EXPECT_THAT(ReadAsOf({1, {}}), StatusIs(absl::StatusCode::kUnavailable));
  ledger_.Fail(absl::OkStatus());
  EXPECT_THAT(ReadAsOf({1, {}}), IsOk());
}

}  // namespace
}  // namespace lagesbild::view
