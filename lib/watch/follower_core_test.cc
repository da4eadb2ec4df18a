#include "lib/watch/follower_core.h"

#include <atomic>
#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/mutex.h"
#include "lib/base/status.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/waiting.h"

namespace lagesbild::watch {
namespace {

using testing::Eventually;

// A call that a test opens itself.
class FakeStream final : public OpenedStream {
 public:
  explicit FakeStream(std::shared_ptr<StreamEvents> events)
      : events_(std::move(events)) {}
  void ReadMore() override {}
  void Cancel() override { events_->OnEnd(grpc::Status::CANCELLED); }

 private:
  const std::shared_ptr<StreamEvents> events_;
};

// A half-open connection would stop the picture without anybody noticing.
TEST(FollowerCoreTest, ASilentStreamIsCancelledAndOpenedAnew) {
  testing::FakeClock clock;
  base::NullLogger logger;
  std::atomic<int> opened = 0;
  FollowerOptions options;
  options.bookmark_interval = absl::Seconds(15);
  FollowerCore core(
      options, &clock, &logger,
      [&](const std::string&, std::shared_ptr<StreamEvents> events) {
        ++opened;
        return std::make_shared<FakeStream>(std::move(events));
      },
      [] { return ""; }, [](auto, auto done) { done(absl::OkStatus()); });
  core.Start();
  ASSERT_TRUE(Eventually([&] { return opened == 1; }));
  ASSERT_TRUE(Eventually([&] {
    clock.Advance(absl::Seconds(1));
    return opened == 2;
  }));
  EXPECT_GE(clock.Monotonic(), absl::Seconds(45));
}

// A server that is down would be called without pause by everyone at once.
TEST(FollowerCoreTest, PausesLongerEachTimeAndShortAgainAfterAMessage) {
  testing::FakeClock clock;
  base::NullLogger logger;
  base::Mutex mutex;
  std::vector<absl::Duration> opened;
  std::atomic<bool> speak = false;
  FollowerOptions options;
  options.min_backoff = absl::Seconds(1);
  options.max_backoff = absl::Seconds(8);
  options.random = [] { return 1.0; };
  FollowerCore core(
      options, &clock, &logger,
      [&](const std::string&, std::shared_ptr<StreamEvents> events) {
        base::MutexLock lock(&mutex);
        opened.push_back(clock.Monotonic());
        if (speak) events->OnMessage({}, nullptr, 0);
        events->OnEnd(grpc::Status(grpc::StatusCode::UNAVAILABLE, "down"));
        return std::make_shared<FakeStream>(std::move(events));
      },
      [] { return ""; }, [](auto, auto done) { done(absl::OkStatus()); });
  core.Start();
  const auto times = [&] {
    base::MutexLock lock(&mutex);
    return opened;
  };
  const auto open_one_more = [&] {
    const std::size_t before = times().size();
    return Eventually([&] {
      if (times().size() > before) return true;
      clock.Advance(absl::Milliseconds(100));
      return false;
    });
  };
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(open_one_more());
  const auto slow = times();
  EXPECT_GE(slow[1] - slow[0], absl::Seconds(1));
  EXPECT_GE(slow[2] - slow[1], absl::Seconds(2));
  EXPECT_GE(slow[5] - slow[4], absl::Seconds(8));
  speak = true;
  ASSERT_TRUE(open_one_more());
  const std::size_t spoken = times().size();
  ASSERT_TRUE(open_one_more());
  const auto after = times();
  EXPECT_LT(after[spoken] - after[spoken - 1], absl::Seconds(8));
}

// A server that refuses the cursor "old", answers none with a picture and any
// other with silence; what the consumer makes of that is the test's.
class RefusalTest : public ::testing::Test {
 protected:
  using Consume = std::function<absl::Status(std::string* stored)>;

  // The cursors that streams were opened with, once there are so many.
  std::vector<std::string> Opened(std::size_t streams, Consume consume) {
    FollowerOptions options;
    options.min_backoff = absl::ZeroDuration();
    FollowerCore core(
        options, &clock_, &logger_,
        [&](const std::string& cursor, std::shared_ptr<StreamEvents> events) {
          Answer(cursor, events.get());
          return std::make_shared<FakeStream>(std::move(events));
        },
        [&] { return stored_; },
        [&](auto, auto done) { done(consume(&stored_)); });
    core.Start();
    EXPECT_TRUE(Eventually([&] {
      base::MutexLock lock(&mutex_);
      return opened_.size() >= streams;
    }));
    core.Stop();
    return opened_;
  }

 private:
  void Answer(const std::string& cursor, StreamEvents* events) {
    if (cursor == "old") {
      events->OnEnd(grpc::Status(grpc::StatusCode::OUT_OF_RANGE, "compacted"));
    } else if (cursor.empty()) {
      v1::WatchHeader header;
      header.set_kind(v1::MESSAGE_KIND_SNAPSHOT_COMPLETE);
      header.set_cursor("picture");
      events->OnMessage(header, nullptr, 0);
    }
    base::MutexLock lock(&mutex_);
    opened_.push_back(cursor);
  }

  testing::FakeClock clock_;
  base::NullLogger logger_;
  std::string stored_ = "old";  // only the follower's thread uses it
  base::Mutex mutex_;
  std::vector<std::string> opened_;
};

// What came after another replica's picture would be lost in a later one.
TEST_F(RefusalTest, ACursorThatMovedOnIsResumedFrom) {
  EXPECT_THAT(Opened(3,
                     [](std::string* stored) {
                       *stored = "another's";
                       return absl::AbortedError("another was first");
                     }),
              ::testing::ElementsAre("old", "", "another's"));
}

// A storage that fails for a moment would leave the follower behind for good.
TEST_F(RefusalTest, ThePictureIsAskedForUntilItIsTaken) {
  int tries = 0;
  EXPECT_THAT(Opened(5,
                     [&](std::string* stored) {
                       if (++tries == 3) *stored = "taken elsewhere";
                       return absl::UnavailableError("storage");
                     }),
              ::testing::ElementsAre("old", "", "", "", "taken elsewhere"));
}

}  // namespace
}  // namespace lagesbild::watch
