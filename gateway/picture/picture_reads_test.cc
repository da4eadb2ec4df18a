// GetPicture before the four services: of now, of the past, and in part.

#include "gateway/picture/picture_reads.h"

#include <algorithm>
#include <future>
#include <vector>

#include "gateway/picture/picture_fixture.h"

namespace lagesbild::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;

class PictureReadsTest : public PictureFixture {
 protected:
  // Two sites near a school, of which one is open and has a gap, and one open
  // without a school.
  void Populate() {
    const std::string open = Report("a", 59.32);
    Report("b", 59.45);
    const std::string far = Report("c", 59.36);
    Assess(open, rv::VERDICT_OPEN, "2024-01-10");
    Assess(far, rv::VERDICT_OPEN, "2024-01-10");
    ImportSchoolsNear({59.32, 59.45});
  }

  static std::vector<std::string> SitesOf(const kv::Picture& picture) {
    std::vector<std::string> ids;
    for (const kv::Situation& s : picture.situations()) {
      ids.push_back(s.site().name().substr(s.site().name().rfind('/') + 1));
    }
    return ids;
  }
};

TEST_F(PictureReadsTest, PutsTogetherWhatTheFourServicesKnow) {
  Populate();
  const kv::Picture picture = Now();
  EXPECT_THAT(SitesOf(picture), ElementsAre("a", "b", "c"));
  EXPECT_EQ(picture.situations(0).exposures_size(), 1);
  EXPECT_TRUE(picture.situations(0).has_gap());
  EXPECT_FALSE(picture.situations(2).has_gap());
  EXPECT_EQ(ValueOf(picture, "sites.total"), 2);
  EXPECT_EQ(ValueOf(picture, "exposure.sites"), 1);
  EXPECT_EQ(ValueOf(picture, "gaps.total"), 1);
  EXPECT_EQ(picture.reached_size(), 4);
}

// A report's time that names an earlier picture than the one it shows: nobody
// could come to its figures again.
TEST_F(PictureReadsTest, TheStatedTimeGivesTheSameFiguresAgain) {
  Populate();
  std::vector<std::pair<std::string, std::vector<std::string>>> told;
  const auto note = [&] {
    const kv::Picture picture = Now();
    told.emplace_back(RecordedTime(picture), FiguresOf(picture));
  };
  note();
  Assess("regions/stockholm/sites/b", rv::VERDICT_OPEN, "2024-02-01", "0184");
  note();
  const auto lights =
      interventions_.Create(interventions::CoordinatorOf("0180"),
                            interventions::PlanOf("regions/stockholm/sites/a"));
  ASSERT_THAT(lights, IsOk());
  ASSERT_THAT(interventions_.Activate(interventions::CoordinatorOf("0180"),
                                      lights->name()),
              IsOk());
  note();
  Assess("regions/stockholm/sites/c", rv::VERDICT_CEASED, "2024-03-01");
  note();
  for (const auto& [recorded, figures] : told) {
    ASSERT_OK_AND_ASSIGN(const kv::Picture then, AsOf(recorded));
    EXPECT_EQ(FiguresOf(then), figures) << recorded;
    EXPECT_EQ(RecordedTime(then), recorded);
  }
  EXPECT_NE(told.front().second, told.back().second);
}

// A stream on which nothing happens, as that of areas, says nothing for months.
TEST_F(PictureReadsTest, AQuietStreamDoesNotHoldTheTimeBack) {
  const absl::Time before = clock_.Now();
  EXPECT_GE(api::FromTimestamp(Now().recorded_time()), before);
  Populate();
  const absl::Time after = clock_.Now();
  EXPECT_GE(api::FromTimestamp(Now().recorded_time()), after);
}

// Year-end figures could not be had at all.
TEST_F(PictureReadsTest, AValidDateTellsWhatHeldOnThatDay) {
  Populate();
  ASSERT_OK_AND_ASSIGN(const kv::Picture before, AsOf("", "2023-12-31"));
  EXPECT_EQ(before.valid_date(), "2023-12-31");
  EXPECT_EQ(ValueOf(before, "sites.total"), 0);
  ASSERT_OK_AND_ASSIGN(const kv::Picture since, AsOf("", "2024-01-10"));
  EXPECT_EQ(ValueOf(since, "sites.total"), 2);
  EXPECT_EQ(ValueOf(since, "exposure.sites"), 1);
  ASSERT_OK_AND_ASSIGN(const kv::Picture both,
                       AsOf(RecordedTime(since), "2024-01-10"));
  EXPECT_EQ(FiguresOf(both), FiguresOf(since));
}

