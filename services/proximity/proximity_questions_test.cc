// If these fail, an agency asks what lies near, or how many, and is told
// something else.
#include "services/proximity/proximity_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using Stub = v1::ProximityAnalysis::Stub;

class QuestionsTest : public ProximityFixture {
 protected:
  void SetUp() override {
    ASSERT_THAT(
        Import({SchoolAt("near", 59.351, 18.1), SchoolAt("far", 59.356, 18.1)}),
        IsOk());
    site_ = AddSite("s", 59.35, 18.1);
    for (const auto party :
         {registry::v1::PARTY_MUNICIPALITY, registry::v1::PARTY_POLICE}) {
      ASSERT_THAT(registry_->Assess(
                      registry::CoordinationCaller(), site_,
                      registry::VerdictOf(party, registry::v1::VERDICT_OPEN,
                                          "2023-10-01")),
                  IsOk());
    }
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(
      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                   Response*),
      Request request) {
    request.set_parent("regions/stockholm");
    return proximity_->Call(viewer_, method, request, registry_->token());
  }

  static v1::FindPlacesNearRequest Around(const std::string& site,
                                          double radius) {
    v1::FindPlacesNearRequest request;
    request.set_site(site);
    request.set_radius_m(radius);
    return request;
  }

  std::string site_;
};

TEST_F(QuestionsTest, PlacesNearASiteComeNearestFirstAndInPages) {
  v1::FindPlacesNearRequest request = Around(site_, 1000);
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const auto first, Ask(&Stub::FindPlacesNear, request));
  ASSERT_THAT(first.places(), SizeIs(1));
  EXPECT_EQ(first.places(0).place().external_id(), "near");
  EXPECT_NEAR(first.places(0).distance_m(), 111.4, 0.1);
  EXPECT_EQ(first.places(0).verdict(), v1::VERDICT_DEFINITE);
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(const auto second, Ask(&Stub::FindPlacesNear, request));
  ASSERT_THAT(second.places(), SizeIs(1));
  EXPECT_EQ(second.places(0).place().external_id(), "far");
  EXPECT_EQ(second.next_page_token(), "");
}

