// If these fail, an agency sees schools near a scene that are not, or not those
// that are.
#include <set>

#include "services/proximity/exposure_watcher.h"
#include "services/proximity/proximity_fixture.h"
#include "tests/testing/waiting.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using Stub = v1::ProximityAnalysis::Stub;

constexpr char kLayer[] = "regions/stockholm/layers/near";

class ProximityServiceTest : public ProximityFixture {
 protected:
  // With its exposures in place afterwards.
  void AddLayer(double meters) {
    v1::CreateLayerRequest request;
    request.set_parent("regions/stockholm");
    request.set_layer_id("near");
    request.mutable_layer()->set_display_name("Near");
    request.mutable_layer()->add_kinds(v1::PLACE_KIND_PRIMARY_SCHOOL);
    request.mutable_layer()->set_radius_m(meters);
    ASSERT_THAT(proximity_->Call(office_, &Stub::CreateLayer, request), IsOk());
    AwaitRadius(meters);
  }
  void ChangeRadius(double meters) {
    v1::UpdateLayerRequest update;
    update.mutable_layer()->set_name(kLayer);
    update.mutable_layer()->set_radius_m(meters);
    ASSERT_THAT(proximity_->Call(office_, &Stub::UpdateLayer, update), IsOk());
    AwaitRadius(meters);
  }

 private:
  void AwaitRadius(double meters) {
    v1::GetLayerRequest get;
    get.set_name(kLayer);
    ASSERT_TRUE(Eventually([&] {
      const auto layer = proximity_->Call(viewer_, &Stub::GetLayer, get);
      return layer.ok() && layer->state() == v1::LAYER_STATE_ACTIVE &&
             layer->radius_m() == meters;
    }));
  }
};

// A new site must show its schools to whoever asks after the report.
TEST_F(ProximityServiceTest, ASiteNearASchoolIsExposed) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1), SchoolAt("2", 59.36, 18.1)}),
              IsOk());
  AddSite("s", 59.352, 18.1);
  ASSERT_OK_AND_ASSIGN(const auto exposures,
                       proximity_->Exposures(viewer_, registry_->token()));
  ASSERT_THAT(exposures, SizeIs(1));
  const v1::Exposure& e = exposures[0];
  EXPECT_EQ(e.name(),
            "regions/stockholm/exposures/primary-schools-500~s~register-1");
  EXPECT_EQ(e.site(), "regions/stockholm/sites/s");
  EXPECT_EQ(e.place(), "regions/stockholm/places/register-1");
  EXPECT_EQ(e.layer(), "regions/stockholm/layers/primary-schools-500");
  EXPECT_NEAR(e.distance_m(), 222.8, 0.2);
  EXPECT_EQ(e.center_distance_m(), e.distance_m());
  EXPECT_EQ(e.margin_m(), 235);
  EXPECT_EQ(e.verdict(), v1::VERDICT_DEFINITE);
  EXPECT_EQ(e.municipality(), "0180");
  EXPECT_EQ(e.method(), "geodesic");
  EXPECT_EQ(e.radius_m(), 500);
}

// The standing question must be there without anybody setting it up.
TEST_F(ProximityServiceTest, TheDefaultLayerStandsFromTheFirstStart) {
  Start();
  v1::ListLayersRequest request;
  request.set_parent("regions/stockholm");
  ASSERT_OK_AND_ASSIGN(const auto page,
                       proximity_->Call(viewer_, &Stub::ListLayers, request));
  ASSERT_THAT(page.layers(), SizeIs(1));
  EXPECT_EQ(page.layers(0).name(),
            "regions/stockholm/layers/primary-schools-500");
  EXPECT_THAT(page.layers(0).kinds(),
              ElementsAre(v1::PLACE_KIND_PRIMARY_SCHOOL));
}

// The figure of last year must stay the figure of last year.
TEST_F(ProximityServiceTest, EarlierVersionsAnswerAsTheyWere) {
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  const absl::Time then = clock_.Now();
  clock_.Advance(absl::Hours(24));
  v1::ImportPlacesRequest instead = ImportOf({SchoolAt("2", 59.35, 18.1)});
  instead.set_allow_closing(true);
  ASSERT_THAT(proximity_->Import(office_, {instead}), IsOk());
  EXPECT_THAT(Pairs(), ElementsAre("s~register-2"));
  v1::ListExposuresRequest request;
  request.set_parent("regions/stockholm");
  request.mutable_as_of()->set_recorded_time(
      absl::FormatTime(absl::RFC3339_full, then, absl::UTCTimeZone()));
  ASSERT_OK_AND_ASSIGN(
      const auto page,
      proximity_->Call(viewer_, &Stub::ListExposures, request));
  ASSERT_THAT(page.exposures(), SizeIs(1));
  EXPECT_EQ(page.exposures(0).place(), "regions/stockholm/places/register-1");
}

