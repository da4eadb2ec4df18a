#include "lib/geo/geojson.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::geo {
namespace {

using testing::ErrorIs;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::StartsWith;
using testing::StatusIs;

const BoundingBox kCounty = {
    .south = 58.5, .west = 17, .north = 60.5, .east = 19.5};

std::string Collection(absl::string_view features) {
  return absl::StrCat("{\"type\":\"FeatureCollection\",\"features\":[",
                      features, "]}");
}

std::string PointAt(absl::string_view coordinates) {
  return absl::StrCat(
      "{\"type\":\"Feature\",\"properties\":{\"name\":\"Å\"},\"geometry\":"
      "{\"type\":\"Point\",\"coordinates\":",
      coordinates, "}}");
}

std::string PolygonOf(absl::string_view coordinates) {
  return absl::StrCat(
      "{\"type\":\"Feature\",\"properties\":null,\"geometry\":"
      "{\"type\":\"Polygon\",\"coordinates\":",
      coordinates, "}}");
}

// The one fault of `text`, as field and description.
base::FieldViolation FaultOf(const std::string& text) {
  const auto features = ParseFeatureCollection(text, {.region = kCounty});
  EXPECT_THAT(features,
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
  const auto violations = base::DetailOf(features.status()).violations;
  EXPECT_EQ(violations.size(), 1);
  return violations.empty() ? base::FieldViolation{} : violations[0];
}

const char kGood[] = "[18.07,59.33]";

// Names, rows or positions would be mixed up on import.
TEST(GeoJsonTest, FeaturesComeWithRowPropertiesAndGeometry) {
  ASSERT_OK_AND_ASSIGN(
      const auto features,
      ParseFeatureCollection(
          Collection(PointAt(kGood) + "," +
                     PolygonOf("[[[18,59],[18.1,59],[18.1,59.1],[18,59]]]"))));
  ASSERT_EQ(features.size(), 2);
  EXPECT_EQ(features[0].row, 1);
  EXPECT_EQ(features[0].properties["name"], "Å");
  EXPECT_EQ(std::get<Disc>(features[0].geometry).center,
            (LatLng{.latitude = 59.33, .longitude = 18.07}));
  EXPECT_EQ(features[1].row, 2);
  EXPECT_TRUE(features[1].properties.is_object());
  const auto& multi = std::get<MultiPolygon>(features[1].geometry);
  EXPECT_EQ(multi.polygons[0].outer[1].longitude, 18.1);
}

// The person who sent the file could not find the fault in it.
TEST(GeoJsonTest, FaultsNameRowAndField) {
  auto fault =
      FaultOf(Collection(PointAt(kGood) + "," + PointAt("[\"18,07\",59.3]")));
  EXPECT_EQ(fault.field, "features[1].geometry.coordinates[0]");
  EXPECT_THAT(fault.description, StartsWith("row 2: "));
  EXPECT_THAT(fault.description, HasSubstr("comma decimals"));

  fault = FaultOf(Collection(PointAt("[18.07,null]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates[1]");
  fault = FaultOf(Collection(PointAt("[18.07]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates");
  fault = FaultOf(Collection(PointAt("[59.33,18.07]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates");
  EXPECT_THAT(fault.description, HasSubstr("look swapped"));
  fault = FaultOf(Collection(
      PolygonOf("[[[18,59],[18.1,59],[59.1,18.1],[18,59.1],[18,59]]]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates[0][2]");
  EXPECT_THAT(fault.description, HasSubstr("look swapped"));
  fault = FaultOf(Collection(PolygonOf("[[[18,59],[18.1,59],[18,\"x\"]]]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates[0][2][1]");
  fault = FaultOf(
      Collection(PolygonOf("[[[18,59],[18.1,59],[18.1,59.1],[18,59.1]]]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates[0]");
  EXPECT_THAT(fault.description, HasSubstr("open"));
  fault = FaultOf(Collection(PolygonOf("[]")));
  EXPECT_THAT(fault.description, HasSubstr("no ring"));
}

// A school would stand in the sea off Yemen, named as its file names it.
TEST(GeoJsonTest, CommaDecimalsWithoutQuotesAreNamed) {
  auto fault = FaultOf(Collection(PointAt("[18,15, 59,35]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates");
  EXPECT_THAT(fault.description, HasSubstr("comma decimals"));
  fault = FaultOf(Collection(
      PolygonOf("[[[18,59],[18.1,59],[18,1, 59,1],[18,59.1],[18,59]]]")));
  EXPECT_EQ(fault.field, "features[0].geometry.coordinates[0][2]");
  EXPECT_THAT(ParseFeatureCollection(Collection(PointAt("[18.07,59.33,28]"))),
              IsOk());
}

// Odd features would crash the import or pass as something else.
TEST(GeoJsonTest, OddFeaturesAreRefused) {
  EXPECT_EQ(FaultOf(Collection("17")).field, "features[0]");
  EXPECT_EQ(FaultOf(Collection("[1]")).field, "features[0]");
  EXPECT_EQ(FaultOf(Collection("{\"type\":7}")).field, "features[0]");
  EXPECT_EQ(
      FaultOf(Collection("{\"type\":\"Feature\",\"geometry\":null}")).field,
      "features[0].geometry");
  EXPECT_EQ(FaultOf(Collection("{\"type\":\"Feature\",\"geometry\":{\"type\":"
                               "\"LineString\",\"coordinates\":[]}}"))
                .field,
            "features[0].geometry.type");
  EXPECT_EQ(
      FaultOf(Collection("{\"type\":\"Feature\",\"properties\":[1]}")).field,
      "features[0].properties");
  EXPECT_EQ(FaultOf("[]").field, "type");
  EXPECT_EQ(FaultOf("{\"type\":\"FeatureCollection\"}").field, "type");
  EXPECT_EQ(FaultOf("{\"features\":[]}").field, "type");
}

// "Something is wrong" in a file of a thousand lines helps nobody.
TEST(GeoJsonTest, BrokenJsonNamesLineAndColumn) {
  const auto features = ParseFeatureCollection(
      "{\"type\":\"FeatureCollection\",\n \"features\":[}");
  EXPECT_THAT(features, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(features.status().message()),
              HasSubstr("line 2, column 14"));
  EXPECT_THAT(ParseFeatureCollection(Collection(PointAt("[1e999,0]"))),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseFeatureCollection(std::string(100'000, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseFeatureCollection(""),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// A county's file is one line of a megabyte: a column is no help.
TEST(GeoJsonTest, BrokenJsonNamesTheRow) {
  const auto message = [](const std::string& text) {
    return std::string(ParseFeatureCollection(text).status().message());
  };
  const std::string broken = Collection(PointAt(kGood) + ",{\"type\":}");
  EXPECT_THAT(message(broken), HasSubstr("row 2 (features[1]): "));
  EXPECT_THAT(message(broken), HasSubstr("line 1, column "));
  // Between rows it is the one that should come.
  EXPECT_THAT(message(Collection(PointAt(kGood) + ";" + PointAt(kGood))),
              HasSubstr("row 2 (features[1]): "));
  EXPECT_THAT(message(Collection(PointAt(kGood)) + "}"),
              ::testing::Not(HasSubstr("row")));
}

// Whoever picks one region's rows could not, for a fault in another's.
TEST(GeoJsonTest, UnwantedRowsArePassedOverWithTheirFaults) {
  const auto is_a = [](const nlohmann::json& properties) {
    return properties.value("name", "") == "Å";
  };
  ASSERT_OK_AND_ASSIGN(
      const auto features,
      ParseFeatureCollection(
          Collection(PolygonOf("[[[18,59]]]") + "," + PointAt(kGood)),
          {.wanted = is_a}));
  ASSERT_EQ(features.size(), 1);
  EXPECT_EQ(features[0].row, 2);
}

// A file with many faults would be mended one upload at a time.
TEST(GeoJsonTest, AllRowsAtFaultAreListedUpToALimit) {
  std::string rows = PointAt("[1]");
  for (int i = 1; i < 50; ++i) absl::StrAppend(&rows, ",", PointAt("[1]"));
  const auto features = ParseFeatureCollection(Collection(rows));
  EXPECT_EQ(base::DetailOf(features.status()).violations.size(),
            kMaxListedFaults);
}

// One bad row would hide the good ones from a reader that wants them.
TEST(GeoJsonTest, ReadingGoesOnAfterABadRow) {
  std::vector<bool> good;
  const std::string text =
      Collection(PointAt(kGood) + "," + PointAt("[1]") + "," + PointAt(kGood));
  EXPECT_THAT(
      ReadFeatures(text, {},
                   [&](int row, const absl::StatusOr<Feature>& feature) {
                     EXPECT_EQ(row, good.size() + 1);
                     good.push_back(feature.ok());
                   }),
      IsOk());
  EXPECT_EQ(good, (std::vector<bool>{true, false, true}));
}

// Places abroad are kept and flagged by their service, not dropped here.
TEST(GeoJsonTest, PositionsOutsideTheRegionAreLetThrough) {
  EXPECT_THAT(ParseFeatureCollection(Collection(PointAt("[13,55.6]")),
                                     {.region = kCounty}),
              IsOk());
}

// An exported file could not be read back.
TEST(GeoJsonTest, WhatIsWrittenReadsBackTheSame) {
  const Ring ring = {{.latitude = 59.123456789012345, .longitude = 18},
                     {.latitude = 59, .longitude = 18.1},
                     {.latitude = 59.1, .longitude = 18.1},
                     {.latitude = 59.123456789012345, .longitude = 18}};
  const Ring hole = {{.latitude = 59.06, .longitude = 18.08},
                     {.latitude = 59.05, .longitude = 18.09},
                     {.latitude = 59.07, .longitude = 18.09},
                     {.latitude = 59.06, .longitude = 18.08}};
  const Geometry one =
      MultiPolygon{.polygons = {{.outer = ring, .holes = {hole}}}};
  Ring away = hole;
  for (LatLng& p : away) p.longitude += 1;
  const Geometry two = MultiPolygon{
      .polygons = {{.outer = ring, .holes = {}}, {.outer = away, .holes = {}}}};
  std::ostringstream out;
  FeatureCollectionWriter writer(&out, {{"source", "a test"}});
  writer.Add({{"n", 1}}, one);
  writer.Add({{"n", 2}}, two);
  writer.Add({{"n", "\xff"}}, PointGeometry({.latitude = 1, .longitude = 2}));
  writer.Finish();
  ASSERT_OK_AND_ASSIGN(const auto features, ParseFeatureCollection(out.str()));
  ASSERT_EQ(features.size(), 3);
  EXPECT_EQ(features[0].geometry, one);
  EXPECT_EQ(features[1].geometry, two);
  EXPECT_EQ(features[1].properties["n"], 2);
}

}  // namespace
}  // namespace lagesbild::geo
