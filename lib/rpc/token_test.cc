#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/rpc/testing/harness.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::rpc {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;
using ::lagesbild::testing::StatusIs;

// A service whose view gets there when the test says so.
class TokenTest : public ::testing::Test {
 protected:
  TokenTest() {
    h_.options.reached = [this](const access::v1::ConsistencyToken& token,
                                absl::Duration within,
                                std::function<void(absl::Status)> done) {
      EXPECT_EQ(token.positions(0).revision(), 7);
      EXPECT_LE(within, kMaxBudget);
      base::MutexLock lock(&mutex_);
      waiting_ = std::move(done);
    };
    h_.setup = [this](ProbeService* service) {
      service->get = [this](const CallPtr&, const GetRequest&, Record*,
                            Done done) {
        handled_ = true;
        done(absl::OkStatus());
      };
    };
  }

  static void SetToken(grpc::ClientContext* context) {
    access::v1::ConsistencyToken token;
    token.add_positions()->set_revision(7);
    SetConsistencyToken(access::EncodeConsistencyToken(token), context);
  }
  absl::Status Read(grpc::ClientContext* context) {
    SetToken(context);
    Record record;
    return h_.Get(&record, context);
  }
  std::function<void(absl::Status)> AwaitWaiting() {
    std::function<void(absl::Status)> taken;
    EXPECT_TRUE(Eventually([&] {
      base::MutexLock lock(&mutex_);
      taken = std::exchange(waiting_, nullptr);
      return taken != nullptr;
    }));
    return taken;
  }

  Harness h_;
  base::Mutex mutex_;
  std::function<void(absl::Status)> waiting_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> handled_ = false;
};

// Whoever has just reported a site would not find it in the next list.
TEST_F(TokenTest, AReadWaitsUntilItsTokenIsReached) {
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  std::thread client([&] { EXPECT_THAT(Read(&context), IsOk()); });
  const auto reached = AwaitWaiting();
  EXPECT_FALSE(handled_);
  reached(absl::OkStatus());
  client.join();
  EXPECT_TRUE(handled_);
}

TEST_F(TokenTest, ATokenThatIsNotReachedIsUnavailable) {
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  std::thread client([&] {
    EXPECT_THAT(Read(&context),
                ErrorIs(absl::StatusCode::kUnavailable, base::kNotCaughtUp));
  });
  AwaitWaiting()(base::Error(absl::StatusCode::kUnavailable, base::kNotCaughtUp,
                             "behind"));
  client.join();
  EXPECT_FALSE(handled_);
}

// The client would only hear that time ran out, and not that it may ask again.
TEST_F(TokenTest, TheWaitLeavesTimeToSayThatItWasInVain) {
  for (const absl::Duration budget :
       {absl::Seconds(20), absl::Milliseconds(400), absl::Milliseconds(40)}) {
    absl::Duration within = -absl::Seconds(1);
    Harness h;
    h.options.reached = [&](const auto&, absl::Duration w, const auto& done) {
      within = w;
      done(absl::OkStatus());
    };
    ASSERT_THAT(h.Start(), IsOk());
    grpc::ClientContext context;
    SetToken(&context);
    SetCaller(PoliceCaller(), budget, &context);
    Record record;
    h.stub->Get(&context, GetRequest(), &record);
    EXPECT_GE(within, absl::ZeroDuration());
    // The wire rounds timeouts up.
    EXPECT_LE(within, 0.95 * budget);
  }
}

// The wait may be long: a server that stops must not sit it out.
TEST_F(TokenTest, ACancelledReadStopsWaiting) {
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  std::thread client([&] {
    EXPECT_THAT(Read(&context), StatusIs(absl::StatusCode::kCancelled));
  });
  const auto reached = AwaitWaiting();
  context.TryCancel();
  client.join();
  h_.Stop();
  reached(absl::OkStatus());
  EXPECT_FALSE(handled_);
}

TEST_F(TokenTest, AServiceThatCannotWaitSaysSo) {
  h_.options.reached = nullptr;
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  EXPECT_THAT(Read(&context),
              ErrorIs(absl::StatusCode::kUnavailable, base::kNotCaughtUp));
}

TEST_F(TokenTest, GarbageIsRefused) {
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  SetConsistencyToken("!!", &context);
  Record record;
  EXPECT_THAT(h_.Get(&record, &context),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(TokenTest, AWriteDoesNotWait) {
  ASSERT_THAT(h_.Start(), IsOk());
  grpc::ClientContext context;
  SetToken(&context);
  SetCaller(PoliceCaller(), kTestDeadline, &context);
  Record record;
  EXPECT_TRUE(h_.stub->Put(&context, PutRequest(), &record).ok());
}

}  // namespace
}  // namespace lagesbild::rpc