// A gap figure that nobody can tell must not pass for 0.
TEST_F(PictureReadsTest, GapsOnAPastDayAreToldOrSaidNotToBe) {
  Populate();
  ASSERT_OK_AND_ASSIGN(const kv::Picture picture, AsOf("", "2024-01-10"));
  if (picture.omissions().empty()) {
    EXPECT_EQ(ValueOf(picture, "gaps.total"), 1);
  } else {
    EXPECT_EQ(picture.omissions(0).figures(), "gaps");
    EXPECT_NE(picture.omissions(0).reason(), "");
    EXPECT_EQ(ValueOf(picture, "gaps.total"), -1);
  }
}

// "As recorded in 2099" over today's figures is a false document.
TEST_F(PictureReadsTest, AFutureTimeIsRefused) {
  EXPECT_THAT(AsOf("2099-01-01T00:00:00Z"),
              StatusIs(absl::StatusCode::kOutOfRange));
  kv::GetPictureRequest request;
  request.mutable_as_of()->set_revision(3);
  EXPECT_THAT(Get(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(PictureReadsTest, BeforeAnythingWasRecordedThereIsNothing) {
  Populate();
  ASSERT_OK_AND_ASSIGN(const kv::Picture picture, AsOf("2020-01-01T00:00:00Z"));
  EXPECT_THAT(picture.situations(), IsEmpty());
  EXPECT_THAT(FiguresOf(picture), IsEmpty());
}

TEST_F(PictureReadsTest, AreasAndSiteNarrowSituationsAndFigures) {
  Populate();
  kv::GetPictureRequest request;
  request.add_areas("0184");
  ASSERT_OK_AND_ASSIGN(kv::Picture picture, Get(request));
  EXPECT_THAT(SitesOf(picture), ElementsAre("b"));
  EXPECT_EQ(ValueOf(picture, "sites.total"), 0);
  EXPECT_EQ(ValueOf(picture, "sites.by_state", "PROPOSED"), 1);
  request.add_areas("0180");
  request.set_site("regions/stockholm/sites/c");
  ASSERT_OK_AND_ASSIGN(picture, Get(request));
  EXPECT_THAT(SitesOf(picture), ElementsAre("c"));
  EXPECT_EQ(ValueOf(picture, "sites.total"), 1);
  request.set_figures_only(true);
  ASSERT_OK_AND_ASSIGN(picture, Get(request));
  EXPECT_THAT(SitesOf(picture), IsEmpty());
}

TEST_F(PictureReadsTest, PagesHoldEverySituationOnce) {
  Populate();
  kv::GetPictureRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(kv::Picture picture, Get(request));
  EXPECT_THAT(SitesOf(picture), ElementsAre("a", "b"));
  request.set_page_token(picture.next_page_token());
  ASSERT_OK_AND_ASSIGN(picture, Get(request));
  EXPECT_THAT(SitesOf(picture), ElementsAre("c"));
  EXPECT_EQ(picture.next_page_token(), "");
  // A token is of its own question.
  request.add_areas("0184");
  EXPECT_THAT(Get(request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_THAT(Get(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

// A picture of the past is no way around what one may see.
TEST_F(PictureReadsTest, ThePastIsShownByTodaysRights) {
  SiteWithNote();
  const std::string recorded = RecordedTime(Now());
  kv::GetPictureRequest request;
  request.mutable_as_of()->set_recorded_time(recorded);
  ASSERT_OK_AND_ASSIGN(kv::Picture picture, Get(request, "police"));
  EXPECT_EQ(picture.situations(0).site().law_enforcement_note(), kNote);
  ASSERT_OK_AND_ASSIGN(picture, Get(request, "county-board"));
  EXPECT_EQ(picture.situations(0).site().law_enforcement_note(), "");
}

TEST_F(PictureReadsTest, AnotherRegionIsNotFound) {
  kv::GetPictureRequest request;
  request.set_name("regions/elsewhere");
  const auto context = As("police");
  kv::Picture picture;
  EXPECT_THAT(
      rpc::FromGrpc(picture_->GetPicture(context.get(), request, &picture)),
      StatusIs(absl::StatusCode::kNotFound));
}

// The picture on the wall must not go dark with one of the services; but who
// asks for no less than now is not given an older one.
TEST_F(PictureReadsTest, WithoutAServiceThePictureStaysAndSaysHowOldItIs) {
  Populate();
  const std::string recorded = RecordedTime(Now());
  notifications_server_->Drain();
  kv::GetPictureRequest request;
  request.set_name(registry::kTestRegion);
  const auto context = As("police");
  kv::Picture picture;
  ASSERT_THAT(
      rpc::FromGrpc(picture_->GetPicture(context.get(), request, &picture)),
      IsOk());
  EXPECT_EQ(RecordedTime(picture), recorded);
  EXPECT_EQ(ValueOf(picture, "sites.total"), 2);
  const absl::StatusOr<kv::Picture> now = Get({});
  EXPECT_THAT(now, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(now.status().message()),
              ::testing::HasSubstr("notifications"));
}

}  // namespace
}  // namespace lagesbild::gateway
