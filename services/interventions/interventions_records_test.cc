// If these fail, what was recorded is lost or changed by a restart.
#include "services/interventions/interventions_records.h"

#include "lagesbild/interventions/store/v1/interventions_store.pb.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::interventions {
namespace {

using testing::StatusIs;

Intervention Whole() {
  Intervention i;
  i.id = "i";
  i.sites = {"s", "t"};
  i.type = "lighting";
  i.display_name = "Lamps";
  i.responsible_agency = "municipality-0180";
  i.partners = {"police-0180"};
  i.aim = "Too dark";
  i.state = State::kCompleted;
  i.start = base::Date(2023, 1, 1);
  i.end = base::Date(2023, 6, 1);
  i.next_follow_up = base::Date(2023, 5, 1);
  i.outcome = "Lighter";
  i.plan = "By the stairs";
  i.municipalities = {"0180", "0184"};
  i.external_refs = {{"diariet", "2023/1"}};
  i.create_time = absl::FromUnixMicros(1'700'000'000'000'001);
  i.update_time = absl::FromUnixMicros(1'700'000'000'000'002);
  return i;
}

TEST(InterventionsRecordsTest, AnInterventionComesBackWhole) {
  ASSERT_OK_AND_ASSIGN(
      const auto read,
      DecodeIntervention("i", EncodeIntervention(Whole(), "")));
  EXPECT_EQ(read, Whole());
}

TEST(InterventionsRecordsTest, WhatANewerVersionWroteIsKept) {
  store::v1::InterventionRecord record;
  record.GetReflection()->MutableUnknownFields(&record)->AddVarint(900, 7);
  store::v1::InterventionRecord after;
  ASSERT_TRUE(after.ParseFromString(
      EncodeIntervention(Whole(), record.SerializeAsString())));
  const auto& unknown = after.GetReflection()->GetUnknownFields(after);
  ASSERT_EQ(unknown.field_count(), 1);
  EXPECT_EQ(unknown.field(0).number(), 900);
}

TEST(InterventionsRecordsTest, AGapComesBackWhole) {
  Gap gap;
  gap.site = "s";
  gap.site_display_name = "Square";
  gap.site_state = SiteState::kContested;
  gap.responsible_municipality = "0180";
  gap.kind = GapKind::kPaused;
  gap.measures = {"lighting"};
  gap.since = absl::FromUnixMicros(1'700'000'000'000'003);
  gap.places = 2;
  gap.nearest_place = "p";
  gap.nearest_place_display_name = "School";
  gap.nearest_distance = geo::Meters(12.5);
  gap.radius = geo::Meters(500);
  gap.definite = true;
  ASSERT_OK_AND_ASSIGN(const auto read, DecodeGap("s", EncodeGap(gap)));
  EXPECT_EQ(read, gap);
}

TEST(InterventionsRecordsTest, WhatIsKeptOfUpstreamsComesBackWhole) {
  const Site site{
      .display_name = "Square",
      .state = SiteState::kPending,
      .counted = SiteState::kOpen,
      .states = {{base::Date(2023, 1, 2), SiteState::kOpen, SiteState::kOpen},
                 {base::Date(2023, 4, 5), SiteState::kPending,
                  SiteState::kOpen}},
      .municipality = "0180",
      .responsible = "0180-1",
      .registry_revision = 7};
  ASSERT_OK_AND_ASSIGN(const auto read_site, DecodeSite(EncodeSite(site)));
  EXPECT_TRUE(SameFacts(read_site, site));
  EXPECT_EQ(read_site.registry_revision, 7);
  const Exposure exposure{.site = "s",
                          .place = "p",
                          .place_display_name = "School",
                          .distance = geo::Meters(1.5),
                          .radius = geo::Meters(500),
                          .definite = true,
                          .valid_from = base::Date(2020, 1, 2),
                          .valid_to = base::Date(2023, 4, 5),
                          .current = false};
  ASSERT_OK_AND_ASSIGN(const auto read,
                       DecodeExposure(EncodeExposure(exposure)));
  EXPECT_EQ(read, exposure);
}

TEST(InterventionsRecordsTest, WhatWaitsComesBackWhole) {
  Undecided waits;
  waits.needs_registry.emplace();
  waits.needs_registry->set_store_id("store");
  waits.needs_registry->set_revision(9);
  waits.cause = absl::FromUnixMicros(5);
  ASSERT_OK_AND_ASSIGN(const auto read,
                       DecodeUndecided(EncodeUndecided(waits)));
  EXPECT_FALSE(read.needs_basis);
  ASSERT_TRUE(read.needs_registry);
  EXPECT_EQ(read.needs_registry->revision(), 9);
  EXPECT_FALSE(read.decided_proximity);
  EXPECT_EQ(read.cause, waits.cause);
}

TEST(InterventionsRecordsTest, WhatIsNoRecordIsRefused) {
  EXPECT_THAT(DecodeGap("s", "\xff"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(SiteInExposure("layer~site~place"), "site");
  EXPECT_EQ(SiteInExposure("layer~site"), "");
}

}  // namespace
}  // namespace lagesbild::interventions
