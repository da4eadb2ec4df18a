// If these fail, what was stored comes back as something else.
#include "services/registry/registry_records.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lagesbild/registry/store/v1/registry_store.pb.h"
#include "services/registry/registry_state.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Site FullSite() {
  Site site;
  site.id = "square";
  site.display_name = "Square";
  const geo::Ring ring = {{.latitude = 59.3, .longitude = 18.1},
                          {.latitude = 59.3, .longitude = 18.2},
                          {.latitude = 59.4, .longitude = 18.1},
                          {.latitude = 59.3, .longitude = 18.1}};
  const geo::Ring hole = {{.latitude = 59.31, .longitude = 18.11},
                          {.latitude = 59.31, .longitude = 18.13},
                          {.latitude = 59.33, .longitude = 18.11},
                          {.latitude = 59.31, .longitude = 18.11}};
  site.geometry = geo::MultiPolygon{{{.outer = ring, .holes = {hole}}}};
  site.placement = {geo::SquareMeters(12.5), "0180", {"0180"}, {"d"}, {"p"}};
  site.responsible_municipality = "0180";
  site.responsible_police = "p";
  site.category = "park";
  site.near_transit = true;
  site.established_since = *base::ParseDate("2020-02-29");
  Assessment assessment;
  assessment.party = Party::kPolice;
  assessment.verdict = Verdict::kOpen;
  assessment.valid_from = *base::ParseDate("2023-01-01");
  assessment.evidence_date = *base::ParseDate("2023-01-02");
  assessment.note = "note";
  assessment.on_behalf = true;
  assessment.create_time = absl::FromUnixMicros(1700000000000001);
  site.assessments = {assessment};
  site.note = "a";
  site.responsible_note = "b";
  site.law_enforcement_note = "c";
  site.owner_note = "d";
  site.external_refs = {{"system", "id"}};
  site.owner_agency = "police";
  site.source = "file";
  site.external_id = "1";
  site.create_time = absl::FromUnixMicros(1700000000000002);
  site.update_time = absl::FromUnixMicros(1700000000000003);
  return site;
}

TEST(RegistryRecordsTest, ASiteComesBackAsItWas) {
  const Site site = FullSite();
  ASSERT_OK_AND_ASSIGN(const Site back,
                       DecodeSite("square", EncodeSite(site, "")));
  EXPECT_EQ(back, site);
}

TEST(RegistryRecordsTest, AnAreaComesBackAsItWas) {
  Area area;
  area.id = "district-x";
  area.kind = AreaKind::kDistrict;
  area.code = "x";
  area.display_name = "X";
  area.geometry = FullSite().geometry;
  area.valid_to = *base::ParseDate("2024-01-01");
  ASSERT_OK_AND_ASSIGN(const Area back,
                       DecodeArea("district-x", EncodeArea(area, "")));
  EXPECT_EQ(back, area);
}

// A newer version's data must live through a write of this one.
TEST(RegistryRecordsTest, UnknownFieldsSurviveAChange) {
  store::v1::SiteRecord record;
  record.ParseFromString(EncodeSite(FullSite(), ""));
  record.GetReflection()->MutableUnknownFields(&record)->AddVarint(900, 7);
  auto* assessment = record.mutable_assessments(0);
  assessment->GetReflection()
      ->MutableUnknownFields(assessment)
      ->AddVarint(901, 8);
  Site changed = FullSite();
  changed.note = "changed";
  changed.assessments.push_back(changed.assessments[0]);
  store::v1::SiteRecord after;
  after.ParseFromString(EncodeSite(changed, record.SerializeAsString()));
  EXPECT_EQ(after.note(), "changed");
  EXPECT_EQ(after.assessments_size(), 2);
  EXPECT_EQ(after.GetReflection()->GetUnknownFields(after).field_count(), 1);
  const auto& kept = after.assessments(0);
  EXPECT_EQ(kept.GetReflection()->GetUnknownFields(kept).field_count(), 1);
}

TEST(RegistryRecordsTest, RubbishIsDataLoss) {
  EXPECT_THAT(DecodeSite("x", "\xff\xff"),
              testing::StatusIs(absl::StatusCode::kDataLoss));
}

// A view that forgets a removed site would go on showing and matching it.
TEST(RegistryStateTest, FollowsItsRecords) {
  base::NullLogger logger;
  RegistryState state(&logger);
  state.Apply("site/square", EncodeSite(FullSite(), ""), 3, absl::Now());
  state.Apply("near/1_2", EncodeNear("square"), 3, absl::Now());
  state.Apply("areas", EncodeAreas(1), 2, absl::Now());
  EXPECT_EQ(state.FindSite("square")->revision, 3);
  EXPECT_EQ(state.NearRevision("1_2"), 3);
  EXPECT_EQ(state.NearRevision("9_9"), 0);
  EXPECT_EQ(state.areas_revision(), 2);
  const geo::Shape near(geo::LatLng{.latitude = 59.2985, .longitude = 18.1});
  const base::Date today = *base::ParseDate("2023-11-14");
  EXPECT_THAT(state.LikelyDuplicates(near, today), ElementsAre("square"));
  state.Apply("site/square", std::nullopt, 4, absl::Now());
  EXPECT_EQ(state.FindSite("square"), nullptr);
  EXPECT_THAT(state.LikelyDuplicates(near, today), IsEmpty());
}

}  // namespace
}  // namespace lagesbild::registry
