// If these fail, a file of schools is half taken, taken wrong, or refused
// without saying where.
#include <limits>

#include "services/proximity/proximity_fixture.h"

namespace lagesbild::proximity {
namespace {

using testing::ErrorIs;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class ProximityImportTest : public ProximityFixture {
 protected:
  // "field: description" of each fault of importing these places.
  std::vector<std::string> Faults(const std::vector<v1::Place>& places) {
    const auto imported = Import(places);
    EXPECT_THAT(imported, StatusIs(kInvalid));
    std::vector<std::string> faults;
    for (const auto& v : base::DetailOf(imported.status()).violations) {
      faults.push_back(v.field + ": " + v.description);
    }
    return faults;
  }
  size_t PlaceCount() { return proximity_->Places(viewer_)->size(); }
};

// Somebody must find the row to mend; nothing may be half imported.
TEST_F(ProximityImportTest, FaultsNameRowAndFieldAndNothingIsTaken) {
  v1::Place good = SchoolAt("1", 59.35, 18.1);
  v1::Place nan = SchoolAt("2", 59.35, 18.1);
  nan.mutable_position()->set_latitude(
      std::numeric_limits<double>::quiet_NaN());
  v1::Place far = SchoolAt("3", 99, 18.1);
  v1::Place bare;
  const auto faults = Faults({good, nan, far, bare});
  ASSERT_GE(faults.size(), 5u);
  EXPECT_THAT(faults[0], HasSubstr("places[2].position"));
  EXPECT_THAT(faults[1], HasSubstr("places[3].position"));
  EXPECT_THAT(faults[2], HasSubstr("places[4].external_id"));
  EXPECT_EQ(PlaceCount(), 0u);
}

TEST_F(ProximityImportTest, ADuplicateUnitNamesBothRows) {
  const auto faults =
      Faults({SchoolAt("1", 59.35, 18.1), SchoolAt("2", 59.35, 18.1),
              SchoolAt("1", 59.36, 18.1)});
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0], HasSubstr("places[3].external_id: "));
  EXPECT_THAT(faults[0], HasSubstr("that of places[1]"));
  EXPECT_EQ(PlaceCount(), 0u);
}

TEST_F(ProximityImportTest, SwappedCoordinatesAreRefusedBySayingSo) {
  const auto faults = Faults({SchoolAt("1", 18.1, 59.35)});
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0], HasSubstr("places[1].position"));
  EXPECT_THAT(faults[0], HasSubstr("exchanged"));
}

// A register position in another county is real data, and must be seen.
TEST_F(ProximityImportTest, PlacesOutsideTheRegionAreKeptFlaggedAndNamed) {
  ASSERT_OK_AND_ASSIGN(const auto answer, Import({SchoolAt("1", 59.35, 18.1),
                                                  SchoolAt("2", 57.7, 11.97)}));
  ASSERT_THAT(answer.flags(), SizeIs(1));
  EXPECT_EQ(answer.flags(0).row(), 2);
  EXPECT_EQ(answer.flags(0).external_id(), "2");
  EXPECT_THAT(answer.flags(0).flag(), HasSubstr("no municipality"));
  ASSERT_OK_AND_ASSIGN(const auto places,
                       proximity_->Places(viewer_, "outside_region = true"));
  ASSERT_THAT(places, SizeIs(1));
  EXPECT_EQ(places[0].quality(), v1::POSITION_QUALITY_SUSPECT);
}

