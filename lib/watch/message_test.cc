#include "lib/watch/message.h"

#include "gmock/gmock.h"
#include "lagesbild/testing/v1/note_board.pb.h"
#include "lib/watch/renderer.h"

namespace lagesbild::watch {
namespace {

using testing::v1::NoteChange;
using testing::v1::WatchNotesResponse;

std::string Changes(int count, std::size_t text_bytes) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    NoteChange change;
    change.mutable_note()->set_key(std::to_string(i));
    change.mutable_note()->set_text(std::string(text_bytes, 'x'));
    AppendChange(change, &bytes);
  }
  return bytes;
}

// A client could not read what the server joined.
TEST(MessageTest, HeaderAndChangesJoinIntoOneResponse) {
  Place place{7, "chain", absl::FromUnixMillis(1500), {}};
  WatchNotesResponse response;
  ASSERT_TRUE(response.ParseFromString(
      HeaderAt({"notes", "store"}, place, v1::MESSAGE_KIND_CHANGE) +
      Changes(3, 300)));
  EXPECT_EQ(response.changes_size(), 3);
  EXPECT_EQ(response.header().kind(), v1::MESSAGE_KIND_CHANGE);
  EXPECT_EQ(response.header().recorded_time().seconds(), 1);
  EXPECT_EQ(response.header().recorded_time().nanos(), 500'000'000);
  EXPECT_EQ(DecodeCursor(response.header().cursor())->revision, 7);
}

// A large revision would not fit into messages, or lose what lies at a cut.
TEST(MessageTest, CutsBetweenElementsOnly) {
  const std::string bytes = Changes(100, 200);
  WatchNotesResponse all;
  for (const absl::string_view piece : SplitChanges(bytes, 1000)) {
    EXPECT_LE(piece.size(), 1000u);
    WatchNotesResponse part;
    ASSERT_TRUE(part.ParseFromString(std::string(piece)));
    all.MergeFrom(part);
  }
  EXPECT_EQ(all.SerializeAsString(), bytes);
}

// One large record would be cut in two, or never sent.
TEST(MessageTest, AnElementLargerThanTheLimitIsAPieceOfItsOwn) {
  const std::string bytes = Changes(3, 5000);
  EXPECT_EQ(SplitChanges(bytes, 1000).size(), 3u);
  EXPECT_EQ(SplitChanges("", 1000).size(), 1u);
  EXPECT_EQ(SplitChanges("\xff\xff", 1).size(), 1u);
}

}  // namespace
}  // namespace lagesbild::watch
