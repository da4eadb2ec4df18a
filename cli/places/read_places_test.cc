// If these fail, a file is taken for what it is not, or refused without saying
// where.
#include "cli/places/read_places.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/places/place_message.h"
#include "cli/places/register_fixture.h"
#include "cli/places/unplaced.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;
using testing::StatusIs;
using Json = nlohmann::json;

class ReadPlacesTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    std::string path = dir_.File(name);
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  absl::StatusOr<PlaceFile> ReadPath(const std::string& path) {
    ReadingProgress progress(&clock_, stderr);
    return ReadPlaces(path, options_, &progress);
  }
  absl::StatusOr<PlaceFile> Read(const std::string& text) {
    return ReadPath(Write("file", text));
  }
  std::vector<std::string> Ids(const absl::StatusOr<PlaceFile>& file) {
    EXPECT_THAT(file, IsOk());
    std::vector<std::string> ids;
    if (!file.ok()) return ids;
    for (const PlaceRow& row : file->rows) ids.push_back(row.id);
    return ids;
  }
  std::string Error(const std::string& text) {
    const auto file = Read(text);
    EXPECT_THAT(file, StatusIs(absl::StatusCode::kInvalidArgument));
    return std::string(file.status().message());
  }

  PlaceReadOptions options_;
  testing::TempDir dir_;
  base::SystemClock clock_;
};

constexpr char kGeoJson[] = R"({"features": [{"type": "Feature", "properties":
  {"skolenhetskod": "1", "name": "A", "skolformer": ["gr"]}, "geometry":
  {"type": "Point", "coordinates": [18.05, 59.35]}}],
  "type": "FeatureCollection"})";

