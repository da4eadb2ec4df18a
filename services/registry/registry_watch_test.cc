// If these fail, what follows the registry misses a site or learns what it may
// not.
#include <map>

#include "lib/access/caller.h"
#include "services/registry/registry_fixture.h"
#include "services/registry/site_watcher.h"
#include "tests/testing/waiting.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using watch::v1::MESSAGE_KIND_BOOKMARK;
using watch::v1::MESSAGE_KIND_CHANGE;
using watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE;

class WatchTest : public RegistryFixture {
 protected:
  // Watches from the cursor; empty: with a snapshot.
  std::unique_ptr<SiteWatcher> Watch(const access::v1::Caller& caller,
                                     const std::string& filter = "",
                                     const std::string& cursor = "") {
    auto watcher = std::make_unique<SiteWatcher>(&registry_, caller, filter,
                                                 ledger_.get(), &clock_);
    watcher->Start(cursor);
    return watcher;
  }

  void Assess(const access::v1::Caller& caller, const std::string& name,
              v1::Verdict verdict, const std::string& date) {
    ASSERT_THAT(
        registry_->Assess(caller, name,
                          VerdictOf(v1::PARTY_UNSPECIFIED, verdict, date)),
        IsOk());
  }

  void SetPoliceNote(v1::Site site, const std::string& note) {
    site.clear_etag();
    site.set_law_enforcement_note(note);
    ASSERT_THAT(registry_->Update(police_, site, {"law_enforcement_note"}),
                IsOk());
  }
};

