#include "lib/watch/reach.h"

#include <atomic>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::watch {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;

access::v1::Position At(const std::string& service, int64_t revision,
                        const std::string& store = "store") {
  access::v1::Position position;
  position.set_service(service);
  position.set_store_id(store);
  position.set_revision(revision);
  return position;
}

access::v1::ConsistencyToken Token(const Basis& positions) {
  access::v1::ConsistencyToken token;
  for (const auto& p : positions) *token.add_positions() = p;
  return token;
}

class ReachTest : public ::testing::Test {
 protected:
  // What a waiter has heard so far.
  std::shared_ptr<std::vector<absl::Status>> Wait(const Basis& positions,
                                                  absl::Duration within) {
    auto heard = std::make_shared<std::vector<absl::Status>>();
    reach_.WhenReached(Token(positions), within,
                       [heard](const absl::Status& s) { heard->push_back(s); });
    return heard;
  }

  base::SystemClock clock_;
  Reach reach_{{{"view", {"proximity"}},
                {"sites", {"registry"}},
                {"areas", {"registry"}}},
               &clock_};
};

// A reader who has just written would be shown the world without the write.
TEST_F(ReachTest, AnswersWhenEveryPartHasReachedThePosition) {
  const auto heard = Wait({At("registry", 5)}, absl::Hours(1));
  reach_.Update("sites", {At("registry", 5)});
  EXPECT_TRUE(heard->empty());
  reach_.Update("areas", {At("registry", 4)});
  EXPECT_TRUE(heard->empty());
  reach_.Update("areas", {At("registry", 6)});
  ASSERT_EQ(heard->size(), 1u);
  EXPECT_THAT(heard->front(), IsOk());
}

TEST_F(ReachTest, AnswersAtOnceWhatIsReachedOrNotFollowed) {
  reach_.Update("view", {At("proximity", 3)});
  EXPECT_EQ(Wait({At("proximity", 3)}, absl::Hours(1))->size(), 1u);
  EXPECT_EQ(Wait({At("notifications", 9)}, absl::Hours(1))->size(), 1u);
}

// A restored ledger counts anew: its revisions must not pass for the old ones.
TEST_F(ReachTest, AnotherStoresPositionIsNeverReached) {
  reach_.Update("view", {At("proximity", 30, "restored")});
  std::atomic<bool> done = false;
  absl::Status heard;
  reach_.WhenReached(Token({At("proximity", 3)}), absl::Milliseconds(1),
                     [&](const absl::Status& s) {
                       heard = s;
                       done = true;
                     });
  while (!done) std::this_thread::yield();
  EXPECT_THAT(heard,
              ErrorIs(absl::StatusCode::kUnavailable, base::kNotCaughtUp));
}

TEST_F(ReachTest, CurrentIsTheLowestOfTheParts) {
  reach_.Update("sites", {At("registry", 7)});
  EXPECT_EQ(reach_.Current().positions_size(), 0);
  reach_.Update("areas", {At("registry", 5)});
  ASSERT_EQ(reach_.Current().positions_size(), 1);
  EXPECT_EQ(reach_.Current().positions(0).revision(), 5);
}

// A service that closes would hold its callers until their time is used up.
TEST_F(ReachTest, AStoppedOneLetsNobodyWait) {
  const auto before = Wait({At("registry", 5)}, absl::Hours(1));
  reach_.Stop();
  const auto after = Wait({At("registry", 5)}, absl::Hours(1));
  for (const auto& heard : {before, after}) {
    ASSERT_EQ(heard->size(), 1u);
    EXPECT_THAT(heard->front(),
                ErrorIs(absl::StatusCode::kUnavailable, "DRAINING"));
  }
  EXPECT_THAT(Wait({}, absl::Hours(1))->front(), IsOk());
}

}  // namespace
}  // namespace lagesbild::watch
