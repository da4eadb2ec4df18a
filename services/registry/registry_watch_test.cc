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
using Stub = v1::SiteRegistry::Stub;
using Changes = testing::WatchAuditor::Changes;

class WatchTest : public RegistryFixture {
 protected:
  // What the caller's filter shows at a revision, by reads as of it.
  std::map<std::string, std::string> ShownAt(const access::v1::Caller& caller,
                                             const std::string& filter,
                                             ledger::Revision revision) {
    v1::ListSitesRequest request;
    request.set_parent(kTestRegion);
    request.set_page_size(1000);
    request.set_filter(filter);
    request.mutable_as_of()->set_revision(revision);
    const auto page = registry_->Call(caller, &Stub::ListSites, request);
    EXPECT_THAT(page, IsOk());
    std::map<std::string, std::string> shown;
    for (const auto& site : page->sites()) shown[site.name()] = site.etag();
    return shown;
  }

  testing::WatchAuditor Auditor(const access::v1::Caller& caller,
                                const std::string& filter = "") {
    const auto picture = [=,
                          this](ledger::Revision at) -> std::optional<Changes> {
      Changes texts;
      for (const auto& [name, etag] : ShownAt(caller, filter, at)) {
        texts.push_back("+" + name + " " + etag);
      }
      return texts;
    };
    const auto truth = [=,
                        this](ledger::Revision at) -> std::optional<Changes> {
      const auto before = ShownAt(caller, filter, at - 1);
      const auto after = ShownAt(caller, filter, at);
      std::map<std::string, std::string> texts;
      for (const auto& [name, etag] : after) {
        const auto known = before.find(name);
        if (known == before.end() || known->second != etag) {
          texts[name] = "+" + name + " " + etag;
        }
      }
      for (const auto& [name, etag] : before) {
        if (after.count(name) == 0) texts[name] = "-" + name;
      }
      Changes changes;
      for (const auto& [name, text] : texts) changes.push_back(text);
      return changes;
    };
    return testing::WatchAuditor(truth, picture);
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
  auto auditor = Auditor(viewer_);
  SiteWatcher watcher(registry_.get(), viewer_, "", "", &auditor);
  EXPECT_THAT(watcher.ReadSnapshot(), SizeIs(1));
  const v1::Site site = NewSite(1);
  auditor.Wrote(registry_->revision());
  EXPECT_THAT(TextsOf(watcher.NextNews()), SizeIs(1));
  Assess(police_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  auditor.Wrote(registry_->revision());
  const auto change = watcher.NextNews();
  EXPECT_EQ(change.header().kind(), MESSAGE_KIND_CHANGE);
  EXPECT_EQ(change.changes(0).site().assessments_size(), 1);
  EXPECT_EQ(change.changes(0).site().etag(),
            registry_->Get(viewer_, site.name())->etag());
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A stream that broke must go on where it was, without loss or repeats.
TEST_F(WatchTest, ResumesAfterItsCursorAlsoOverARestart) {
  auto auditor = Auditor(viewer_);
  {
    SiteWatcher watcher(registry_.get(), viewer_, "", "", &auditor);
    watcher.ReadSnapshot();
  }
  const v1::Site first = NewSite(1);
  auditor.Wrote(registry_->revision());
  Start();
  {
    SiteWatcher watcher(registry_.get(), viewer_, auditor.cursor(), "",
                        &auditor);
    EXPECT_EQ(watcher.NextNews().changes(0).site().name(), first.name());
    NewSite(2);
    auditor.Wrote(registry_->revision());
    EXPECT_THAT(watcher.NextNews().changes(), SizeIs(1));
  }
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A municipality must not learn from the stream that the police wrote a note.
TEST_F(WatchTest, AHiddenChangeShowsNothing) {
  const v1::Site site = NewSite(1);
  auto auditor = Auditor(municipality_);
  SiteWatcher watcher(registry_.get(), municipality_, "", "", &auditor);
  watcher.ReadSnapshot();
  SetPoliceNote(site, "hidden");
  SetPoliceNote(site, "hidden still");
  NewSite(2);
  auditor.Wrote(registry_->revision());
  const auto message = watcher.Next();
  EXPECT_EQ(message.header().kind(), MESSAGE_KIND_CHANGE);
  ASSERT_THAT(message.changes(), SizeIs(1));
  EXPECT_EQ(message.changes(0).site().display_name(), "Square 2");
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// What the stream shows is what a read shows: notes to the police alone.
TEST_F(WatchTest, NotesReachThePoliceAlone) {
  const v1::Site site = NewSite(1);
  auto auditor = Auditor(police_);
  SiteWatcher police(registry_.get(), police_, "", "", &auditor);
  police.ReadSnapshot();
  SetPoliceNote(site, "for the police");
  auditor.Wrote(registry_->revision());
  EXPECT_EQ(police.NextNews().changes(0).site().law_enforcement_note(),
            "for the police");
  EXPECT_THAT(auditor.Finish(), IsEmpty());
  SiteWatcher other(registry_.get(), municipality_, "", "", nullptr);
  const auto page = other.Next();
  ASSERT_THAT(page.changes(), SizeIs(1));
  EXPECT_EQ(page.changes(0).site().law_enforcement_note(), "");
  EXPECT_THAT(page.DebugString(),
              ::testing::Not(::testing::HasSubstr("for the police")));
}

// A site that leaves the filter must be taken off the map that shows it.
TEST_F(WatchTest, LeavingTheFilterIsARemoval) {
  const v1::Site site = NewSite(1);
  const std::string filter = "state = SITE_STATE_OPEN";
  auto auditor = Auditor(viewer_, filter);
  SiteWatcher watcher(registry_.get(), viewer_, "", filter, &auditor);
  EXPECT_THAT(watcher.ReadSnapshot(), IsEmpty());
  Assess(police_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  Assess(municipality_, site.name(), v1::VERDICT_OPEN, "2023-10-01");
  EXPECT_EQ(watcher.NextNews().changes(0).type(),
            watch::v1::CHANGE_TYPE_UPSERTED);
  Assess(police_, site.name(), v1::VERDICT_CEASED, "2023-11-01");
  auditor.Wrote(registry_->revision());
  EXPECT_THAT(TextsOf(watcher.NextNews()), ElementsAre("-" + site.name()));
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// A filter over a hidden field would spell it out.
TEST_F(WatchTest, FiltersOverHiddenFieldsAreRefused) {
  SiteWatcher watcher(registry_.get(), municipality_, "",
                      "law_enforcement_note:\"x\"", nullptr);
  watcher.Next();
  EXPECT_THAT(watcher.End(), StatusIs(absl::StatusCode::kInvalidArgument));
}

// A cursor of another ledger would skip or repeat without a word.
TEST_F(WatchTest, ForeignCursorsAreRefused) {
  SiteWatcher watcher(registry_.get(), viewer_, "rubbish", "", nullptr);
  watcher.Next();
  EXPECT_THAT(watcher.End(), ErrorIs(absl::StatusCode::kInvalidArgument,
                                     base::kCursorForeign));
}

// The suite's own followers see everything and hear of every revision.
TEST_F(WatchTest, MembersOfTheSuiteSeeAllAndAreToldAtOnce) {
  const v1::Site site = NewSite(1);
  SiteWatcher watcher(registry_.get(), access::SuiteMember("proximity"), "", "",
                      nullptr);
  watcher.ReadSnapshot();
  SetPoliceNote(site, "for members too");
  EXPECT_EQ(watcher.NextNews().changes(0).site().law_enforcement_note(),
            "for members too");
  registry_->ImportTwoMunicipalities();
  v1::ImportAreasRequest areas;
  areas.set_parent(kTestRegion);
  *areas.add_areas() =
      AreaOf(v1::AREA_KIND_DISTRICT, "far", BoxOf(59.49, 18.0, 59.5, 18.1));
  ASSERT_THAT(registry_->ImportAreas(office_, {areas}), IsOk());
  const auto bookmark = watcher.Next();
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
  auto auditor = Auditor(viewer_);
  SiteWatcher watcher(registry_.get(), viewer_, "", "", &auditor);
  watcher.ReadSnapshot();
  SiteWatcher stale(registry_.get(), viewer_, "", "stale = true", nullptr);
  EXPECT_THAT(stale.ReadSnapshot(), IsEmpty());
  const ledger::Revision before = Head();
  clock_.JumpWall(absl::Hours(24 * 340));
  ASSERT_TRUE(testing::Eventually([&] { return Head() > before; }));
  auditor.Wrote(Head());
  const auto news = watcher.NextNews();
  ASSERT_THAT(news.changes(), SizeIs(1));
  EXPECT_TRUE(news.changes(0).site().stale());
  EXPECT_EQ(news.changes(0).site().etag(),
            registry_->Get(viewer_, site.name())->etag());
  EXPECT_THAT(stale.NextNews().changes(), SizeIs(1));
  EXPECT_THAT(auditor.Finish(), IsEmpty());
}

// An import is one revision: nobody may see half of it.
TEST_F(WatchTest, AnImportIsOneRevision) {
  auto auditor = Auditor(viewer_);
  SiteWatcher watcher(registry_.get(), viewer_, "", "", &auditor);
  watcher.ReadSnapshot();
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
  auditor.Wrote(registry_->revision());
  int changes = 0;
  while (changes < 50) changes += watcher.NextNews().changes_size();
  EXPECT_EQ(changes, 50);
  EXPECT_THAT(auditor.Finish(), IsEmpty());
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
  SiteWatcher watcher(registry_.get(), viewer_, "", "", nullptr);
  watcher.ReadSnapshot();
  registry_->component()->Drain();
  EXPECT_FALSE(registry_->component()->Ready());
  EXPECT_THAT(watcher.End(),
              ErrorIs(absl::StatusCode::kUnavailable, base::kDraining));
}

}  // namespace
}  // namespace lagesbild::registry
