// If these fail, a file of schools is half taken, taken wrong, or refused
// without saying where.
#include <limits>

#include "services/proximity/proximity_fixture.h"

namespace lagesbild::proximity {
namespace {

using ::testing::Contains;
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
  static v1::ImportPlacesRequest ExtractOf(const std::string& date,
                                           const std::vector<v1::Place>& rows) {
    v1::ImportPlacesRequest request = ImportOf(rows);
    request.set_extract_date(date);
    return request;
  }
  absl::StatusOr<v1::ImportPlacesResponse> Import(
      const v1::ImportPlacesRequest& request) {
    return proximity_->Import(office_, {request}, registry_->token());
  }
  using ProximityFixture::Import;
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
  EXPECT_THAT(faults[0], HasSubstr("keep_swapped"));
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
  std::vector<v1::Place> schools(10);
  for (int i = 0; i < 10; ++i) {
    schools[i] = SchoolAt(std::to_string(i), 59.35, 18.1);
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

// A school that was dormant for a year would have been there all along, without
// a word.
TEST_F(ProximityImportTest, APlaceThatComesBackIsTold) {
  const std::vector<v1::Place> all = {SchoolAt("1", 59.35, 18.1),
                                      SchoolAt("2", 59.36, 18.1)};
  ASSERT_THAT(Import(ExtractOf("2021-06-01", all)), IsOk());
  auto without = ExtractOf("2022-06-01", {all[0]});
  without.set_allow_closing(true);
  ASSERT_EQ(Import(without)->closed(), 1);
  ASSERT_OK_AND_ASSIGN(const auto back, Import(ExtractOf("2023-06-01", all)));
  ASSERT_THAT(back.flags(), SizeIs(1));
  EXPECT_EQ(back.flags(0).row(), 2);
  EXPECT_THAT(back.flags(0).flag(), HasSubstr("was closed from 2022-06-01"));
  EXPECT_THAT(Import(ExtractOf("2023-06-01", all))->flags(), SizeIs(0));
}

// Last year's file, found in a folder, would move schools back and close new
// ones without a word.
TEST_F(ProximityImportTest, AnOlderExtractDoesNotOverrideANewerOne) {
  const v1::Place school = SchoolAt("1", 59.35, 18.1);
  ASSERT_THAT(Import(ExtractOf("2023-06-01", {school})), IsOk());
  auto older = ExtractOf("2022-01-01", {SchoolAt("1", 59.36, 18.1)});
  for (const bool validate_only : {true, false}) {
    older.set_validate_only(validate_only);
    const absl::Status refused = Import(older).status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
    const std::string message(refused.message());
    for (const char* word :
         {"2022-01-01", "2023-06-01", "\"register\"", "allow_older"}) {
      EXPECT_THAT(message, HasSubstr(word));
    }
  }
  // The same day, another source, and who says so.
  EXPECT_EQ(Import(ExtractOf("2023-06-01", {school}))->unchanged(), 1);
  auto other = ExtractOf("2022-01-01", {school});
  other.set_source("another");
  EXPECT_THAT(Import(other), IsOk());
  older.set_allow_older(true);
  EXPECT_EQ(Import(older)->updated(), 1);
}

// An import without a date is of today, for whoever comes with an older one.
TEST_F(ProximityImportTest, AnUndatedImportIsOfToday) {
  ASSERT_THAT(Import(ExtractOf("2023-06-01", {SchoolAt("1", 59.35, 18.1)})),
              IsOk());
  ASSERT_THAT(Import({SchoolAt("1", 59.36, 18.1)}), IsOk());
  EXPECT_THAT(Import(ExtractOf("2023-07-01", {SchoolAt("1", 59.35, 18.1)})),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

// An extract that changes no place, or closes some, gives none its date.
TEST_F(ProximityImportTest, AnExtractThatChangesNothingIsNewerAllTheSame) {
  const std::vector<v1::Place> schools = {SchoolAt("1", 59.35, 18.1),
                                          SchoolAt("2", 59.36, 18.1)};
  ASSERT_THAT(Import(ExtractOf("2023-01-01", schools)), IsOk());
  EXPECT_EQ(Import(ExtractOf("2023-06-01", schools))->unchanged(), 2);
  auto between = ExtractOf("2023-03-01", schools);
  EXPECT_THAT(Import(between), StatusIs(absl::StatusCode::kFailedPrecondition));
  Start();
  EXPECT_THAT(Import(between), StatusIs(absl::StatusCode::kFailedPrecondition));
  // Once it was rolled back, what follows need not be newer than what was.
  between.set_allow_older(true);
  EXPECT_THAT(Import(between), IsOk());
  const auto revision = ledger_->ReadHead()->revision;
  between.set_allow_older(false);
  EXPECT_EQ(Import(between)->unchanged(), 2);
  EXPECT_EQ(ledger_->ReadHead()->revision, revision);
  EXPECT_THAT(Import(ExtractOf("2023-04-01", schools)), IsOk());
}

// One exchanged unit of the national register would keep out all the others:
// who imports it cannot mend it.
TEST_F(ProximityImportTest, SwappedCoordinatesCanBeKeptAsSuspect) {
  auto request =
      ImportOf({SchoolAt("1", 59.35, 18.1), SchoolAt("2", 18.1, 59.35)});
  request.set_keep_swapped(true);
  ASSERT_OK_AND_ASSIGN(const auto answer, Import(request));
  EXPECT_EQ(answer.created(), 2);
  std::vector<std::string> flags;
  for (const v1::PlaceFlag& flag : answer.flags()) {
    EXPECT_EQ(flag.external_id(), "2");
    flags.push_back(flag.flag());
  }
  EXPECT_THAT(flags, Contains(HasSubstr("look exchanged")));
  ASSERT_OK_AND_ASSIGN(
      const auto places,
      proximity_->Places(viewer_, "quality = POSITION_QUALITY_SUSPECT"));
  ASSERT_THAT(places, SizeIs(1));
  EXPECT_EQ(places[0].external_id(), "2");
  EXPECT_EQ(places[0].position().latitude(), 18.1);
  EXPECT_THAT(places[0].flags(), Contains(HasSubstr("look exchanged")));
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
