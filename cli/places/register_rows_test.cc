// If these fail, a school that is closed counts as open, one stands where it
// does not, or a person's name leaves the register.
#include "cli/places/register_rows.h"

#include "cli/places/place_message.h"
#include "cli/places/register_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "lib/geo/distance.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

// The published test point of SWEREF 99 TM.
constexpr geo::LatLng kTestPoint = {.latitude = 59.16286545184274,
                                    .longitude = 18.134313905557242};

class RegisterRowsTest : public ::testing::Test {
 protected:
  RegisterRowsTest() : document_(DocumentV2()) {}

  Json& data() { return document_["data"]; }
  Json& attributes() { return data()["attributes"]; }
  Json& visit() { return attributes()["addresses"][1]; }
  Json& geo() { return visit()["geoCoordinates"]; }

  static absl::StatusOr<PlaceFile> Read(const Json& unit) {
    PlaceCollector collector(OnRepeat::kError);
    TakeUnit(UnitOf(unit), 1, "units[0]", &collector);
    return collector.Finish();
  }
  absl::StatusOr<PlaceFile> Read() { return Read(data()); }

  PlaceRow Taken() {
    const auto file = Read();
    EXPECT_THAT(file, IsOk());
    if (!file.ok() || file->rows.size() != 1) return {};
    return file->rows.front();
  }
  // Why it was dropped.
  std::string Dropped() {
    const auto file = Read();
    EXPECT_THAT(file, IsOk());
    if (!file.ok() || file->dropped.size() != 1) return "";
    EXPECT_THAT(file->rows, SizeIs(0));
    return file->dropped.front().reason;
  }
  // "field: description" of the only fault.
  std::string Fault() {
    const auto faults = base::DetailOf(Read().status()).violations;
    EXPECT_THAT(faults, SizeIs(1));
    return faults.empty() ? "" : faults[0].field + ": " + faults[0].description;
  }
  void Set(const std::string& status, const Json& start, const Json& end) {
    attributes()["status"] = status;
    attributes()["startdate"] = start;
    attributes()["endDate"] = end;
  }

  Json document_;
};

TEST_F(RegisterRowsTest, AnActiveUnitIsAnOpenPlace) {
  const PlaceRow row = Taken();
  EXPECT_EQ(row.id, "10035236");
  EXPECT_EQ(row.name, "Söderbymalmsskolan");
  EXPECT_EQ(row.municipality, "0136");
  EXPECT_EQ(row.valid_from, "2012-07-01");
  EXPECT_EQ(row.valid_to, "");
  EXPECT_EQ(row.quality, pv::POSITION_QUALITY_REGISTER);
  EXPECT_EQ(row.position, kTestPoint);
  EXPECT_THAT(row.kinds, ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                                     pv::PLACE_KIND_LEISURE_CENTRE));
}

// A school that is no more, or not yet, must not answer for today.
TEST_F(RegisterRowsTest, TheStatusSaysWhenAUnitIsOpen) {
  Set("PLANERAD", "2027-08-01", nullptr);
  EXPECT_EQ(Taken().valid_from, "2027-08-01");
  Set("PLANERAD", nullptr, nullptr);
  EXPECT_THAT(Dropped(), HasSubstr("PLANERAD"));
  for (const std::string status : {"VILANDE", "UPPHORT"}) {
    Set(status, "2012-07-01", "2025-06-30");
    EXPECT_EQ(Taken().valid_to, "2025-06-30") << status;
    Set(status, "2012-07-01", nullptr);
    EXPECT_THAT(Dropped(), HasSubstr(status));
  }
  Set("UPPHÖRT", nullptr, nullptr);
  EXPECT_THAT(Fault(), HasSubstr("units[0].attributes.status: row 1: "
                                 "'UPPHÖRT' is no status"));
}

// An office without pupils would count as a school.
TEST_F(RegisterRowsTest, UnitsWithoutTeachingHereAreDropped) {
  attributes()["schoolUnitType"] = "CENTRAL";
  EXPECT_THAT(Dropped(), HasSubstr("CENTRAL"));
  attributes()["schoolUnitType"] = "UTLAND";
  EXPECT_THAT(Dropped(), HasSubstr("UTLAND"));
}

TEST_F(RegisterRowsTest, SwerefStandsInForWgs84) {
  geo()["latitude"] = nullptr;
  geo()["longitude"] = "";
  EXPECT_LT(geo::Distance(*Taken().position, kTestPoint), geo::Meters(0.001));
}

// One of the two is wrong, and nobody knows which.
TEST_F(RegisterRowsTest, PositionsThatDisagreeAreSuspect) {
  geo()["coordinateSweRefN"] = "6562446,097";  // 49 m
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_REGISTER);
  geo()["coordinateSweRefN"] = "6562448,097";  // 51 m
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_SUSPECT);
  EXPECT_EQ(Taken().position, kTestPoint);
  const auto file = Read();
  ASSERT_THAT(file->doubts, SizeIs(1));
  EXPECT_THAT(file->doubts[0].reason, HasSubstr("50 m apart"));
}

