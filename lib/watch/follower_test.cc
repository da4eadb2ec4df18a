#include "lib/watch/follower.h"

#include <map>

#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/watch/watch_fixture.h"

namespace lagesbild::watch {
namespace {

using testing::Eventually;
using testing::v1::WatchNotesRequest;
using testing::v1::WatchNotesResponse;
using NoteDelivery = Delivery<WatchNotesResponse>;
using NoteFollower = Follower<WatchNotesRequest, WatchNotesResponse>;

// Keeps what it is given, as a service keeps it in its ledger.
class Consumer {
 public:
  void Take(std::vector<NoteDelivery> deliveries,
            const std::function<void(absl::Status)>& done) {
    absl::Status answer;
    {
      base::MutexLock lock(&mutex_);
      answer = answer_;
      if (answer.ok()) {
        ++batches_;
        for (const NoteDelivery& d : deliveries) Apply(d);
      } else {
        ++refused_;
      }
    }
    done(answer);
  }

  void AnswerWith(absl::Status status) {
    base::MutexLock lock(&mutex_);
    answer_ = std::move(status);
  }
  void SetCursor(const std::string& cursor) {
    base::MutexLock lock(&mutex_);
    cursor_ = cursor;
  }
  std::string cursor() const {
    base::MutexLock lock(&mutex_);
    return cursor_;
  }
  std::map<std::string, std::string> notes() const {
    base::MutexLock lock(&mutex_);
    return notes_;
  }
  int snapshots() const {
    base::MutexLock lock(&mutex_);
    return snapshots_;
  }
  int refused() const {
    base::MutexLock lock(&mutex_);
    return refused_;
  }
  int changes() const {
    base::MutexLock lock(&mutex_);
    return changes_;
  }
  ledger::Revision reached() const {
    base::MutexLock lock(&mutex_);
    return reached_;
  }

 private:
  void Apply(const NoteDelivery& d) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    cursor_ = d.cursor;
    reached_ = d.reached.at(0).revision();
    if (d.kind == DeliveryKind::kSnapshot) {
      ++snapshots_;
      notes_.clear();
    }
    for (const WatchNotesResponse& part : d.parts) {
      for (const auto& change : part.changes()) {
        ++changes_;
        if (change.type() == v1::CHANGE_TYPE_REMOVED) {
          notes_.erase(change.note().key());
        } else {
          notes_[change.note().key()] = change.note().text();
        }
      }
    }
  }

  mutable base::Mutex mutex_;
  absl::Status answer_ ABSL_GUARDED_BY(mutex_);
  std::string cursor_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> notes_ ABSL_GUARDED_BY(mutex_);
  int batches_ ABSL_GUARDED_BY(mutex_) = 0;
  int snapshots_ ABSL_GUARDED_BY(mutex_) = 0;
  int refused_ ABSL_GUARDED_BY(mutex_) = 0;
  int changes_ ABSL_GUARDED_BY(mutex_) = 0;
  ledger::Revision reached_ ABSL_GUARDED_BY(mutex_) = -1;
};

class FollowerTest : public WatchFixture {
 protected:
  void Follow(const std::string& prefix = "") {
    follower_.reset();
    stub_ = board_->NewStub();
    WatchNotesRequest filter;
    filter.set_prefix(prefix);
    filter.set_prompt_bookmarks(true);
    FollowerOptions options;
    options.name = "test follows notes";
    options.min_backoff = absl::Milliseconds(5);
    options.max_backoff = absl::Milliseconds(50);
    follower_ = std::make_unique<NoteFollower>(
        filter,
        [this](grpc::ClientContext* context, const WatchNotesRequest* request,
               grpc::ClientReadReactor<WatchNotesResponse>* reactor) {
          stub_->async()->WatchNotes(context, request, reactor);
        },
        [this] { return consumer_.cursor(); },
        [this](std::vector<NoteDelivery> deliveries,
               const std::function<void(absl::Status)>& done) {
          consumer_.Take(std::move(deliveries), done);
        },
        &real_clock_, &logger_, options);
    follower_->Start();
  }
  bool Reaches(ledger::Revision revision) {
    return Eventually([&] { return consumer_.reached() >= revision; });
  }