// A follower that misses a change is wrong until somebody notices.
TEST_F(WatchTest, ASnapshotThenEveryChangeKeepsThePromises) {
  NewSite(0);
  const auto watcher = Watch(viewer_);
  EXPECT_THAT(watcher->ReadSnapshot(), SizeIs(1));
  const v1::Site site = NewSite(1);
  EXPECT_THAT(TextsOf(watcher->NextNews()), SizeIs(1));
  Assess(police_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  const auto change = watcher->NextNews();
  EXPECT_EQ(change.header().kind(), MESSAGE_KIND_CHANGE);
  EXPECT_EQ(change.changes(0).site().assessments_size(), 1);
  EXPECT_EQ(change.changes(0).site().etag(),
            registry_->Get(viewer_, site.name())->etag());
}

// A stream that broke must go on where it was, without loss or repeats.
TEST_F(WatchTest, ResumesAfterItsCursorAlsoOverARestart) {
  const auto watcher = Watch(viewer_);
  watcher->ReadSnapshot();
  watcher->HangUp();
  const v1::Site first = NewSite(1);
  Start();
  watcher->Resume();
  EXPECT_EQ(watcher->NextNews().changes(0).site().name(), first.name());
  NewSite(2);
  EXPECT_THAT(watcher->NextNews().changes(), SizeIs(1));
}

// A municipality must not learn from the stream that the police wrote a note.
TEST_F(WatchTest, AHiddenChangeShowsNothing) {
  const v1::Site site = NewSite(1);
  const auto watcher = Watch(municipality_);
  watcher->ReadSnapshot();
  SetPoliceNote(site, "hidden");
  SetPoliceNote(site, "hidden still");
  NewSite(2);
  const auto message = watcher->Next();
  EXPECT_EQ(message.header().kind(), MESSAGE_KIND_CHANGE);
  ASSERT_THAT(message.changes(), SizeIs(1));
  EXPECT_EQ(message.changes(0).site().display_name(), "Square 2");
}

// What the stream shows is what a read shows: notes to the police alone.
TEST_F(WatchTest, NotesReachThePoliceAlone) {
  const v1::Site site = NewSite(1);
  const auto police = Watch(police_);
  police->ReadSnapshot();
  SetPoliceNote(site, "for the police");
  EXPECT_EQ(police->NextNews().changes(0).site().law_enforcement_note(),
            "for the police");
  const auto other = Watch(municipality_);
  const auto page = other->Next();
  ASSERT_THAT(page.changes(), SizeIs(1));
  EXPECT_EQ(page.changes(0).site().law_enforcement_note(), "");
  EXPECT_THAT(page.DebugString(),
              ::testing::Not(::testing::HasSubstr("for the police")));
}

// A site that leaves the filter must be taken off the map that shows it.
TEST_F(WatchTest, LeavingTheFilterIsARemoval) {
  const v1::Site site = NewSite(1);
  const std::string filter = "state = SITE_STATE_OPEN";
  const auto watcher = Watch(viewer_, filter);
  EXPECT_THAT(watcher->ReadSnapshot(), IsEmpty());
  Assess(police_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  Assess(municipality_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  EXPECT_EQ(watcher->NextNews().changes(0).type(),
            watch::v1::CHANGE_TYPE_UPSERTED);
  Assess(police_, site.name(), v1::VERDICT_CEASED, "2023-11-01");
  EXPECT_THAT(TextsOf(watcher->NextNews()),
              ElementsAre(testing::Removed(site.name())));
}

// A filter over a hidden field would spell it out.
TEST_F(WatchTest, FiltersOverHiddenFieldsAreRefused) {
  const auto watcher = Watch(municipality_, "law_enforcement_note:\"x\"");
  EXPECT_THAT(watcher->End(), StatusIs(absl::StatusCode::kInvalidArgument));
}

// A cursor of another ledger would skip or repeat without a word.
TEST_F(WatchTest, ForeignCursorsAreRefused) {
  const auto watcher = Watch(viewer_, "", "rubbish");
  EXPECT_THAT(watcher->End(), ErrorIs(absl::StatusCode::kInvalidArgument,
                                      base::kCursorForeign));
}

// The suite's own followers see everything and hear of every revision.
TEST_F(WatchTest, MembersOfTheSuiteSeeAllAndAreToldAtOnce) {
  const v1::Site site = NewSite(1);
  const auto watcher = Watch(access::SuiteMember("proximity"));
  watcher->ReadSnapshot();
  SetPoliceNote(site, "for members too");
  EXPECT_EQ(watcher->NextNews().changes(0).site().law_enforcement_note(),
            "for members too");
  registry_->ImportTwoMunicipalities();
  v1::ImportAreasRequest areas;
  areas.set_parent(kTestRegion);
  *areas.add_areas() =
      AreaOf(v1::AREA_KIND_DISTRICT, "far", BoxOf(59.49, 18.0, 59.5, 18.1));
  ASSERT_THAT(registry_->ImportAreas(office_, {areas}), IsOk());
  const auto bookmark = watcher->Next();
  EXPECT_EQ(bookmark.header().kind(), MESSAGE_KIND_BOOKMARK);
  EXPECT_EQ(bookmark.header().reached(0).service(), "registry");
  EXPECT_EQ(bookmark.header().reached(0).revision(), Head());
}

// A picture that goes on showing last year's evidence as fresh is believed.
TEST_F(WatchTest, ASiteThatBecomesStaleIsTold) {
  const v1::Site site = NewSite(1);
  NewSite(2);
  Assess(police_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  Assess(municipality_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  const auto watcher = Watch(viewer_);
  watcher->ReadSnapshot();
  const auto stale = Watch(viewer_, "stale = true");
  EXPECT_THAT(stale->ReadSnapshot(), IsEmpty());
  const ledger::Revision before = Head();
  clock_.JumpWall(absl::Hours(24 * 340));
  ASSERT_TRUE(testing::Eventually([&] { return Head() > before; }));
  const auto news = watcher->NextNews();
  ASSERT_THAT(news.changes(), SizeIs(1));
  EXPECT_TRUE(news.changes(0).site().stale());
  EXPECT_EQ(news.changes(0).site().etag(),
            registry_->Get(viewer_, site.name())->etag());
  EXPECT_THAT(stale->NextNews().changes(), SizeIs(1));
}

// An import is one revision: nobody may see half of it.
TEST_F(WatchTest, AnImportIsOneRevision) {
  const auto watcher = Watch(viewer_);
  watcher->ReadSnapshot();
  v1::ImportSitesRequest file;
  file.set_parent(kTestRegion);
  file.set_source("file");
  for (int i = 0; i < 50; ++i) {
    v1::SiteRow* row = file.add_rows();
    row->set_external_id(absl::StrCat(i));
    *row->mutable_site() =
        SiteOf(absl::StrCat("S", i), PointAt(59.31 + 0.003 * i, 18.1));
  }
  ASSERT_THAT(registry_->ImportSites(office_, {file}), IsOk());
  int changes = 0;
  while (changes < 50) changes += watcher->NextNews().changes_size();
  EXPECT_EQ(changes, 50);
}

// Areas are watched as sites are: the picture draws them.
TEST_F(WatchTest, AreasAreWatchedToo) {
  grpc::ClientContext context;
  rpc::SetCaller(viewer_, absl::InfiniteDuration(), &context);
  v1::WatchAreasRequest request;
  request.set_parent(kTestRegion);
  const auto reader = registry_->stub()->WatchAreas(&context, request);
  v1::WatchAreasResponse message;
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_THAT(message.changes(), SizeIs(2));
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.header().kind(), MESSAGE_KIND_SNAPSHOT_COMPLETE);
  v1::ImportAreasRequest areas;
  areas.set_parent(kTestRegion);
  *areas.add_areas() =
      AreaOf(v1::AREA_KIND_DISTRICT, "far", BoxOf(59.49, 18.0, 59.5, 18.1));
  ASSERT_THAT(registry_->ImportAreas(office_, {areas}), IsOk());
  do {
    ASSERT_TRUE(reader->Read(&message));
  } while (message.header().kind() == MESSAGE_KIND_BOOKMARK);
  ASSERT_THAT(message.changes(), SizeIs(1));
  EXPECT_EQ(message.changes(0).area().code(), "far");
  context.TryCancel();
}

// A server that cannot end its streams cannot be stopped.
TEST_F(WatchTest, DrainingEndsStreamsToResumeAtOnce) {
  const auto watcher = Watch(viewer_);
  watcher->ReadSnapshot();
  registry_->component()->Drain();
  EXPECT_FALSE(registry_->component()->Ready());
  EXPECT_THAT(watcher->End(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
}

}  // namespace
}  // namespace lagesbild::registry