TEST_F(RegisterRowsTest, FaultyPositionsAreNamedByField) {
  const std::string field = "units[0].attributes.addresses.geoCoordinates.";
  geo()["latitude"] = "59.16.2";
  EXPECT_THAT(Fault(), HasSubstr(field + "latitude: row 1: '59.16.2' is no"));
  geo()["latitude"] = nullptr;
  EXPECT_THAT(Fault(), HasSubstr(field + "latitude: row 1: is missing"));
  geo()["longitude"] = nullptr;
  geo()["coordinateSweRefN"] = "65623970,97";
  EXPECT_THAT(Fault(), HasSubstr("coordinateSweRefN: row 1: '65623970,97' lies "
                                 "outside Sweden"));
}

// One unit's exchanged numbers would refuse the whole country's register.
TEST_F(RegisterRowsTest, ExchangedNorthingAndEastingAreReadInTheirOrder) {
  std::swap(geo()["coordinateSweRefN"], geo()["coordinateSweRefE"]);
  EXPECT_EQ(Taken().position, kTestPoint);
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_REGISTER);
  geo()["latitude"] = nullptr;
  geo()["longitude"] = nullptr;
  EXPECT_LT(geo::Distance(*Taken().position, kTestPoint), geo::Meters(0.001));
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_SUSPECT);
  const auto file = Read();
  ASSERT_THAT(file->doubts, SizeIs(1));
  EXPECT_THAT(file->doubts[0].reason,
              HasSubstr("northing and easting were exchanged"));
}

// A school would be sent to another continent although the register has its
// place.
TEST_F(RegisterRowsTest, ExchangedLatitudeAndLongitudeAreMendedBySweref) {
  std::swap(geo()["latitude"], geo()["longitude"]);
  EXPECT_EQ(Taken().position, kTestPoint);
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_REGISTER);
  const auto file = Read();
  ASSERT_THAT(file->doubts, SizeIs(1));
  EXPECT_THAT(file->doubts[0].reason,
              HasSubstr("latitude and longitude were exchanged"));
  geo()["coordinateSweRefN"] = "6662397,097";
  EXPECT_EQ(Taken().position->latitude, kTestPoint.longitude);
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_SUSPECT);
}

// Zeros stand for a position that is not known, not for the Gulf of Guinea.
TEST_F(RegisterRowsTest, AUnitWithoutAPositionIsTakenWithoutOne) {
  visit()["geoCoordinates"] = {{"latitude", "0"}, {"longitude", "0"}};
  EXPECT_EQ(Taken().position, std::nullopt);
  visit().erase("geoCoordinates");
  EXPECT_EQ(Taken().position, std::nullopt);
}

// The box at the post office is not where the pupils are.
TEST_F(RegisterRowsTest, APositionOfAnotherAddressIsSuspect) {
  attributes()["addresses"][0]["geoCoordinates"] = geo();
  visit().erase("geoCoordinates");
  EXPECT_EQ(Taken().quality, pv::POSITION_QUALITY_SUSPECT);
}

// The register's list alone would place no school.
TEST_F(RegisterRowsTest, TheListIsToldFromTheDetails) {
  data() = {{"schoolUnitCode", "1"}, {"name", "A"}, {"status", "AKTIV"}};
  EXPECT_THAT(Fault(), HasSubstr("with each unit's details"));
}

TEST_F(RegisterRowsTest, VersionOneIsReadAlike) {
  document_["data"] = DocumentV1()["SkolenhetInfo"];
  const PlaceRow row = Taken();
  EXPECT_EQ(row.id, "57004269");
  EXPECT_EQ(row.name, "Fjällskolan");
  EXPECT_EQ(row.municipality, "1485");
  EXPECT_EQ(row.valid_from, "2016-07-01");
  EXPECT_EQ(row.quality, pv::POSITION_QUALITY_REGISTER);
  EXPECT_EQ(row.position->latitude, 58.37352579255229);
  EXPECT_THAT(row.kinds, ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                                     pv::PLACE_KIND_LEISURE_CENTRE));
  data()["Status"] = "Vilande";
  data()["Nedlaggningsdatum"] = "2024-06-30";
  EXPECT_EQ(Taken().valid_to, "2024-06-30");
  data()["Status"] = "Borta";
  EXPECT_THAT(Fault(), HasSubstr("units[0].Status: row 1: 'Borta' is no"));
}

TEST_F(RegisterRowsTest, MunicipalityCodesKeepTheirZero) {
  attributes()["municipalityCode"] = 136;
  EXPECT_EQ(Taken().municipality, "0136");
}

// Who leads a school is nobody's business here.
TEST_F(RegisterRowsTest, NoPersonIsEverSent) {
  pv::ImportPlacesRequest request;
  for (const Json& unit : {data(), DocumentV1()["SkolenhetInfo"]}) {
    const auto file = Read(unit);
    ASSERT_THAT(file, IsOk());
    AddPlace(file->rows.front(), &request);
  }
  const std::string sent = request.SerializeAsString();
  EXPECT_THAT(sent, HasSubstr("Fjällskolan"));
  for (const char* personal : kPersonal) {
    EXPECT_THAT(sent, Not(HasSubstr(personal)));
  }
}

}  // namespace
}  // namespace lagesbild::cli