// 2026's schools do not answer for 2023.
TEST_F(ProximityServiceTest, AValidDateLeavesOutWhatDidNotExistThen) {
  AddSite("s", 59.35, 18.1);
  v1::Place old = SchoolAt("old", 59.35, 18.1);
  old.set_valid_to("2020-07-01");
  v1::Place young = SchoolAt("young", 59.35, 18.1);
  young.set_valid_from("2021-08-15");
  ASSERT_THAT(Import({old, young}), IsOk());
  EXPECT_THAT(Pairs(), ElementsAre("s~register-young"));
  v1::ListExposuresRequest request;
  request.set_parent("regions/stockholm");
  request.mutable_as_of()->set_valid_date("2020-06-30");
  ASSERT_OK_AND_ASSIGN(
      const auto page,
      proximity_->Call(viewer_, &Stub::ListExposures, request));
  ASSERT_THAT(page.exposures(), SizeIs(1));
  EXPECT_EQ(page.exposures(0).place(), "regions/stockholm/places/register-old");
}

// Pages must hold everything once, and a filter what it says.
TEST_F(ProximityServiceTest, PagesAndFiltersGiveEverythingOnce) {
  std::vector<v1::Place> places(25);
  for (int i = 0; i < 25; ++i) {
    places[i] = SchoolAt(std::to_string(i), 59.35 + i * 1e-5, 18.1);
  }
  ASSERT_THAT(Import(places), IsOk());
  AddSite("s", 59.35, 18.1);
  AddSite("t", 59.3501, 18.1);
  ASSERT_THAT(Pairs(), SizeIs(50));
  v1::ListExposuresRequest request;
  request.set_parent("regions/stockholm");
  request.set_page_size(4);
  request.set_filter("site = \"regions/stockholm/sites/t\"");
  std::set<std::string> seen;
  int pages = 0;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        proximity_->Call(viewer_, &Stub::ListExposures, request));
    for (const auto& e : page.exposures()) seen.insert(e.name());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_THAT(seen, SizeIs(25));
  EXPECT_EQ(pages, 7);
}

// Pages of a listing that began under one rule must not go on with another.
TEST_F(ProximityServiceTest, PagesAreOfOneRule) {
  std::vector<v1::Place> places(5);
  for (int i = 0; i < 5; ++i) {
    places[i] = SchoolAt(std::to_string(i), 59.351 + i * 1e-5, 18.1);
  }
  ASSERT_THAT(Import(places), IsOk());
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Pairs(), SizeIs(5));
  AddLayer(500);
  v1::ListExposuresRequest request;
  request.set_parent("regions/stockholm");
  request.set_filter("layer = \"" + std::string(kLayer) + "\"");
  request.set_page_size(2);
  std::set<std::string> places_seen;
  std::set<double> radii;
  do {
    ASSERT_OK_AND_ASSIGN(
        const auto page,
        proximity_->Call(viewer_, &Stub::ListExposures, request));
    for (const auto& e : page.exposures()) {
      places_seen.insert(e.place());
      radii.insert(e.radius_m());
    }
    ChangeRadius(499);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(places_seen, SizeIs(5));
  EXPECT_THAT(radii, ElementsAre(500));
}

// A listing that midnight overtakes would be of two days, and of neither.
TEST_F(ProximityServiceTest, PagesAreOfOneDay) {
  std::vector<v1::Place> places(4);
  for (int i = 0; i < 4; ++i) {
    places[i] = SchoolAt(std::to_string(i), 59.351 + i * 1e-5, 18.1);
    if (i % 2 == 0) places[i].set_valid_to("2023-11-15");
    if (i % 2 == 1) places[i].set_valid_from("2023-11-15");
  }
  ASSERT_THAT(Import(places), IsOk());
  AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Pairs(), ElementsAre("s~register-0", "s~register-2"));
  v1::ListExposuresRequest request;
  request.set_parent("regions/stockholm");
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(
      auto page, proximity_->Call(viewer_, &Stub::ListExposures, request));
  clock_.Advance(absl::Hours(24));
  EXPECT_TRUE(Eventually([&] { return Pairs().front() == "s~register-1"; }));
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(
      page, proximity_->Call(viewer_, &Stub::ListExposures, request));
  ASSERT_THAT(page.exposures(), SizeIs(1));
  EXPECT_EQ(page.exposures(0).place(), "regions/stockholm/places/register-2");
  EXPECT_EQ(page.next_page_token(), "");
}

