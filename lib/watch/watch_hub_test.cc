#include "lib/watch/watch_hub.h"

#include "lib/watch/watch_fixture.h"

namespace lagesbild::watch {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::Names;

using WatchHubTest = WatchFixture;

std::string Big(char c) { return std::string(1000, c); }

// A new watcher would start with half a picture, or never know it is whole.
TEST_F(WatchHubTest, EmptyCursorGivesTheSnapshotThenChanges) {
  Serve();
  board_->Put("a", "1");
  board_->Put("b", "2");
  testing::WatchAuditor auditor = NewAuditor();
  Watcher watcher(board_.get(), "", "", true, &auditor);
  const Response page = watcher.Next();
  EXPECT_EQ(page.header().kind(), v1::MESSAGE_KIND_SNAPSHOT);
  EXPECT_THAT(Names(page), ElementsAre("+a=1", "+b=2"));
  const Response complete = watcher.Next();
  EXPECT_EQ(complete.header().kind(), v1::MESSAGE_KIND_SNAPSHOT_COMPLETE);
  EXPECT_EQ(DecodeCursor(complete.header().cursor())->revision, 2);
  EXPECT_EQ(complete.header().reached(0).service(), "notes");
  auditor.Wrote(board_->Put("a", std::nullopt));
  const Response change = watcher.Next();
  EXPECT_EQ(change.header().kind(), v1::MESSAGE_KIND_CHANGE);
  EXPECT_TRUE(change.header().has_recorded_time());
  EXPECT_THAT(Names(change), ElementsAre("-a"));
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A watcher that resumes would lose or repeat what happened meanwhile.
TEST_F(WatchHubTest, ResumesRightAfterItsCursor) {
  Serve();
  board_->Put("a", "1");
  const std::string cursor = CursorNow();
  board_->Put("a", "2");
  auto auditor = NewAuditor();
  auditor.Wrote(board_->Put("a", "3"));
  Watcher watcher(board_.get(), cursor, "", true, &auditor);
  EXPECT_EQ(watcher.Next().header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_THAT(Names(watcher.Next()), ElementsAre("+a=2"));
  EXPECT_THAT(Names(watcher.Next()), ElementsAre("+a=3"));
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A restarted server would send every watcher back to a snapshot.
TEST_F(WatchHubTest, CursorsOlderThanTheMemoryAreServedFromTheLedger) {
  Serve();
  const std::string start = CursorNow();
  for (int i = 0; i < 3000; ++i) board_->Put("a", std::to_string(i));
  WatchHubOptions small;
  small.window_revisions = 10;
  Serve(small);
  // Only the truth of what this board has seen is known to the auditor.
  auto auditor = NewAuditor();
  for (int i = 0; i < 100; ++i) board_->Put("b", std::to_string(i));
  Watcher watcher(board_.get(), start);
  Response message = watcher.Next();
  for (int i = 0; i < 3000; ++i) {
    ASSERT_THAT(Names(watcher.Next()), ElementsAre("+a=" + std::to_string(i)));
  }
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(Names(watcher.Next()), ElementsAre("+b=" + std::to_string(i)));
  }
}

// A merge of sites would be seen as one gone and none there.
TEST_F(WatchHubTest, LargeRevisionsComeInPartsWithOneCursor) {
  WatchHubOptions options;
  options.max_message_bytes = 4000;
  Serve(options);
  auto auditor = NewAuditor();
  Watcher watcher(board_.get(), CursorNow(), "", true, &auditor);
  watcher.Next();
  std::map<std::string, std::string> notes;
  for (char c = 'a'; c <= 'j'; ++c) notes[std::string(1, c)] = Big(c);
  const ledger::Revision revision = board_->PutAll(notes);
  int parts = 0;
  Response message;
  do {
    message = watcher.Next();
    EXPECT_EQ(message.header().kind(), v1::MESSAGE_KIND_CHANGE);
    EXPECT_LE(message.ByteSizeLong(), 4500u);
    ++parts;
  } while (message.header().partial());
  EXPECT_EQ(parts, 4);
  EXPECT_EQ(DecodeCursor(message.header().cursor())->revision, revision);
  auditor.Wrote(revision);
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A follower would not learn that a revision which shows nothing is behind it.
TEST_F(WatchHubTest, PromptStreamsAreToldOfRevisionsThatShowNothing) {
  Serve();
  auto auditor = NewAuditor("site/");
  Watcher watcher(board_.get(), CursorNow(), "site/", true, &auditor);
  watcher.Next();
  auditor.Wrote(board_->Put("hidden/a", "1"));
  const Response bookmark = watcher.Next();
  EXPECT_EQ(bookmark.header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_EQ(DecodeCursor(bookmark.header().cursor())->revision, 1);
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A hidden change would show itself by the time of a bookmark.
TEST_F(WatchHubTest, OtherStreamsGetBookmarksAtTheIntervalOnly) {
  WatchHubOptions options;
  options.bookmark_interval = absl::Seconds(15);
  Serve(options);
  board_->Put("site/a", "0");
  Watcher watcher(board_.get(), CursorNow(), "site/", false);
  EXPECT_EQ(watcher.Next().header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  board_->Put("hidden/a", "1");
  board_->Put("site/a", "1");
  // The visible change is the next thing to come, not a bookmark before it.
  EXPECT_THAT(Names(watcher.Next()), ElementsAre("+site/a=1"));
  board_->Put("hidden/a", "2");
  clock_.Advance(absl::Seconds(15));
  const Response bookmark = watcher.Next();
  EXPECT_EQ(bookmark.header().kind(), v1::MESSAGE_KIND_BOOKMARK);
  EXPECT_EQ(DecodeCursor(bookmark.header().cursor())->revision, 4);
}

// The same bytes would be made again for each of thousands of watchers.
TEST_F(WatchHubTest, EqualStreamsShareTheirRendering) {
  Serve();
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 8; ++i) {
    watchers.push_back(std::make_unique<Watcher>(board_.get(), CursorNow()));
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
  Watcher watcher(board_.get(), CursorNow());
  watcher.Next();
  board_->Put("a", "derived", {upstream});
  const Response change = watcher.Next();
  ASSERT_EQ(change.header().reached_size(), 2);
  EXPECT_EQ(change.header().reached(1).revision(), 7);
  board_->Put("a", "not derived");
  const Response later = watcher.Next();
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
    const grpc::Status status = Watcher(board_.get(), cursor).End();
    return std::make_pair(status.error_code(), Reason(status));
  };
  using ::testing::Pair;
  EXPECT_THAT(ended("rubbish"),
              Pair(grpc::StatusCode::INVALID_ARGUMENT, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({"other", 5, head.chain})),
              Pair(grpc::StatusCode::INVALID_ARGUMENT, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({head.store_id, 5, "other"})),
              Pair(grpc::StatusCode::INVALID_ARGUMENT, "CURSOR_FOREIGN"));
  EXPECT_THAT(ended(EncodeCursor({head.store_id, 6, head.chain})),
              Pair(grpc::StatusCode::OUT_OF_RANGE, "CURSOR_AHEAD"));
  const auto second = store_->ReadChanges(0, 2);
  const std::string old =
      EncodeCursor({head.store_id, 1, second->revisions[0].chain});
  ASSERT_THAT(store_->Compact(4), IsOk());
  Serve();
  EXPECT_THAT(ended(old),
              Pair(grpc::StatusCode::OUT_OF_RANGE, "CURSOR_COMPACTED"));
}

// A server that goes down would keep its watchers, and they it.
TEST_F(WatchHubTest, DrainEndsAllStreamsAndRefusesNewOnes) {
  Serve();
  Watcher open(board_.get(), CursorNow());
  open.Next();
  board_->hub().Drain();
  const grpc::Status ended = open.End();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Reason(ended), base::kDraining);
  const grpc::Status refused = Watcher(board_.get(), CursorNow()).End();
  EXPECT_EQ(Reason(refused), base::kDraining);
  EXPECT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
}

// One client could take all memory with streams.
TEST_F(WatchHubTest, LimitsTheStreams) {
  WatchHubOptions options;
  options.max_streams = 1;
  Serve(options);
  auto first = std::make_unique<Watcher>(board_.get(), CursorNow());
  first->Next();
  EXPECT_EQ(Watcher(board_.get(), CursorNow()).End().error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  first.reset();
  ASSERT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
  Watcher again(board_.get(), CursorNow());
  again.Next();
}

// Streams would stay on the oldest replica for ever.
TEST_F(WatchHubTest, OldStreamsEndAndCanResume) {
  WatchHubOptions options;
  options.max_age = absl::Hours(1);
  Serve(options);
  Watcher watcher(board_.get(), CursorNow());
  const std::string cursor = watcher.Next().header().cursor();
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(watcher.End().error_code(), grpc::StatusCode::UNAVAILABLE);
  Watcher resumed(board_.get(), cursor);
  EXPECT_EQ(resumed.Next().header().cursor(), cursor);
}

// A client that stopped reading would hold its stream for ever.
TEST_F(WatchHubTest, CancelsAStreamThatIsNotRead) {
  WatchHubOptions options;
  options.stuck_after = absl::Seconds(30);
  Serve(options);
  Watcher deaf(board_.get(), CursorNow());
  deaf.Next();
  Watcher reader(board_.get(), CursorNow());
  // More than the transport takes for a client that does not read.
  for (int i = 0; i < 40; ++i) {
    board_->Put("a", std::string(500'000, static_cast<char>('a' + i % 26)));
    reader.ReadTo(i + 1);
  }
  ASSERT_TRUE(Eventually([&] {
    clock_.Advance(absl::Seconds(31));
    return board_->hub().stream_count() == 1;
  }));
  board_->Put("a", "end");
  EXPECT_THAT(Names(reader.ReadTo(41)), ElementsAre("+a=end"));
}

// Clients that go away would leave their streams behind.
TEST_F(WatchHubTest, CancelledStreamsAreGone) {
  Serve();
  for (int i = 0; i < 20; ++i) {
    Watcher watcher(board_.get(), i % 2 ? CursorNow() : "");
    if (i % 3) watcher.Next();
  }
  EXPECT_TRUE(Eventually([&] { return board_->hub().stream_count() == 0; }));
}

// A server could not stop while somebody watches.
TEST_F(WatchHubTest, ServerStopsWithOpenStreams) {
  Serve();
  Watcher watcher(board_.get(), CursorNow());
  watcher.Next();
  board_->Shutdown(absl::Milliseconds(10));
  EXPECT_FALSE(watcher.End().ok());
}

// After a restore, watchers would go on as if it were the same history.
TEST_F(WatchHubTest, AnotherHistoryEndsTheStreamsAndTheirCursors) {
  Serve();
  board_->Put("a", "1");
  Watcher watcher(board_.get(), CursorNow());
  const std::string cursor = watcher.Next().header().cursor();
  auto other = ledger::NewMemoryLedger(&clock_, &ids_);
  ledger_.Exchange(other.get());
  EXPECT_EQ(watcher.End().error_code(), grpc::StatusCode::UNAVAILABLE);
  grpc::Status status;
  ASSERT_TRUE(Eventually([&] {
    status = Watcher(board_.get(), cursor).End();
    return status.error_code() != grpc::StatusCode::UNAVAILABLE;
  }));
  EXPECT_EQ(Reason(status), base::kCursorForeign);
  board_.reset();
}

}  // namespace
}  // namespace lagesbild::watch