// The areas of an import just before must be there: the token carries them.
TEST_F(ProximityImportTest, AreasThatComeLaterAreJudgedByThem) {
  v1::Place place = SchoolAt("1", 59.55, 18.1);
  place.set_municipality("0187");
  ASSERT_OK_AND_ASSIGN(const auto answer, Import({place}));
  ASSERT_THAT(answer.flags(), SizeIs(1));
  registry::v1::ImportAreasRequest areas;
  areas.set_parent(registry::kTestRegion);
  *areas.add_areas() =
      registry::AreaOf(registry::v1::AREA_KIND_MUNICIPALITY, "0187",
                       registry::BoxOf(59.5, 18.0, 59.6, 18.2));
  ASSERT_THAT(registry_->ImportAreas(office_, {areas}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto places,
                       proximity_->Places(viewer_, "", registry_->token()));
  ASSERT_THAT(places, SizeIs(1));
  EXPECT_FALSE(places[0].outside_region());
  EXPECT_EQ(places[0].quality(), v1::POSITION_QUALITY_REGISTER);
}

// The preschools' file under the schools' source would close every school.
TEST_F(ProximityImportTest, AFileThatLacksMostPlacesIsAnotherFile) {
  std::vector<v1::Place> schools;
  for (int i = 0; i < 10; ++i) {
    schools.push_back(SchoolAt(std::to_string(i), 59.35, 18.1));
  }
  ASSERT_THAT(Import(schools), IsOk());
  auto other = ImportOf({SchoolAt("p", 59.36, 18.1)});
  for (const bool validate_only : {true, false}) {
    other.set_validate_only(validate_only);
    const absl::Status refused = proximity_->Import(office_, {other}).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("10 of the 10 open places of the source"));
  }
  EXPECT_EQ(PlaceCount(), 10u);

  // Two of ten are what a register loses; three are said to be gone.
  schools.resize(8);
  EXPECT_EQ(Import(schools)->closed(), 2);
  schools.resize(5);
  EXPECT_THAT(Import(schools), StatusIs(absl::StatusCode::kFailedPrecondition));
  auto gone = ImportOf(schools);
  gone.set_allow_closing(true);
  EXPECT_EQ(proximity_->Import(office_, {gone})->closed(), 3);
}

// A client that lost the answer asks again, and must not import again.
TEST_F(ProximityImportTest, ARepeatedRequestIsAnsweredAsTheFirstTime) {
  auto request = ImportOf({SchoolAt("1", 59.35, 18.1)});
  request.set_request_id("r-1");
  ASSERT_OK_AND_ASSIGN(const auto first,
                       proximity_->Import(office_, {request}));
  EXPECT_EQ(first.created(), 1);
  auto other = ImportOf({SchoolAt("1", 59.36, 18.1)});
  ASSERT_THAT(proximity_->Import(office_, {other}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto again,
                       proximity_->Import(office_, {request}));
  EXPECT_EQ(again.created(), 1);
  EXPECT_EQ(proximity_->Places(viewer_)->front().position().latitude(), 59.36);
  other.set_request_id("r-1");
  EXPECT_THAT(proximity_->Import(office_, {other}),
              ErrorIs(kInvalid, base::kRequestIdReused));
}

TEST_F(ProximityImportTest, ACheckAloneChangesNothing) {
  auto request = ImportOf({SchoolAt("1", 57.7, 11.97)});
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(
      const auto answer,
      proximity_->Import(office_, {request}, registry_->token()));
  EXPECT_EQ(answer.created(), 1);
  EXPECT_THAT(answer.flags(), SizeIs(1));
  EXPECT_EQ(PlaceCount(), 0u);
}

// A connection that broke in the middle must not close half the schools.
TEST_F(ProximityImportTest, AnImportCutShortIsRefused) {
  auto request = ImportOf({SchoolAt("1", 59.35, 18.1)});
  request.set_expected_rows(2);
  EXPECT_THAT(proximity_->Import(office_, {request}), StatusIs(kInvalid));
  // Where the number is not stated, nobody can tell.
  request.clear_expected_rows();
  EXPECT_THAT(proximity_->Import(office_, {request}), StatusIs(kInvalid));
  EXPECT_EQ(PlaceCount(), 0u);
  auto empty = ImportOf({});
  EXPECT_THAT(proximity_->Import(office_, {empty}), StatusIs(kInvalid));
}

TEST_F(ProximityImportTest, OnlyAnAdminOfTheWholeRegionImports) {
  const auto request = ImportOf({SchoolAt("1", 59.35, 18.1)});
  EXPECT_THAT(
      proximity_->Import(registry::MunicipalityCaller("0180"), {request}),
      StatusIs(absl::StatusCode::kPermissionDenied));
  access::v1::Caller local = office_;
  local.clear_areas();
  local.add_areas("0180");
  EXPECT_THAT(proximity_->Import(local, {request}),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

// Two sources may use the same ids for different places.
TEST_F(ProximityImportTest, SourcesDoNotMeetInOneName) {
  auto a = ImportOf({SchoolAt("b-c", 59.35, 18.1)});
  a.set_source("a");
  auto ab = ImportOf({SchoolAt("c", 59.36, 18.1)});
  ab.set_source("a-b");
  ASSERT_THAT(proximity_->Import(office_, {a}), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto other, proximity_->Import(office_, {ab}));
  EXPECT_EQ(other.created(), 1);
  EXPECT_EQ(proximity_->Import(office_, {ab})->unchanged(), 1);
  EXPECT_EQ(PlaceCount(), 2u);
}

}  // namespace
}  // namespace lagesbild::proximity
