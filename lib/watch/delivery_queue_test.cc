#include "lib/watch/delivery_queue.h"

#include "gmock/gmock.h"
#include "lagesbild/testing/v1/note_board.pb.h"

namespace lagesbild::watch {
namespace {

v1::WatchHeader Header(v1::MessageKind kind, const std::string& cursor) {
  v1::WatchHeader header;
  header.set_kind(kind);
  header.set_cursor(cursor);
  header.set_partial(cursor.empty());
  return header;
}

class DeliveryQueueTest : public ::testing::Test {
 protected:
  bool Add(v1::MessageKind kind, const std::string& cursor,
           std::size_t bytes = 10) {
    return queue_.OnMessage(Header(kind, cursor),
                            std::make_unique<testing::v1::WatchNotesResponse>(),
                            bytes);
  }
  DeliveryQueue::Taken Take() { return queue_.Take(absl::ZeroDuration()); }

  DeliveryQueue queue_{3, 1000};
};

// A consumer would store half a revision with the whole one's cursor.
TEST_F(DeliveryQueueTest, PutsPartsTogether) {
  EXPECT_TRUE(Add(v1::MESSAGE_KIND_CHANGE, ""));
  EXPECT_THAT(Take().deliveries, ::testing::IsEmpty());
  EXPECT_TRUE(Add(v1::MESSAGE_KIND_CHANGE, ""));
  EXPECT_TRUE(Add(v1::MESSAGE_KIND_CHANGE, "c1"));
  const auto taken = Take();
  ASSERT_EQ(taken.deliveries.size(), 1u);
  EXPECT_EQ(taken.deliveries[0].kind, DeliveryKind::kChanges);
  EXPECT_EQ(taken.deliveries[0].parts.size(), 3u);
  EXPECT_EQ(taken.deliveries[0].cursor, "c1");
}

// A consumer would mix the comparison of a picture with changes after it.
TEST_F(DeliveryQueueTest, ASnapshotIsTakenAlone) {
  Add(v1::MESSAGE_KIND_SNAPSHOT, "");
  Add(v1::MESSAGE_KIND_SNAPSHOT_COMPLETE, "c1");
  Add(v1::MESSAGE_KIND_CHANGE, "c2");
  Add(v1::MESSAGE_KIND_CHANGE, "c3");
  const auto first = Take();
  ASSERT_EQ(first.deliveries.size(), 1u);
  EXPECT_EQ(first.deliveries[0].kind, DeliveryKind::kSnapshot);
  EXPECT_EQ(Take().deliveries.size(), 2u);
}

// A slow consumer would fill the memory.
TEST_F(DeliveryQueueTest, PausesTheStreamWhenFullUntilTaken) {
  EXPECT_TRUE(Add(v1::MESSAGE_KIND_CHANGE, "c1"));
  EXPECT_TRUE(Add(v1::MESSAGE_KIND_CHANGE, "c2"));
  EXPECT_FALSE(Add(v1::MESSAGE_KIND_CHANGE, "c3"));
  EXPECT_TRUE(Take().read_more);
  EXPECT_FALSE(Take().read_more);
  EXPECT_FALSE(Add(v1::MESSAGE_KIND_CHANGE, "c4", 5000));
}

// Every bookmark of an idle hour would be a commit of its own.
TEST_F(DeliveryQueueTest, ALaterPlaceOutdatesABookmark) {
  Add(v1::MESSAGE_KIND_BOOKMARK, "c1");
  Add(v1::MESSAGE_KIND_BOOKMARK, "c2");
  Add(v1::MESSAGE_KIND_CHANGE, "c3");
  Add(v1::MESSAGE_KIND_BOOKMARK, "c4");
  const auto taken = Take();
  ASSERT_EQ(taken.deliveries.size(), 2u);
  EXPECT_EQ(taken.deliveries[0].cursor, "c3");
  EXPECT_EQ(taken.deliveries[1].cursor, "c4");
}

// What came before the end of a stream would be lost.
TEST_F(DeliveryQueueTest, TheEndComesAfterWhatWaits) {
  Add(v1::MESSAGE_KIND_CHANGE, "c1");
  queue_.OnEnd(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"));
  EXPECT_FALSE(Take().ended.has_value());
  EXPECT_EQ(Take().ended->error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace lagesbild::watch
