// If these fail, two units of one school count as two schools, or a company's
// schools all over the county as one.
#include "cli/places/buildings.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::cli {
namespace {

constexpr double kMetreNorth = 1 / 111'400.0;  // degrees, near 59° N

PlaceRow Unit(const std::string& id, const std::string& name,
              const std::string& address = "", double metres_north = 0) {
  PlaceRow row;
  row.id = id;
  row.name = name;
  row.address = address;
  row.position = {.latitude = 59.35 + metres_north * kMetreNorth,
                  .longitude = 18.05};
  return row;
}

int Group(std::vector<PlaceRow>* rows) { return GroupBuildings("r", rows); }

TEST(BuildingsTest, UnitsOfOneNameOnOnePointShareABuilding) {
  std::vector<PlaceRow> rows = {
      Unit("3", "Lillskolan F-3"), Unit("2", "Lillskolan 4-9", "", 0.8),
      Unit("4", "Lillskolan", "", 30), Unit("5", "Storskolan")};
  EXPECT_EQ(Group(&rows), 3);
  EXPECT_EQ(rows[0].building_group, "r/2");
  EXPECT_EQ(rows[1].building_group, "r/2");
  EXPECT_EQ(rows[2].building_group, "");
  EXPECT_EQ(rows[3].building_group, "r/5");
}

// The register puts a company's schools on its head office.
TEST(BuildingsTest, OnePointAloneIsNotEnough) {
  std::vector<PlaceRow> rows = {
      Unit("1", "Engelska Skolan Solna", "Diktarvägen 4, 17173"),
      Unit("2", "Engelska Skolan Sigtuna", "Stadsängsgatan 67, 19337"),
      Unit("3", "Engelska Skolan Växjö")};
  EXPECT_EQ(Group(&rows), 3);
  // Or the service would take them for one.
  for (const PlaceRow& row : rows) EXPECT_EQ(row.building_group, "r/" + row.id);
}

TEST(BuildingsTest, AHeadOfficeIsNotTheBuildingOfItsSchools) {
  std::vector<PlaceRow> rows = {
      Unit("1", "Hågelby skola", "Stora Nygatan 52, 21137"),
      Unit("2", "Bergtorpsskolan", "Stora Nygatan 52, 21137")};
  rows[0].municipality = "0127";
  rows[1].municipality = "0163";
  EXPECT_EQ(Group(&rows), 2);
  rows[1].municipality = "";
  EXPECT_EQ(Group(&rows), 1);
}

TEST(BuildingsTest, OneAddressIsOneBuildingWhateverTheNames) {
  std::vector<PlaceRow> rows = {
      Unit("1", "Hagaskolan", "Storg. 4, 17173"),
      Unit("2", "Anpassade skolan", "STORG 4,  17173", 0.5)};
  EXPECT_EQ(Group(&rows), 1);
  EXPECT_EQ(rows[1].building_group, "r/1");
}

// An import that only turns the rows around would change every place.
TEST(BuildingsTest, TheGroupsNameDoesNotHangOnTheOrder) {
  std::vector<PlaceRow> rows = {Unit("1", "A-skolan"), Unit("2", "A-skolan"),
                                Unit("3", "A-skolan")};
  std::vector<PlaceRow> turned(rows.rbegin(), rows.rend());
  EXPECT_EQ(Group(&rows), 1);
  EXPECT_EQ(Group(&turned), 1);
  for (const PlaceRow& row : turned) EXPECT_EQ(row.building_group, "r/1");
}

TEST(BuildingsTest, AFileOfOnePointIsFast) {
  std::vector<PlaceRow> rows;
  rows.reserve(100'000);
  for (int i = 0; i < 100'000; ++i) {
    rows.push_back(Unit(absl::StrCat(i), absl::StrCat("N", i, " skola")));
  }
  EXPECT_EQ(Group(&rows), 100'000);
}

TEST(NameStemTest, MarksOfAUnitAreTakenOff) {
  EXPECT_EQ(NameStem("Luleå gymnasieskola, skolenhet B"),
            "luleå gymnasieskola");
  EXPECT_EQ(NameStem("Lillskolan (F-3)"), "lillskolan");
  EXPECT_EQ(NameStem("Skogsbacksskolans AGR"), NameStem("Skogsbacksskolan"));
  EXPECT_EQ(NameStem("Enskilda gymnasiet, gy"), "enskilda");
  EXPECT_EQ(NameStem("7"), "7");
}

}  // namespace
}  // namespace lagesbild::cli