// A name says little: the same endpoint's answers are saved as .json and .txt.
TEST_F(ReadPlacesTest, TheContentTellsTheFormat) {
  EXPECT_THAT(Ids(Read(kGeoJson)), ElementsAre("1"));
  EXPECT_THAT(Ids(Read("id,name,lat,lon\n7,A,59.3,18.1\n")), ElementsAre("7"));
  EXPECT_THAT(Ids(Read(DocumentV2("3").dump())), ElementsAre("3"));
  EXPECT_THAT(Ids(Read(DocumentV1("4").dump(2))), ElementsAre("4"));
  for (const char* none : {"", "   ", "Hej!", "{\"a\": 1}", "PK\x03\x04"}) {
    EXPECT_THAT(Read(none), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(ReadPlacesTest, UnitsComeInAnyEnvelope) {
  const Json list = {DocumentV2("1"), DocumentV2("2")};
  const Json enveloped = {
      {"data", {DocumentV2("1")["data"], DocumentV2("2")["data"]}}};
  const Json one = {
      {"Skolenheter",
       {DocumentV1("1")["SkolenhetInfo"], DocumentV1("2")["SkolenhetInfo"]}}};
  for (const std::string& text :
       {list.dump(), enveloped.dump(2), one.dump(),
        DocumentV2("1").dump() + "\n\n" + DocumentV2("2").dump() + "\n"}) {
    const auto file = Read(text);
    EXPECT_THAT(Ids(file), ElementsAre("1", "2")) << text;
    EXPECT_EQ(file->source, "school-register");
  }
}

// Missing schools close from the day on which the register said so.
TEST_F(ReadPlacesTest, TheExtractSaysItsDate) {
  const auto file = Read(DocumentV2().dump());
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->extract_date, base::Date(2026, 6, 1));
  EXPECT_EQ(Read(DocumentV1().dump())->extract_date, std::nullopt);
}

TEST_F(ReadPlacesTest, AFolderIsOneExtract) {
  Write("units/2.json", DocumentV2("2").dump());
  Write("units/1.json", DocumentV2("1").dump(1));
  Write("units/readme.txt", "not a unit");
  const auto file = ReadPath(dir_.File("units"));
  EXPECT_THAT(Ids(file), ElementsAre("1", "2"));
  EXPECT_EQ(file->rows[1].row, 2);
  EXPECT_EQ(file->rows[1].at, "2.json");
}

TEST_F(ReadPlacesTest, FaultsInAFolderNameTheFile) {
  Json bad = DocumentV2("1");
  bad["data"]["attributes"]["status"] = "BORTA";
  Write("units/1.json", bad.dump());
  Write("units/2.json", "{\"schoolUnitCode\": \"rakel@example.se");
  Write("units/3.json", kGeoJson);
  const auto file = ReadPath(dir_.File("units"));
  const std::string message(file.status().message());
  EXPECT_THAT(message,
              AllOf(HasSubstr("1.json.attributes.status: row 1: 'BORTA'"),
                    HasSubstr("2.json: not valid JSON: parse error at line 1"),
                    HasSubstr("3.json: is no unit of the school register")));
  EXPECT_THAT(message, Not(HasSubstr("rakel")));
  std::filesystem::create_directory(dir_.File("empty"));
  EXPECT_THAT(ReadPath(dir_.File("empty")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReadPlacesTest, BrokenLinesAreNamed) {
  EXPECT_THAT(Error(DocumentV2("1").dump() + "\n{\"a\": }\n"),
              HasSubstr("line 2 is not valid JSON"));
}

// A municipality's school data 1.1, as a Swedish spreadsheet saves it.
TEST_F(ReadPlacesTest, MunicipalSchoolDataNeedsNoMap) {
  const auto file = Read(
      "\xEF\xBB\xBFsource;id;name;type;latitude;longitude;email\r\n"
      "0163;a1;\"Skolan; norra\";Grundskola;59,43;17,95;rakel@example.se\r\n"
      "163;a2;Dagis;Förskola;59,44;17,96;\r\n");
  EXPECT_THAT(Ids(file), ElementsAre("a1", "a2"));
  EXPECT_EQ(file->source, "skoldata-0163");
  EXPECT_EQ(file->rows[0].name, "Skolan; norra");
  EXPECT_EQ(file->rows[0].position->latitude, 59.43);
  EXPECT_EQ(file->rows[1].municipality, "0163");
  EXPECT_THAT(file->rows[1].kinds, ElementsAre(pv::PLACE_KIND_PRESCHOOL));
  EXPECT_EQ(file->rows[1].at, "line 3");
}

TEST_F(ReadPlacesTest, ColumnsAreMapped) {
  options_.read.names = *ParseMap("id=Kod,name=Namn,lat=N,lon=E,kind=Form");
  const auto file = Read(
      "Kod\tNamn\tN\tE\tForm\n1\tA\t59.3\t18.1\tgr+fsk\n2\tB\t59.3\t18.2\t\n");
  EXPECT_THAT(Ids(file), ElementsAre("1", "2"));
  EXPECT_THAT(file->rows[0].kinds, ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                                               pv::PLACE_KIND_PRESCHOOL_CLASS));
  EXPECT_THAT(file->rows[1].kinds, SizeIs(0));
  options_.read.names = *ParseMap("kind=Skolform");
  EXPECT_THAT(Error("id,name,lat,lon\n1,A,59.3,18.1\n"),
              HasSubstr("line 1: no column is the kind (tried skolform); --map "
                        "kind=COLUMN names it: there is id, name, lat, lon"));
}

TEST_F(ReadPlacesTest, FaultsOfATableNameLineAndColumn) {
  const std::string message = Error(
      "id,name,lat,lon\n1,A,\"59,3\",18.1\n2,B,59.3\n3,C,x,18.1\n4,D,59.3,\n"
      "5,E,159.3,18.1\n");
  EXPECT_THAT(message,
              AllOf(HasSubstr("line 2.lat: row 1: '59,3' has a decimal comma"),
                    HasSubstr("line 3: row 2: has 3 cells, the header 4"),
                    HasSubstr("line 4.lat: row 3: 'x' is no number"),
                    HasSubstr("line 5.lon: row 4: is missing"),
                    HasSubstr("line 6.lat: row 5: '159.3' is no latitude")));
  EXPECT_THAT(Error("id,name,name,lon\n1,A,B,18.1\n"),
              AllOf(HasSubstr("two columns are called 'name'"),
                    HasSubstr("no column is the lat (tried lat, latitude")));
  EXPECT_THAT(Error("id,name,lat,lon\n,A,59.3,18.1\n1,B,59.3,18.1\n"),
              HasSubstr("line 2: row 1: no id"));
}

// One new school form would keep the whole register out.
TEST_F(ReadPlacesTest, AnUnknownFormCanBeSaidToBeAKind) {
  Json unit = DocumentV2("1");
  unit["data"]["attributes"]["schoolTypes"] = {"GR", "NYSKOLFORM"};
  std::string geojson = kGeoJson;
  geojson.replace(geojson.find("\"gr\""), 4, "\"Nyskolform\"");
  const std::string table = "id,name,lat,lon,kind\n1,A,59.3,18.1,nyskolform\n";
  EXPECT_THAT(Error(unit.dump()),
              AllOf(HasSubstr("--kind NYSKOLFORM=KIND says which it is"),
                    HasSubstr("primary-school"), Not(HasSubstr("--map"))));
  for (const std::string& text : {geojson, table}) {
    EXPECT_THAT(Error(text), AllOf(HasSubstr("=KIND says which it is"),
                                   HasSubstr("--map kind=PROPERTY")));
  }
  options_.kinds = *ParseKindForms({"NYSKOLFORM=special-school"});
  for (const std::string& text : {unit.dump(), geojson, table}) {
    const auto file = Read(text);
    ASSERT_THAT(file, IsOk());
    EXPECT_EQ(file->rows.at(0).kinds.back(), pv::PLACE_KIND_SPECIAL_SCHOOL);
  }
}

// A file of one's own has its columns exchanged, a register one of its units.
TEST_F(ReadPlacesTest, SwappedPositionsAreRefusedOrKept) {
  options_.read.region =
      geo::BoundingBox{.south = 59, .west = 17, .north = 60, .east = 19};
  std::string geojson = kGeoJson;
  geojson.replace(geojson.find("[18.05, 59.35]"), 14, "[59.35, 18.05]");
  EXPECT_THAT(Error(geojson), AllOf(HasSubstr("coordinates look swapped"),
                                    HasSubstr("--keep-swapped")));
  options_.keep_swapped = true;
  const auto file = Read(geojson);
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->rows.at(0).position->latitude, 18.05);
  EXPECT_FALSE(file->of_units);
  EXPECT_TRUE(Read(DocumentV1().dump())->of_units);
}

// "Holds no places" sends people looking into a file that holds some.
TEST_F(ReadPlacesTest, NoPlaceLeftSaysWhatWasDroppedAndWhy) {
  Json central = DocumentV2("1");
  central["data"]["attributes"]["schoolUnitType"] = "CENTRAL";
  EXPECT_THAT(Error(central.dump()),
              HasSubstr("file: no place to import: 1 records read; dropped 1: "
                        "CENTRAL: a unit"));
  Json lost = DocumentV2("2");
  lost["data"]["attributes"]["addresses"][1].erase("geoCoordinates");
  auto file = Read(Json({central, lost}).dump());
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(CheckHoldsPlaces(*file), IsOk());
  SettleUnplaced({}, &*file);
  const absl::Status none = CheckHoldsPlaces(*file);
  EXPECT_THAT(none, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(none.message()),
              AllOf(HasSubstr("2 records read; dropped 1: CENTRAL"),
                    HasSubstr("; dropped 1: no position, and none is known")));
}

TEST_F(ReadPlacesTest, AMissingFileIsNamedOnce) {
  const std::string path = dir_.File("none.csv");
  const absl::Status read = ReadPath(path).status();
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(read.message(), path + ": there is no such file");
}

// A school whose position the register has lost is not closed.
TEST_F(ReadPlacesTest, WithoutAPositionTheKnownOneIsKept) {
  auto file = Read("id,name,lat,lon\n1,A,,\n2,B,59.3,18.1\n3,C,,\n");
  ASSERT_THAT(file, IsOk());
  EXPECT_TRUE(HasUnplaced(*file));
  SettleUnplaced({{"3", {{.latitude = 59.4, .longitude = 18.2}, true}}},
                 &*file);
  EXPECT_FALSE(HasUnplaced(*file));
  EXPECT_THAT(Ids(file), ElementsAre("2", "3"));
  EXPECT_EQ(file->rows[1].position->latitude, 59.4);
  // What was not to be trusted is not trusted more when it is lost.
  EXPECT_EQ(file->rows[1].quality, proximity::v1::POSITION_QUALITY_SUSPECT);
  EXPECT_EQ(file->dropped.at(0).first.at(0).id, "1");
  EXPECT_EQ(file->doubts.at(0).first.at(0).id, "3");
  EXPECT_EQ(file->read, 3);
}

// Nobody can tell which of two schools an id means; whoever asks may choose.
TEST_F(ReadPlacesTest, RepeatedIdsAreRefusedOrChosenFrom) {
  const std::string text =
      "id,name,lat,lon\n1,A,59.3,18.1\n1,A,59.3,18.1\n1,B,59.4,18.1\n";
  EXPECT_THAT(
      Error(text),
      AllOf(HasSubstr("line 3: row 2: id '1' stands in row 1 already, which "
                      "says the same; --on-repeat first or last"),
            HasSubstr("line 4: row 3: id '1' stands in row 1 already, which "
                      "says something else")));
  options_.on_repeat = OnRepeat::kFirst;
  EXPECT_EQ(Read(text)->rows.at(0).name, "A");
  EXPECT_EQ(Read(text)->dropped.at(0).count, 2);
  options_.on_repeat = OnRepeat::kLast;
  EXPECT_EQ(Read(text)->rows.at(0).name, "B");
  EXPECT_EQ(Read(text)->dropped.at(0).first.at(0).row, 1);
  EXPECT_FALSE(ParseOnRepeat("second").ok());
}

TEST_F(ReadPlacesTest, WhereIsForEveryFormat) {
  options_.read.where = *ParseWhere("municipalityCode=0136");
  Json other = DocumentV2("2");
  other["data"]["attributes"]["municipalityCode"] = "0180";
  EXPECT_THAT(Ids(Read(Json({other, DocumentV2("1")}).dump())),
              ElementsAre("1"));
  options_.read.where = *ParseWhere("Del=norr");
  const auto file =
      Read("id,name,lat,lon,DEL\n1,A,x,,syd\n2,B,59.3,18.1,norr\n");
  EXPECT_THAT(Ids(file), ElementsAre("2"));
  EXPECT_EQ(file->rows[0].row, 2);
}

TEST_F(ReadPlacesTest, ALongNameIsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 201; ++i) name += "å";
  const auto file = Read("id,name,lat,lon\n1," + name + ",59.3,18.1\n2," +
                         name.substr(2) + ",59.3,18.1\n");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->rows[0].name, name.substr(0, 398) + "…");
  EXPECT_EQ(file->rows[1].name, name.substr(2));
  ASSERT_THAT(file->doubts, SizeIs(1));
  EXPECT_EQ(file->doubts[0].count, 1);
}

// Every column and property that names a person, in every format.
TEST_F(ReadPlacesTest, NoPersonIsEverSent) {
  const std::string persons = absl::StrJoin(kPersonal, ";");
  std::string geojson = kGeoJson;
  const std::string mark = "\"name\": \"A\"";
  geojson.replace(geojson.find(mark), mark.size(),
                  absl::StrCat(mark, ", \"rektor\": \"", kPersonal[0],
                               "\", \"epost\": \"", kPersonal[1], "\""));
  for (const std::string& text :
       {DocumentV2().dump(), DocumentV1().dump(), geojson,
        "id;name;lat;lon;rektor;epost;telefon;c/o;kontakt\n1;A;59.3;18.1;" +
            persons + "\n"}) {
    const auto file = Read(text);
    ASSERT_THAT(file, IsOk());
    pv::ImportPlacesRequest request;
    for (const PlaceRow& row : file->rows) AddPlace(row, &request);
    const std::string sent = request.SerializeAsString();
    for (const char* personal : kPersonal) {
      EXPECT_THAT(sent, Not(HasSubstr(personal)));
    }
  }
}

}  // namespace
}  // namespace lagesbild::cli