  base::SystemClock real_clock_;
  base::NullLogger logger_;
  std::unique_ptr<testing::v1::NoteBoard::Stub> stub_;
  Consumer consumer_;
  std::unique_ptr<NoteFollower> follower_;
};

// A derived picture would be built on part of what it is derived from.
TEST_F(FollowerTest, TakesTheSnapshotThenEveryChange) {
  Serve();
  board_->Put("a", "1");
  board_->Put("b", "2");
  Follow();
  ASSERT_TRUE(Reaches(2));
  board_->Put("a", std::nullopt);
  const ledger::Revision last = board_->Put("c", "3");
  ASSERT_TRUE(Reaches(last));
  EXPECT_EQ(consumer_.notes(),
            (std::map<std::string, std::string>{{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(consumer_.snapshots(), 1);
  EXPECT_TRUE(follower_->status().connected);
}

// A consumer that shows nothing of a revision would wait for it for ever.
TEST_F(FollowerTest, IsToldOfRevisionsThatShowNothing) {
  Serve();
  Follow("site/");
  const ledger::Revision last = board_->Put("hidden", "1");
  EXPECT_TRUE(Reaches(last));
  EXPECT_TRUE(consumer_.notes().empty());
}

// A restart would repeat or lose what happened meanwhile.
TEST_F(FollowerTest, ResumesFromTheStoredCursor) {
  Serve();
  board_->Put("a", "1");
  Follow();
  ASSERT_TRUE(Reaches(1));
  follower_->Stop();
  const int before = consumer_.changes();
  for (int i = 0; i < 50; ++i) board_->Put("a", std::to_string(i));
  Follow();
  ASSERT_TRUE(Reaches(51));
  EXPECT_EQ(consumer_.snapshots(), 1);
  EXPECT_EQ(consumer_.changes(), before + 50);
}

// A server that is replaced would leave its followers behind.
TEST_F(FollowerTest, GoesOnAfterTheServerEndsTheStream) {
  Serve();
  Follow();
  board_->Put("a", "1");
  ASSERT_TRUE(Reaches(1));
  // The view ends all streams when it loads anew.
  for (int i = 0; i < 3; ++i) {
    board_->view().Reload();
    const ledger::Revision last = board_->Put("a", std::to_string(i));
    ASSERT_TRUE(Reaches(last));
  }
  EXPECT_EQ(consumer_.snapshots(), 1);
}

// After a compaction the follower would stop for good.
TEST_F(FollowerTest, TakesASnapshotWhenItsCursorIsCompacted) {
  Serve();
  board_->Put("a", "1");
  Follow();
  ASSERT_TRUE(Reaches(1));
  follower_->Stop();
  board_->Put("a", std::nullopt);
  board_->Put("b", "2");
  ASSERT_THAT(store_->Compact(3), testing::IsOk());
  Serve();
  Follow();
  ASSERT_TRUE(Reaches(3));
  EXPECT_EQ(consumer_.snapshots(), 2);
  EXPECT_EQ(consumer_.notes(),
            (std::map<std::string, std::string>{{"b", "2"}}));
}

// After a restored backup the follower would stop for good.
TEST_F(FollowerTest, TakesASnapshotWhenItsCursorIsForeign) {
  Serve();
  board_->Put("a", "1");
  consumer_.SetCursor(EncodeCursor({"another store", 7, "chain"}));
  Follow();
  ASSERT_TRUE(Reaches(1));
  EXPECT_EQ(consumer_.snapshots(), 1);
  board_->Put("a", "2");
  EXPECT_TRUE(Reaches(2));
}

// A consumer whose commit failed would lose what it was given.
TEST_F(FollowerTest, GivesAgainWhatTheConsumerRefused) {
  Serve();
  Follow();
  board_->Put("a", "1");
  ASSERT_TRUE(Reaches(1));
  consumer_.AnswerWith(absl::AbortedError("another replica was first"));
  board_->Put("b", "2");
  ASSERT_TRUE(Eventually([&] { return consumer_.refused() > 2; }));
  EXPECT_EQ(follower_->status().last_error.code(), absl::StatusCode::kAborted);
  consumer_.AnswerWith(absl::OkStatus());
  ASSERT_TRUE(Reaches(2));
  EXPECT_EQ(consumer_.notes().size(), 2u);
  EXPECT_EQ(consumer_.changes(), 2);
}

// Shutting down would wait for a consumer that never answers.
TEST_F(FollowerTest, StopsWhileTheConsumerWorks) {
  Serve();
  stub_ = board_->NewStub();
  std::function<void(absl::Status)> late;
  base::Mutex mutex;
  NoteFollower follower(
      {},
      [this](grpc::ClientContext* context, const WatchNotesRequest* request,
             grpc::ClientReadReactor<WatchNotesResponse>* reactor) {
        stub_->async()->WatchNotes(context, request, reactor);
      },
      [] { return ""; },
      [&](std::vector<NoteDelivery>, std::function<void(absl::Status)> done) {
        base::MutexLock lock(&mutex);
        late = std::move(done);
      },
      &real_clock_, &logger_, {});
  follower.Start();
  ASSERT_TRUE(Eventually([&] {
    base::MutexLock lock(&mutex);
    return late != nullptr;
  }));
  follower.Stop();
  late(absl::OkStatus());
  EXPECT_EQ(follower.status().snapshots, 0);
}

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

}  // namespace
}  // namespace lagesbild::watch
