// WatchPicture before the four services. If these fail, the wall shows what is
// no longer so, or what it may not.

#include <vector>

#include "gateway/picture/picture_fixture.h"
#include "gateway/picture/picture_watcher.h"

namespace lagesbild::gateway {
namespace {

using testing::ErrorIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;

class PictureWatchTest : public PictureFixture {
 protected:
  using Watching = std::unique_ptr<PictureWatcher>;

  // Somebody who has the first picture.
  Watching Watch(const PictureFilter& filter = {}) {
    auto watcher = std::make_unique<PictureWatcher>(
        door_, filter,
        [=, this] { return Token(filter.agency, filter.token_lifetime); },
        TruthOf(gateway_->picture_ledger(), CallerOf(filter.agency), filter));
    watcher->stream().Start();
    watcher->stream().ReadSnapshot();
    return watcher;
  }

  // What a watcher must come to show.
  Mirror Expected(const PictureFilter& filter) {
    kv::GetPictureRequest request;
    request.set_page_size(1000);
    request.mutable_areas()->Add(filter.areas.begin(), filter.areas.end());
    const auto picture = Get(request, filter.agency);
    EXPECT_THAT(picture, IsOk());
    Mirror mirror;
    for (const kv::Situation& situation : picture->situations()) {
      mirror[situation.name()] = situation.SerializeAsString();
    }
    return mirror;
  }

  // Reads on until it does.
  bool Shows(const Watching& watcher, const PictureFilter& filter = {}) {
    return watcher->stream().ReadUntil(
        [&] { return watcher->mirror() == Expected(filter); });
  }

  void MoveTo(const std::string& site, double latitude) {
    ASSERT_OK_AND_ASSIGN(rv::Site moved,
                         registry_.Get(registry::CoordinationCaller(), site));
    *moved.mutable_geometry() = registry::PointAt(latitude, 18.1);
    EXPECT_THAT(
        registry_.Update(registry::CoordinationCaller(), moved, {"geometry"}),
        IsOk());
  }

  void Note(const std::string& site, const std::string& note) {
    rv::Site noted;
    noted.set_name(site);
    noted.set_law_enforcement_note(note);
    EXPECT_THAT(registry_.Update(registry::PoliceCaller("0180"), noted,
                                 {"law_enforcement_note"}),
                IsOk());
  }
};

TEST_F(PictureWatchTest, FollowsEverythingThatHappensAroundASite) {
  const std::string site = Report("a", 59.32);
  ImportSchoolsNear({59.32});
  const Watching watcher = Watch();
  EXPECT_TRUE(Shows(watcher));
  Assess(site, rv::VERDICT_OPEN, "2024-01-10");
  Report("b", 59.34);
  const auto lights = interventions_.Create(
      interventions::CoordinatorOf("0180"), interventions::PlanOf(site));
  ASSERT_THAT(lights, IsOk());
  ASSERT_THAT(interventions_.Activate(interventions::CoordinatorOf("0180"),
                                      lights->name()),
              IsOk());
  EXPECT_TRUE(Shows(watcher));
  const kv::Picture picture = Now();
  EXPECT_EQ(picture.situations(0).interventions_size(), 1);
  EXPECT_FALSE(picture.situations(0).has_gap());
}

// Whoever was cut off for a moment must not take the whole county again, nor
// miss what happened meanwhile.
TEST_F(PictureWatchTest, AResumedStreamGoesOnWhereItWas) {
  const std::string site = Report("a", 59.32);
  const Watching watcher = Watch();
  EXPECT_TRUE(Shows(watcher));
  for (int i = 0; i < 5; ++i) {
    watcher->stream().HangUp();
    Assess(site, i % 2 == 0 ? rv::VERDICT_OPEN : rv::VERDICT_CEASED,
           absl::StrCat("2024-01-1", i));
    Report(absl::StrCat("b", i), 59.34 + 0.01 * i);
    watcher->stream().Resume();
    EXPECT_TRUE(Shows(watcher)) << i;
  }
  EXPECT_EQ(watcher->snapshots(), 1);
}

TEST_F(PictureWatchTest, ASiteThatLeavesTheAreasIsRemoved) {
  const std::string site = Report("a", 59.32);
  Report("b", 59.45);
  const PictureFilter in_south = {.areas = {"0180"}};
  const PictureFilter in_north = {.areas = {"0184"}};
  const Watching south = Watch(in_south);
  const Watching north = Watch(in_north);
  EXPECT_TRUE(Shows(south, in_south));
  EXPECT_TRUE(Shows(north, in_north));
  EXPECT_THAT(north->mirror(), SizeIs(1));
  MoveTo(site, 59.47);
  EXPECT_TRUE(Shows(south, in_south));
  EXPECT_THAT(south->mirror(), IsEmpty());
  EXPECT_TRUE(Shows(north, in_north));
  EXPECT_THAT(north->mirror(), SizeIs(2));
}

// One watcher's odd request must not decide what others are shown.
TEST_F(PictureWatchTest, AreasThatReadAlikeAreNotTakenForTheSame) {
  const Watching odd = Watch({.areas = {"0180,0184"}});
  const PictureFilter both = {.areas = {"0180", "0184"}};
  const Watching watcher = Watch(both);
  Report("a", 59.32);
  EXPECT_TRUE(Shows(watcher, both));
  EXPECT_THAT(watcher->mirror(), SizeIs(1));
  EXPECT_THAT(odd->mirror(), IsEmpty());
}

// When something changes that one may not see is something that one may not
// know.
TEST_F(PictureWatchTest, AHiddenChangeIsNoMessage) {
  const std::string site = Report("a", 59.32);
  // The alert that follows is a change of its own.
  ASSERT_TRUE(testing::Eventually(
      [&] { return Now().situations(0).alerts_size() == 1; }));
  const Watching police = Watch();
  const PictureFilter of_board = {.agency = "county-board"};
  const Watching board = Watch(of_board);
  Note(site, kNote);
  Report("b", 59.34);
  EXPECT_TRUE(Shows(police));
  EXPECT_TRUE(Shows(board, of_board));
  const std::string situation = "regions/stockholm/situations/a";
  EXPECT_EQ(police->ChangesOf(situation), 1);
  EXPECT_EQ(board->ChangesOf(situation), 0);
  EXPECT_THAT(board->mirror().at(situation), Not(HasSubstr(kNote)));
}

TEST_F(PictureWatchTest, AForeignCursorIsRefused) {
  kv::WatchPictureRequest request;
  request.set_name(registry::kTestRegion);
  request.set_cursor(watch::EncodeCursor({"another store", 3, "chain"}));
  const auto context = As("police");
  const auto reader = picture_->WatchPicture(context.get(), request);
  kv::WatchPictureResponse message;
  EXPECT_FALSE(reader->Read(&message));
  EXPECT_THAT(
      rpc::FromGrpc(reader->Finish()),
      ErrorIs(absl::StatusCode::kInvalidArgument, base::kCursorForeign));
  EXPECT_EQ(calls_.Await("RegionalPicture.WatchPicture"),
            absl::StrCat("RegionalPicture.WatchPicture police "
                         "INVALID_ARGUMENT ",
                         request.ByteSizeLong()));
}

// A token that was good for a minute would open the live picture for an hour.
TEST_F(PictureWatchTest, TheStreamEndsWithItsToken) {
  const Watching watcher = Watch({.token_lifetime = absl::Seconds(2)});
  EXPECT_THAT(
      watcher->stream().End(),
      ErrorIs(absl::StatusCode::kUnauthenticated, base::kBadCredential));
}

}  // namespace
}  // namespace lagesbild::gateway