// Outsiders must get nothing, and other regions are not here.
TEST_F(ProximityServiceTest, WhoMayNotReadGetsNothing) {
  access::v1::Caller auditor = viewer_;
  auditor.clear_roles();
  auditor.add_roles(access::v1::ROLE_AUDITOR);
  EXPECT_THAT(proximity_->Exposures(auditor),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::ListPlacesRequest request;
  request.set_parent("regions/elsewhere");
  EXPECT_THAT(proximity_->Call(viewer_, &Stub::ListPlaces, request),
              StatusIs(absl::StatusCode::kNotFound));
  v1::GetPlaceRequest get;
  get.set_name("regions/stockholm/places/none");
  EXPECT_THAT(proximity_->Call(viewer_, &Stub::GetPlace, get),
              StatusIs(absl::StatusCode::kNotFound));
}

// A school that opens today is near today.
TEST_F(ProximityServiceTest, ANewDayMakesExposuresCurrent) {
  AddSite("s", 59.35, 18.1);
  v1::Place place = SchoolAt("1", 59.35, 18.1);
  place.set_valid_from("2023-11-16");
  ASSERT_THAT(Import({place}), IsOk());
  EXPECT_THAT(Pairs(), IsEmpty());
  const auto current = [&] {
    const auto head = ledger_->ReadHead();
    const auto versions = ledger_->ReadHistory("exposure/", head->revision);
    return versions->size() == 1 &&
           DecodeExposure(*versions->front().value)->current;
  };
  EXPECT_FALSE(current());
  clock_.Advance(absl::Hours(48));
  EXPECT_TRUE(Eventually(current));
  EXPECT_THAT(Pairs(), ElementsAre("s~register-1"));
}

// Those who follow must hear of each school that comes near or goes, once, and
// how far the registry is behind it.
TEST_F(ProximityServiceTest, WatchersHearWhatIsEnteredChangedAndLeft) {
  ASSERT_THAT(Import({SchoolAt("1", 59.35, 18.1)}), IsOk());
  const std::string site = AddSite("s", 59.35, 18.1);
  ASSERT_THAT(Pairs(), SizeIs(1));
  access::v1::Caller member;
  member.set_suite_member("interventions");
  ExposureWatcher watcher(proximity_.get(), member, false, ledger_.get(),
                          &clock_);
  MoveSite(site, 59.351, 18.1);
  MoveSite(site, 59.39, 18.1);
  const ledger::Revision last = registry_->revision();
  EXPECT_TRUE(
      watcher.ReadUntil([&] { return watcher.registry_reached() >= last; }));
  EXPECT_THAT(watcher.events(),
              ElementsAre("+s~register-1", "+s~register-1", "-s~register-1"));
}

// Who keeps the picture of past days must hear of the schools of those days.
TEST_F(ProximityServiceTest, WatchersOfAllDatesHearOfEveryPlace) {
  v1::Place closed = SchoolAt("1", 59.35, 18.1);
  closed.set_valid_to("2023-11-01");
  v1::Place opens = SchoolAt("2", 59.35, 18.1);
  opens.set_valid_from("2023-11-16");
  ASSERT_THAT(Import({closed, opens}), IsOk());
  AddSite("s", 59.35, 18.1);
  EXPECT_THAT(Pairs(), IsEmpty());
  ExposureWatcher today(proximity_.get(), viewer_, false, ledger_.get(),
                        &clock_);
  ExposureWatcher all(proximity_.get(), viewer_, true, ledger_.get(), &clock_);
  EXPECT_TRUE(all.ReadUntil([&] { return all.events().size() == 2; }));
  EXPECT_THAT(all.events(), ElementsAre("+s~register-1", "+s~register-2"));
  clock_.JumpWall(absl::Hours(48));
  EXPECT_TRUE(all.ReadUntil([&] { return all.events().size() == 3; }));
  EXPECT_THAT(all.events().back(), "+s~register-2");
  EXPECT_TRUE(today.ReadUntil([&] { return today.events().size() == 1; }));
  EXPECT_THAT(today.events(), ElementsAre("+s~register-2"));
}

// The log would grow until the disk is full.
TEST_F(ProximityServiceTest, KeepsAWeekOfItsLog) {
  const ledger::Revision head = ledger_->ReadHead()->revision;
  ASSERT_GT(head, 0);
  clock_.Advance(absl::Hours(24 * 7));
  Start();
  EXPECT_TRUE(Eventually([&] { return *ledger_->CompactedThrough() >= head; }));
}

}  // namespace
}  // namespace lagesbild::proximity
