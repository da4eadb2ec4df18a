#include "lib/watch/watch_hub.h"

#include "lib/watch/watch_fixture.h"

namespace lagesbild::watch {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using testing::Eventually;
using testing::IsOk;
using testing::Names;
using testing::StatusIs;

class WatchHubTest : public WatchFixture {
 protected:
  // A view that leaves something out, and its hub with it, would be seen by no
  // watcher: streams end, and go on behind the gap.
  void TearDown() override {
    EXPECT_EQ(board_ == nullptr ? 0 : board_->skips(), 0);
  }

  // What a stream ends with that is refused.
  absl::Status Refused(const std::string& cursor) {
    return WatchFrom(cursor)->End();
  }
};

std::string Big(char c) { return std::string(1000, c); }

// A new watcher would start with half a picture, or never know it is whole.
TEST_F(WatchHubTest, EmptyCursorGivesTheSnapshotThenChanges) {
  Serve();
  board_->Put("a", "1");
  board_->Put("b", "2");
  const auto watcher = WatchFrom("");
  const Response page = watcher->Next();
  EXPECT_EQ(page.header().kind(), v1::MESSAGE_KIND_SNAPSHOT);
  EXPECT_THAT(Names(page), ElementsAre("+a=1", "+b=2"));
  const Response complete = watcher->Next();
  EXPECT_EQ(complete.header().kind(), v1::MESSAGE_KIND_SNAPSHOT_COMPLETE);
  EXPECT_EQ(DecodeCursor(complete.header().cursor())->revision, 2);
  EXPECT_EQ(complete.header().reached(0).service(), "notes");
  board_->Put("a", std::nullopt);
  const Response change = watcher->Next();
  EXPECT_EQ(change.header().kind(), v1::MESSAGE_KIND_CHANGE);
  EXPECT_TRUE(change.header().has_recorded_time());
  EXPECT_THAT(Names(change), ElementsAre("-a"));
}

// A watcher that resumes would lose or repeat what happened meanwhile.
TEST_F(WatchHubTest, ResumesRightAfterItsCursor) {
  Serve();
  board_->Put("a", "1");
  const std::string cursor = CursorNow();
  board_->Put("a", "2");
  board_->Put("a", "3");
  const auto watcher = WatchFrom(cursor);
  EXPECT_EQ(watcher->Next().header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_THAT(Names(watcher->Next()), ElementsAre("+a=2"));
  EXPECT_THAT(Names(watcher->Next()), ElementsAre("+a=3"));
}

// A restarted server would send every watcher back to a snapshot.
TEST_F(WatchHubTest, CursorsOlderThanTheMemoryAreServedFromTheLedger) {
  Serve();
  const std::string start = CursorNow();
  for (int i = 0; i < 3000; ++i) board_->Put("a", std::to_string(i));
  WatchHubOptions small;
  small.window_revisions = 10;
  Serve(small);
  for (int i = 0; i < 100; ++i) board_->Put("b", std::to_string(i));
  const auto watcher = WatchFrom(start);
  watcher->Next();
  for (int i = 0; i < 3000; ++i) {
    ASSERT_THAT(Names(watcher->Next()), ElementsAre("+a=" + std::to_string(i)));
  }
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(Names(watcher->Next()), ElementsAre("+b=" + std::to_string(i)));
  }
}

// A merge of sites would be seen as one gone and none there.
TEST_F(WatchHubTest, LargeRevisionsComeInPartsWithOneCursor) {
  WatchHubOptions options;
  options.max_message_bytes = 4000;
  Serve(options);
  const auto watcher = WatchFromNow();
  watcher->Next();
  std::map<std::string, std::string> notes;
  for (char c = 'a'; c <= 'j'; ++c) notes[std::string(1, c)] = Big(c);
  const ledger::Revision revision = board_->PutAll(notes);
  int parts = 0;
  Response message;
  do {
    message = watcher->Next();
    EXPECT_EQ(message.header().kind(), v1::MESSAGE_KIND_CHANGE);
    EXPECT_LE(message.ByteSizeLong(), 4500u);
    ++parts;
  } while (message.header().partial());
  EXPECT_EQ(parts, 4);
  EXPECT_EQ(DecodeCursor(message.header().cursor())->revision, revision);
}

// A follower would not learn that a revision which shows nothing is behind it.
TEST_F(WatchHubTest, PromptStreamsAreToldOfRevisionsThatShowNothing) {
  Serve();
  const auto watcher = WatchFromNow("site/");
  watcher->Next();
  board_->Put("hidden/a", "1");
  const Response bookmark = watcher->Next();
  EXPECT_EQ(bookmark.header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_EQ(DecodeCursor(bookmark.header().cursor())->revision, 1);
}

// A hidden change would show itself by the time of a bookmark.
TEST_F(WatchHubTest, OtherStreamsGetBookmarksAtTheIntervalOnly) {
  WatchHubOptions options;
  options.bookmark_interval = absl::Seconds(15);
  Serve(options);
  board_->Put("site/a", "0");
  const auto watcher = WatchFromNow("site/", false);
  EXPECT_EQ(watcher->Next().header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  board_->Put("hidden/a", "1");
  board_->Put("site/a", "1");
  // The visible change is the next thing to come, not a bookmark before it.
  EXPECT_THAT(Names(watcher->Next()), ElementsAre("+site/a=1"));
  board_->Put("hidden/a", "2");
  clock_.Advance(absl::Seconds(15));
  const Response bookmark = watcher->Next();
  EXPECT_EQ(bookmark.header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_EQ(DecodeCursor(bookmark.header().cursor())->revision, 4);
}

// The same bytes would be made again for each of thousands of watchers.
TEST_F(WatchHubTest, EqualStreamsShareTheirRendering) {
  Serve();
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 8; ++i) {
    watchers.push_back(WatchFromNow());
    watchers.back()->Next();
  }
  for (int i = 0; i < 50; ++i) board_->Put("a", std::to_string(i));
  for (auto& watcher : watchers) watcher->ReadTo(50);
  EXPECT_EQ(board_->renderings(), 50);
}

// A derived picture would be taken for newer than what it was derived from.
TEST_F(WatchHubTest, SaysWhatDerivedDataReflects) {
  Serve();
  access::v1::Position upstream;
  upstream.set_service("registry");
  upstream.set_store_id("store");
  upstream.set_revision(7);
  const auto watcher = WatchFromNow();
  watcher->Next();
  board_->Put("a", "derived", {upstream});
  const Response change = watcher->Next();
  ASSERT_EQ(change.header().reached_size(), 2);
  EXPECT_EQ(change.header().reached(1).revision(), 7);
  board_->Put("a", "not derived");
  const Response later = watcher->Next();
  ASSERT_EQ(later.header().reached_size(), 2);
  EXPECT_EQ(later.header().reached(1).revision(), 7);
}

// A client with a useless cursor would wait for ever or be told something
// wrong.
TEST_F(WatchHubTest, RefusesCursorsOfNoUse) {
  Serve();
  for (int i = 0; i < 5; ++i) board_->Put("a", std::to_string(i));
  ledger::Position head{ledger_.StoreId(), 5, board_->view().Head().chain};
  const auto ended = [&](const std::string& cursor) {
    const absl::Status status = Refused(cursor);
    return std::make_pair(status.code(), base::ReasonOf(status));
  };
  using ::testing::Pair;
  EXPECT_THAT(ended("rubbish"),
              Pair(absl::StatusCode::kInvalidArgument, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({"other", 5, head.chain})),
              Pair(absl::StatusCode::kInvalidArgument, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({head.store_id, 5, "other"})),
              Pair(absl::StatusCode::kInvalidArgument, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({head.store_id, 6, head.chain})),
              Pair(absl::StatusCode::kOutOfRange, "CURSOR_AHEAD"));
  const auto second = store_->ReadChanges(0, 2);
  const std::string old =
      EncodeCursor({head.store_id, 1, second->revisions[0].chain});
  ASSERT_THAT(store_->Compact(4), IsOk());
  Serve();
  EXPECT_THAT(ended(old),
              Pair(absl::StatusCode::kOutOfRange, "CURSOR_COMPACTED"));
}

// A server that goes down would keep its watchers, and they it.
TEST_F(WatchHubTest, DrainEndsAllStreamsAndRefusesNewOnes) {
  Serve();
  const auto watcher = WatchFromNow();
  watcher->Next();
  board_->hub().Drain();
  EXPECT_THAT(watcher->End(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  EXPECT_THAT(Refused(CursorNow()),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  EXPECT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
}

// One client could take all memory with streams.
TEST_F(WatchHubTest, LimitsTheStreams) {
  WatchHubOptions options;
  options.max_streams = 1;
  Serve(options);
  auto first = WatchFromNow();
  first->Next();
  EXPECT_THAT(Refused(CursorNow()),
              StatusIs(absl::StatusCode::kResourceExhausted));
  first.reset();
  ASSERT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
  WatchFromNow()->Next();
}

// Streams would stay on the oldest replica for ever.
TEST_F(WatchHubTest, OldStreamsEndAndCanResume) {
  WatchHubOptions options;
  options.max_age = absl::Hours(1);
  Serve(options);
  const auto watcher = WatchFromNow();
  const std::string cursor = watcher->Next().header().cursor();
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(watcher->End(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  watcher->Resume();
  EXPECT_EQ(watcher->Next().header().cursor(), cursor);
}

// A client that stopped reading would hold its stream for ever.
TEST_F(WatchHubTest, CancelsAStreamThatIsNotRead) {
  WatchHubOptions options;
  options.stuck_after = absl::Seconds(30);
  Serve(options);
  const auto deaf = WatchFromNow();
  deaf->Next();
  const auto reader = WatchFromNow();
  // More than the transport takes for a client that does not read.
  for (int i = 0; i < 40; ++i) {
    board_->Put("a", std::string(500'000, static_cast<char>('a' + i % 26)));
    reader->ReadTo(i + 1);
  }
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(absl::Seconds(31));
    return board_->hub().stream_count() == 1;
  }));
  board_->Put("a", "end");
  EXPECT_THAT(Names(reader->ReadTo(41)), ElementsAre("+a=end"));
  EXPECT_THAT(deaf->End(), StatusIs(absl::StatusCode::kCancelled));
}

// One record that a service cannot show would stop the service.
TEST_F(WatchHubTest, WhatARendererThrowsEndsItsStreamsAlone) {
  Serve();
  const auto watcher = WatchFromNow();
  watcher->Next();
  const auto other = WatchFromNow("b");
  other->Next();
  EXPECT_THAT(WatchFrom("", testing::kThrowing)->End(),
              StatusIs(absl::StatusCode::kInternal));
  board_->Put("a", testing::kThrowing);
  EXPECT_THAT(watcher->End(), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(WatchFrom("")->End(), StatusIs(absl::StatusCode::kInternal));
  board_->Put("b", "1");
  other->ReadTo(2);
}

// While an old picture waits for a disk that hangs, nobody could begin to watch
// the present one.
TEST_F(WatchHubTest, ReadsOfThePastDoNotHoldUpANewWatcher) {
  Serve();
  for (int i = 0; i < 4; ++i) board_->Put("a", std::to_string(i));
  ledger_.HoldHistory(true);
  std::atomic<int> answered = 0;
  for (ledger::Revision r = 1; r <= 4; ++r) {
    board_->view().ReadAsOf({r, {}}, [&](const auto&) { ++answered; });
  }
  ASSERT_TRUE(Eventually([&] { return ledger_.hanging() > 1; }));
  EXPECT_THAT(WatchFrom("", "a")->ReadSnapshot(), ElementsAre("+a=3"));
  ledger_.HoldHistory(false);
  EXPECT_TRUE(Eventually([&] { return answered == 4; }));
}

// Clients that go away would leave their streams behind.
TEST_F(WatchHubTest, CancelledStreamsAreGone) {
  Serve();
  for (int i = 0; i < 20; ++i) {
    const auto watcher = WatchFrom(i % 2 ? CursorNow() : "");
    if (i % 3) watcher->Next();
    watcher->HangUp();
  }
  EXPECT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
}

// A server could not stop while somebody watches.
TEST_F(WatchHubTest, ServerStopsWithOpenStreams) {
  Serve();
  const auto watcher = WatchFromNow();
  watcher->Next();
  board_->Shutdown(absl::Milliseconds(10));
  EXPECT_FALSE(watcher->End().ok());
}

// After a restore, watchers would go on as if it were the same history.
TEST_F(WatchHubTest, AnotherHistoryEndsTheStreamsAndTheirCursors) {
  Serve();
  board_->Put("a", "1");
  const auto watcher = WatchFromNow();
  const std::string cursor = watcher->Next().header().cursor();
  auto other = ledger::NewMemoryLedger(&clock_, &ids_);
  ledger_.Exchange(other.get());
  EXPECT_THAT(watcher->End(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
  absl::Status status;
  ASSERT_TRUE(Eventually([&] {
    status = Refused(cursor);
    return !absl::IsUnavailable(status);
  }));
  EXPECT_EQ(base::ReasonOf(status), base::kCursorForeign);
  EXPECT_EQ(board_->skips(), 1);
  board_.reset();
}

}  // namespace
}  // namespace lagesbild::watch
