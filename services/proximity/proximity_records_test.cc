#include "services/proximity/proximity_records.h"

#include "gtest/gtest.h"
#include "lagesbild/proximity/store/v1/proximity_store.pb.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::proximity {
namespace {

Place SomePlace() {
  Place place;
  place.id = "p";
  place.display_name = "Skolan";
  place.kinds = {PlaceKind::kPrimarySchool, PlaceKind::kPreschool};
  place.source = "register";
  place.external_id = "10035236";
  place.position = {.latitude = 59.16, .longitude = 18.13};
  place.given_quality = PositionQuality::kGeocoded;
  place.given_margin = geo::Meters(12);
  place.municipality = "0136";
  place.valid = {base::Date(2020, 1, 2), base::Date(2024, 3, 4)};
  place.building_group = "b";
  place.extract_date = base::Date(2024, 1, 1);
  place.quality = PositionQuality::kSuspect;
  place.margin = geo::Meters(1000);
  place.outside_region = true;
  place.flags = {"doubt"};
  return place;
}

// A restart would change what is known.
TEST(ProximityRecordsTest, RecordsSurviveTheirBytes) {
  const Place place = SomePlace();
  EXPECT_EQ(*DecodePlace("p", EncodePlace(place, "")), place);
  const Layer layer = DefaultLayer();
  EXPECT_EQ(*DecodeLayer(layer.id, EncodeLayer(layer)), layer);
  const Exposure exposure{.layer = "l",
                          .site = "s",
                          .place = "p",
                          .distance = geo::Meters(1.5),
                          .center_distance = geo::Meters(2.5),
                          .margin = geo::Meters(235),
                          .verdict = Verdict::kDefinite,
                          .radius = geo::Meters(500),
                          .place_display_name = "Skolan",
                          .municipality = "0136",
                          .valid = place.valid,
                          .current = true};
  EXPECT_EQ(*DecodeExposure(EncodeExposure(exposure)), exposure);
  const geo::Ring ring = {{59, 18}, {59, 19}, {60, 19}, {59, 18}};
  const Site site{.id = "s",
                  .geometry = geo::MultiPolygon{{{ring, {ring}}}},
                  .municipality = "0180"};
  EXPECT_EQ(*DecodeSite("s", EncodeSite(site)), site);
  const Municipality area{
      .code = "0180", .geometry = site.geometry, .valid = place.valid};
  EXPECT_EQ(*DecodeMunicipality(EncodeMunicipality(area)), area);
  const Extract extract{"register", base::Date(2026, 6, 1)};
  EXPECT_EQ(*DecodeExtract(EncodeExtract(extract)), extract);
}

// An older program would destroy what a newer one has stored.
TEST(ProximityRecordsTest, FieldsOfANewerVersionSurviveARewrite) {
  store::v1::PlaceRecord newer;
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(999, 7);
  const std::string rewritten =
      EncodePlace(SomePlace(), newer.SerializeAsString());
  store::v1::PlaceRecord read;
  ASSERT_TRUE(read.ParseFromString(rewritten));
  EXPECT_EQ(read.GetReflection()->GetUnknownFields(read).field_count(), 1);
}

// A damaged record must be told, not guessed.
TEST(ProximityRecordsTest, DamagedBytesAreDataLoss) {
  EXPECT_THAT(DecodePlace("p", "\xff"),
              testing::StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeExtract(""),
              testing::StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeDay(""), testing::StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace lagesbild::proximity
