#include "lib/watch/follower.h"

#include <map>
#include <utility>

#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/watch/followed.h"
#include "lib/watch/watch_fixture.h"

namespace lagesbild::watch {
namespace {

using testing::Eventually;
using testing::v1::WatchNotesRequest;
using testing::v1::WatchNotesResponse;
using NoteDelivery = Delivery<WatchNotesResponse>;
using NoteFollower = Follower<WatchNotesRequest, WatchNotesResponse>;

// Keeps what it is given, as a service's replicas keep it in their ledger.
class Consumer {
 public:
  // `opened`: what cursor() gave last for this stream.
  absl::Status Take(const std::vector<NoteDelivery>& deliveries,
                    const std::string& opened) {
    base::MutexLock lock(&mutex_);
    if (!answer_.ok()) {
      ++refused_;
      return answer_;
    }
    const auto fresh = FreshOf(deliveries, cursor_, opened);
    if (!fresh.ok()) return fresh.status();
    for (const NoteDelivery* d : *fresh) Apply(*d);
    return absl::OkStatus();
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
  int snapshots_ ABSL_GUARDED_BY(mutex_) = 0;
  int refused_ ABSL_GUARDED_BY(mutex_) = 0;
  int changes_ ABSL_GUARDED_BY(mutex_) = 0;
  ledger::Revision reached_ ABSL_GUARDED_BY(mutex_) = -1;
};

class FollowerTest : public WatchFixture {
 protected:
  // Follows at once, as one of perhaps several replicas. `before_open` is given
  // each stream's cursor.
  std::unique_ptr<NoteFollower> NewReplica(
      const std::string& prefix,
      std::function<void(const std::string&)> before_open) {
    WatchNotesRequest filter;
    filter.set_prefix(prefix);
    filter.set_prompt_bookmarks(true);
    FollowerOptions options;
    options.name = "test follows notes";
    options.min_backoff = absl::Milliseconds(5);
    options.max_backoff = absl::Milliseconds(50);
    std::shared_ptr<testing::v1::NoteBoard::Stub> stub = board_->NewStub();
    auto opened = std::make_shared<std::string>();
    auto replica = std::make_unique<NoteFollower>(
        filter,
        [stub, before_open](
            grpc::ClientContext* context, const WatchNotesRequest* request,
            grpc::ClientReadReactor<WatchNotesResponse>* reactor) {
          before_open(request->cursor());
          stub->async()->WatchNotes(context, request, reactor);
        },
        [this, opened] { return *opened = consumer_.cursor(); },
        [this, opened](const std::vector<NoteDelivery>& deliveries,
                       const std::function<void(absl::Status)>& done) {
          done(consumer_.Take(deliveries, *opened));
        },
        &real_clock_, &logger_, options);
    replica->Start();
    return replica;
  }
  void Follow(const std::string& prefix = "") {
    follower_.reset();
    follower_ = NewReplica(prefix, [](const std::string&) {});
  }
  bool Reaches(ledger::Revision revision) {
    return Eventually([&] { return consumer_.reached() >= revision; });
  }

  base::SystemClock real_clock_;
  base::NullLogger logger_;
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

// What happened between the pictures of two replicas would never be told: the
// later picture would be compared with the earlier one.
TEST_F(FollowerTest, OfTwoReplicasThatWereRefusedOneTakesThePicture) {
  Serve();
  board_->Put("a", "1");
  Follow();
  ASSERT_TRUE(Reaches(1));
  follower_->Stop();
  board_->Put("a", "2");
  ASSERT_THAT(store_->Compact(2), testing::IsOk());
  Serve();
  // After the late one was refused, and before it asks for a picture.
  bool overtaken = false;
  const auto overtake = [&](const std::string& cursor) {
    if (!cursor.empty() || std::exchange(overtaken, true)) return;
    Follow();
    EXPECT_TRUE(Reaches(2));
    follower_->Stop();
    board_->Put("b", "opens");
    board_->Put("b", std::nullopt);
  };
  const auto late = NewReplica("", overtake);
  ASSERT_TRUE(Reaches(4));
  EXPECT_EQ(consumer_.snapshots(), 2);
  EXPECT_EQ(consumer_.changes(), 4);
}

// The same at the first start of two: both begin with a picture.
TEST_F(FollowerTest, OfTwoReplicasThatStartOneTakesThePicture) {
  Serve();
  board_->Put("a", "1");
  bool overtaken = false;
  const auto overtake = [&](const std::string&) {
    if (std::exchange(overtaken, true)) return;
    Follow();
    EXPECT_TRUE(Reaches(1));
    follower_->Stop();
    board_->Put("b", "opens");
    board_->Put("b", std::nullopt);
  };
  const auto late = NewReplica("", overtake);
  ASSERT_TRUE(Reaches(3));
  EXPECT_EQ(consumer_.snapshots(), 1);
  EXPECT_EQ(consumer_.changes(), 3);
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
  const auto stub = board_->NewStub();
  std::function<void(absl::Status)> late;
  base::Mutex mutex;
  NoteFollower follower(
      {},
      [&](grpc::ClientContext* context, const WatchNotesRequest* request,
          grpc::ClientReadReactor<WatchNotesResponse>* reactor) {
        stub->async()->WatchNotes(context, request, reactor);
      },
      [] { return ""; },
      [&](const std::vector<NoteDelivery>&,
          std::function<void(absl::Status)> done) {
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

}  // namespace
}  // namespace lagesbild::watch