// A wrong radius, a site that is none: said, and not an empty list.
TEST_F(QuestionsTest, WhatMakesNoSenseIsSaid) {
  EXPECT_THAT(Ask(&Stub::FindPlacesNear, Around(site_, 0)),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  EXPECT_THAT(Ask(&Stub::FindPlacesNear, Around(site_, 10'001)),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  EXPECT_THAT(
      Ask(&Stub::FindPlacesNear, Around("regions/stockholm/sites/no", 500)),
      StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Ask(&Stub::FindPlacesNear, v1::FindPlacesNearRequest()),
              StatusIs(absl::StatusCode::kInvalidArgument));
  v1::SummarizeExposureRequest summary;
  summary.set_layer("regions/stockholm/layers/no");
  EXPECT_THAT(Ask(&Stub::SummarizeExposure, summary),
              StatusIs(absl::StatusCode::kNotFound));
}

// Longitude before latitude is a point in the Arabian Sea, with no school near:
// an answer that would be believed.
TEST_F(QuestionsTest, ExchangedAxesAreNoPlaceToLookAround) {
  v1::FindPlacesNearRequest places;
  *places.mutable_geometry() = registry::PointAt(18.1, 59.35);
  places.set_radius_m(500);
  EXPECT_THAT(Ask(&Stub::FindPlacesNear, places),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  v1::FindSitesNearRequest sites;
  *sites.mutable_geometry() = places.geometry();
  sites.set_radius_m(500);
  EXPECT_THAT(Ask(&Stub::FindSitesNear, sites),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  v1::AnalyzeWhatIfRequest what_if;
  what_if.add_places()->set_label("school");
  what_if.mutable_places(0)->mutable_position()->set_latitude(18.1);
  what_if.mutable_places(0)->mutable_position()->set_longitude(59.35);
  EXPECT_THAT(Ask(&Stub::AnalyzeWhatIf, what_if),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
  what_if.clear_places();
  what_if.add_sites()->set_label("site");
  *what_if.mutable_sites(0)->mutable_geometry() = places.geometry();
  EXPECT_THAT(Ask(&Stub::AnalyzeWhatIf, what_if),
              ErrorIs(absl::StatusCode::kInvalidArgument, "INVALID_FIELD"));
}

// Of two at one distance a page's end must not swallow one.
TEST_F(QuestionsTest, SitesAtOneDistanceComeEachOnce) {
  AddSite("twin", 59.35, 18.1);
  v1::FindSitesNearRequest request;
  *request.mutable_geometry() = registry::PointAt(59.3505, 18.1);
  request.set_radius_m(500);
  request.set_page_size(1);
  request.add_states(registry::v1::SITE_STATE_OPEN);
  request.add_states(registry::v1::SITE_STATE_PROPOSED);
  ASSERT_THAT(
      registry_->Assess(
          registry::MunicipalityCaller("0180"), "regions/stockholm/sites/twin",
          registry::VerdictOf(registry::v1::PARTY_UNSPECIFIED,
                              registry::v1::VERDICT_OPEN, "2023-10-01")),
      IsOk());
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Ask(&Stub::FindSitesNear, request));
    for (const auto& near : page.sites()) names.push_back(near.site());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && names.size() < 5);
  EXPECT_THAT(names, ElementsAre(site_, "regions/stockholm/sites/twin"));
}

// A square that might become a site would be weighed wrongly.
TEST_F(QuestionsTest, AHypotheticalSiteCountsFromItsEdgeOrCentre) {
  v1::AnalyzeWhatIfRequest request;
  request.add_radii_m(200);
  v1::HypotheticalSite* site = request.add_sites();
  site->set_label("square");
  *site->mutable_geometry() = registry::PointAt(59.348, 18.1);
  site->mutable_geometry()->mutable_circle()->set_radius_m(200);
  ASSERT_OK_AND_ASSIGN(const auto edge, Ask(&Stub::AnalyzeWhatIf, request));
  EXPECT_EQ(edge.steps(0).sites(), 1);
  EXPECT_EQ(edge.steps(0).sites_then(), 2);
  ASSERT_THAT(edge.pairs(), SizeIs(1));
  EXPECT_EQ(edge.pairs(0).site(), "square");
  EXPECT_NEAR(edge.pairs(0).distance_m(), 134.2, 0.2);
  request.set_measure(v1::MEASURE_CENTER);
  ASSERT_OK_AND_ASSIGN(const auto centre, Ask(&Stub::AnalyzeWhatIf, request));
  EXPECT_EQ(centre.steps(0).sites_then(), 1);
}

TEST_F(QuestionsTest, SitesNearAPlaceHaveTheirState) {
  v1::FindSitesNearRequest request;
  request.set_place("regions/stockholm/places/register-near");
  request.set_radius_m(500);
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(&Stub::FindSitesNear, request));
  ASSERT_THAT(found.sites(), SizeIs(1));
  EXPECT_EQ(found.sites(0).site(), site_);
  EXPECT_EQ(found.sites(0).state(), registry::v1::SITE_STATE_OPEN);
  EXPECT_EQ(found.sites(0).municipality(), "0180");
  request.add_states(registry::v1::SITE_STATE_CONTESTED);
  ASSERT_OK_AND_ASSIGN(const auto none, Ask(&Stub::FindSitesNear, request));
  EXPECT_THAT(none.sites(), SizeIs(0));
}

// The office asks what another school would change, and nothing must change.
TEST_F(QuestionsTest, AHypotheticalSchoolCountsAndIsNotKept) {
  v1::AnalyzeWhatIfRequest request;
  request.add_radii_m(100);
  request.add_radii_m(500);
  v1::HypotheticalPlace* school = request.add_places();
  school->set_label("planned");
  school->mutable_position()->set_latitude(59.3502);
  school->mutable_position()->set_longitude(18.1);
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(&Stub::AnalyzeWhatIf, request));
  ASSERT_THAT(found.steps(), SizeIs(2));
  EXPECT_EQ(found.steps(0).sites(), 0);
  EXPECT_EQ(found.steps(0).sites_then(), 1);
  EXPECT_EQ(found.steps(1).pairs(), 1);
  EXPECT_EQ(found.steps(1).pairs_then(), 2);
  ASSERT_THAT(found.pairs(), SizeIs(1));
  EXPECT_EQ(found.pairs(0).place(), "planned");
  EXPECT_EQ(found.pairs(0).site(), site_);
  EXPECT_THAT(Pairs(), ElementsAre("s~register-near"));
}

TEST_F(QuestionsTest, TheSweepIsByHundredsWhereNothingElseIsAsked) {
  ASSERT_OK_AND_ASSIGN(const auto found,
                       Ask(&Stub::AnalyzeWhatIf, v1::AnalyzeWhatIfRequest()));
  ASSERT_THAT(found.steps(), SizeIs(10));
  EXPECT_EQ(found.steps(0).radius_m(), 100);
  EXPECT_EQ(found.steps(0).sites(), 0);
  EXPECT_EQ(found.steps(1).sites(), 1);
  EXPECT_EQ(found.steps(9).radius_m(), 1000);
  EXPECT_EQ(found.steps(9).pairs(), 2);
  EXPECT_EQ(
      found.query(),
      "sites whose agreed state is OPEN on 2023-11-14 with at least one "
      "place of the kinds asked for within the radius of the site's edge, "
      "geodesic on WGS84");
  EXPECT_EQ(found.valid_date(), "2023-11-14");
  EXPECT_GT(found.revision(), 0);
  EXPECT_NE(found.recorded_time(), "");
}

// The figure goes to the council with what it is a figure of.
TEST_F(QuestionsTest, ASummarySaysOfHowManyAndHow) {
  AddSite("unassessed", 59.35, 18.101);
  v1::SummarizeExposureRequest request;
  request.set_group_by(v1::EXPOSURE_GROUPING_MUNICIPALITY);
  ASSERT_OK_AND_ASSIGN(const auto found,
                       Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(found.total().sites(), 1);
  EXPECT_EQ(found.total().sites_exposed(), 1);
  EXPECT_EQ(found.total().units(), 1);
  EXPECT_EQ(found.total().buildings(), 1);
  EXPECT_THAT(found.total().exposed(), ElementsAre(site_));
  ASSERT_THAT(found.groups(), SizeIs(1));
  EXPECT_EQ(found.groups(0).area(), "0180");
  EXPECT_EQ(found.layer().name(),
            "regions/stockholm/layers/primary-schools-500");
  EXPECT_EQ(found.valid_date(), "2023-11-14");
  EXPECT_NE(found.recorded_time(), "");
  EXPECT_EQ(found.query(),
            "sites whose agreed state is OPEN on 2023-11-14 with at least one "
            "place of the layer's kinds within 500 m, whatever the position's "
            "margin of the site's edge, geodesic on WGS84");
  request.add_states(registry::v1::SITE_STATE_OPEN);
  request.mutable_as_of()->set_valid_date("2023-09-30");
  ASSERT_OK_AND_ASSIGN(const auto before,
                       Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(before.total().sites(), 0);
}

// A site in two police areas is each one's matter, and once in the total.
TEST_F(QuestionsTest, ASummaryByPoliceAreaCountsASiteInEachOfThem) {
  registry::v1::ImportAreasRequest areas;
  areas.set_parent(registry::kTestRegion);
  for (const auto& [code, north] :
       {std::pair("lpo-1", 59.351), std::pair("lpo-2", 59.352)}) {
    *areas.add_areas() =
        registry::AreaOf(registry::v1::AREA_KIND_POLICE_AREA, code,
                         registry::BoxOf(59.34, 18.0, north, 18.2));
  }
  ASSERT_THAT(registry_->ImportAreas(office_, {areas}), IsOk());
  v1::SummarizeExposureRequest request;
  request.set_group_by(v1::EXPOSURE_GROUPING_POLICE_AREA);
  ASSERT_TRUE(testing::Eventually([&] {
    const auto found = Ask(&Stub::SummarizeExposure, request);
    return found.ok() && found->groups_size() == 2;
  }));
  ASSERT_OK_AND_ASSIGN(const auto found,
                       Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(found.groups(0).area(), "lpo-1");
  EXPECT_EQ(found.groups(1).area(), "lpo-2");
  for (const auto& group : found.groups()) {
    EXPECT_EQ(group.sites_exposed(), 1) << group.area();
  }
  EXPECT_EQ(found.total().sites_exposed(), 1);
}

// 2026's schools do not answer for 2023 unseen: where a register gives no first
// day, the figure says so.
TEST_F(QuestionsTest, ASummarySaysHowManyUnitsHaveNoFirstDay) {
  v1::Place dated = SchoolAt("dated", 59.3505, 18.1);
  dated.set_valid_from("2020-01-01");
  ASSERT_THAT(Import({SchoolAt("near", 59.351, 18.1),
                      SchoolAt("far", 59.356, 18.1), dated}),
              IsOk());
  ASSERT_OK_AND_ASSIGN(const auto found, Ask(&Stub::SummarizeExposure,
                                             v1::SummarizeExposureRequest()));
  EXPECT_EQ(found.total().units(), 2);
  EXPECT_EQ(found.total().units_undated(), 1);
}

// A figure that was published must come out again, whatever is known by now;
// and a day must not be answered for by the schools of another.
TEST_F(QuestionsTest, ASummaryIsAsRecordedAndAsOnItsDay) {
  v1::SummarizeExposureRequest request;
  ASSERT_OK_AND_ASSIGN(const auto published,
                       Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(published.total().sites_exposed(), 1);
  clock_.JumpWall(absl::Hours(1));
  v1::Place closed = SchoolAt("near", 59.351, 18.1);
  closed.set_valid_to("2023-11-10");
  ASSERT_THAT(Import({closed, SchoolAt("far", 59.356, 18.1)}), IsOk());
  MoveSite(site_, 59.3501, 18.1);
  Pairs();
  ASSERT_OK_AND_ASSIGN(const auto now, Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(now.total().sites_exposed(), 0);
  request.mutable_as_of()->set_valid_date("2023-11-09");
  ASSERT_OK_AND_ASSIGN(const auto then, Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(then.total().sites_exposed(), 1);
  request.mutable_as_of()->clear_valid_date();
  request.mutable_as_of()->set_recorded_time(published.recorded_time());
  ASSERT_OK_AND_ASSIGN(auto again, Ask(&Stub::SummarizeExposure, request));
  EXPECT_EQ(again.revision(), published.revision());
  EXPECT_EQ(again.SerializeAsString(), published.SerializeAsString());
}

}  // namespace
}  // namespace lagesbild::proximity
