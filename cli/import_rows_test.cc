// If these fail, an import is told wrong: of which register it is, which row is
// at fault, what somebody must look at.
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/file_rows.h"
#include "cli/import_summary.h"
#include "cli/imports.h"
#include "cli/place_rows.h"
#include "cli/places/place_kinds.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

namespace pv = ::lagesbild::proximity::v1;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string SourceOf(const std::vector<nlohmann::json>& rows) {
  RegisterTeller teller;
  for (const nlohmann::json& properties : rows) teller.See(properties);
  const auto told = teller.Told();
  return told ? told->source : "";
}

// The preschools' file would close every school.
TEST(RegisterTest, ExtractsAreToldApartByTheirProperties) {
  const nlohmann::json school = {{"skolenhetskod", "1"}};
  const nlohmann::json preschool = {{"skolverkets_id", "1"}};
  EXPECT_EQ(SourceOf({school, school}), "school-register");
  EXPECT_EQ(SourceOf({preschool}), "preschool-register");
  EXPECT_EQ(SourceOf({school, preschool}), "");
  EXPECT_EQ(SourceOf({{{"id", "1"}}}), "");
  EXPECT_EQ(SourceOf({}), "");
}

// One municipality's school data would close its neighbour's.
TEST(RegisterTest, MunicipalitiesAreRegistersOfTheirOwn) {
  const auto row = [](const char* code) {
    return nlohmann::json{{"source", code}, {"id", "1"}};
  };
  EXPECT_EQ(SourceOf({row("0163"), row("163")}), "skoldata-0163");
  EXPECT_EQ(SourceOf({row("0163"), row("0180")}), "");
  EXPECT_EQ(SourceOf({row("OpenStreetMap")}), "");
}

// A primary school with a misspelt form would be near no site.
TEST(KindReaderTest, AFormThatIsNoneIsAFault) {
  KindReader reader;
  EXPECT_THAT(reader.Read({"gr", "FSK"}, 1, ""),
              ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                          pv::PLACE_KIND_PRESCHOOL_CLASS));
  EXPECT_THAT(reader.Read({"PRIMARY_SCHOOL", "Grundskola"}, 2, ""),
              ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                          pv::PLACE_KIND_PRIMARY_SCHOOL));
  EXPECT_THAT(reader.Read({}, 3, ""), IsEmpty());
  input::Faults none;
  reader.Report(&none);
  EXPECT_TRUE(none.empty());
  reader.Read({"gr", "grr"}, 3, "features[2].properties.skolformer");
  reader.Read({"grr"}, 4, "features[3].properties.skolformer");
  input::Faults faults;
  reader.Report(&faults);
  const auto named = base::DetailOf(faults.ToStatus()).violations;
  ASSERT_THAT(named, SizeIs(1));
  EXPECT_EQ(named[0].field, "features[2].properties.skolformer");
  EXPECT_THAT(named[0].description, HasSubstr("row 3 and 1 more: 'grr'"));
}

// A remedy that does nothing sends people round in circles.
TEST(KindReaderTest, TheRemedyIsTheOneThatTheFormatHas) {
  KindReader reader;
  reader.Read({"NYSKOLFORM"}, 1, "a");
  reader.Read({"Öppen skola"}, 2, "b", "; or --map");
  reader.Read({std::string(100, 'x')}, 3, "c");
  reader.Read({"it's"}, 4, "d");
  input::Faults faults;
  reader.Report(&faults);
  std::map<std::string, std::string> told;
  for (const auto& v : base::DetailOf(faults.ToStatus()).violations) {
    told[v.field] = v.description;
  }
  EXPECT_THAT(told["a"], HasSubstr("--kind NYSKOLFORM=KIND says"));
  EXPECT_THAT(told["a"], HasSubstr("is one of primary-school, upper-sec"));
  EXPECT_THAT(told["a"], Not(HasSubstr("--map")));
  EXPECT_THAT(told["b"], HasSubstr("--kind 'Öppen skola=KIND' says"));
  EXPECT_THAT(told["b"], HasSubstr("; or --map"));
  EXPECT_THAT(told["b"], Not(HasSubstr("primary-school")));
  EXPECT_THAT(told["c"], HasSubstr("--kind FORM=KIND says"));
  EXPECT_THAT(told["d"], HasSubstr("--kind FORM=KIND says"));
}

TEST(KindReaderTest, FormsAreWhatTheyAreSaidToBe) {
  const auto forms =
      ParseKindForms({"NYSKOLFORM=primary-school", "a=b=PRESCHOOL",
                      "Vux=Gymnasieskola", "=leisure-centre"});
  ASSERT_THAT(forms, testing::IsOk());
  KindReader reader(*forms);
  EXPECT_THAT(
      reader.Read({"nyskolform", "A=B", "vux", "", "gr"}, 1, ""),
      ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL, pv::PLACE_KIND_PRESCHOOL,
                  pv::PLACE_KIND_UPPER_SECONDARY, pv::PLACE_KIND_LEISURE_CENTRE,
                  pv::PLACE_KIND_PRIMARY_SCHOOL));
  for (const char* wrong :
       {"NYSKOLFORM", "NYSKOLFORM=", "NYSKOLFORM=school", "a=unspecified"}) {
    const absl::Status refused = ParseKindForms({wrong}).status();
    EXPECT_THAT(refused, testing::StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(std::string(refused.message()), HasSubstr(wrong));
  }
}

// Whoever types a command looks for a flag, not for a field.
TEST(FlagNamesTest, ErrorsNameTheFlags) {
  EXPECT_EQ(
      InFlagNames(absl::FailedPreconditionError("done only with allow_older"))
          .message(),
      "done only with --allow-older");
  const auto faults =
      base::DetailOf(InFlagNames(base::InvalidField("places[1].position",
                                                    "with keep_swapped")))
          .violations;
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].description, "with --keep-swapped");
}

// A correction to the Gulf of Guinea would pass for a surveyed position.
TEST(PlaceWarningsTest, EachDoubtIsALine) {
  pv::Place place;
  EXPECT_EQ(PlaceWarnings(place), "");
  place.add_flags("the position lies in no municipality of the region");
  place.add_flags("2 units share\nthe position");
  EXPECT_EQ(PlaceWarnings(place),
            "warning: the position lies in no municipality of the region\n"
            "warning: 2 units share the position\n");
}

class FileRowsTest : public ::testing::Test {
 protected:
  FileRowsTest() : rows_(Sent()) {}
  static std::vector<PlaceRow> Sent() {
    std::vector<PlaceRow> rows(2);
    rows[0].row = 4;
    rows[0].at = "features[3]";
    rows[1].row = 9;
    rows[1].at = "features[8]";
    return rows;
  }
  const FileRows rows_;
};

// Whoever picked some rows would mend the wrong ones.
TEST_F(FileRowsTest, FaultsNameTheFilesRows) {
  const absl::Status status = InFileRows(
      rows_, base::InvalidFields(
                 {{"rows[2].site.geometry", "lies in no municipality"},
                  {"places[2].external_id", "\"a\" is that of places[1]"},
                  {"source", "is required"},
                  {"rows[3].site", "was never sent"}}));
  const auto faults = base::DetailOf(status).violations;
  ASSERT_THAT(faults, SizeIs(4));
  EXPECT_EQ(faults[0].field, "features[8].geometry");
  EXPECT_EQ(faults[0].description, "row 9: lies in no municipality");
  EXPECT_EQ(faults[1].field, "features[8].external_id");
  EXPECT_EQ(faults[1].description, "row 9: \"a\" is that of row 4");
  EXPECT_EQ(faults[2].field, "source");
  EXPECT_EQ(faults[3].field, "rows[3].site");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("features[8].geometry: row 9: lies in"));
}

TEST_F(FileRowsTest, SentencesNameTheFilesRows) {
  const absl::Status status = InFileRows(
      rows_, absl::PermissionDeniedError("rows[2]: not your area; see rows[]"));
  EXPECT_EQ(status.message(), "row 9: not your area; see rows[]");
}

TEST_F(FileRowsTest, FlagsNameTheFilesRows) {
  pv::ImportPlacesResponse done;
  done.add_flags()->set_row(2);
  done.add_flags()->set_row(0);
  ToFileRows(rows_, &done);
  EXPECT_EQ(done.flags(0).row(), 9);
  EXPECT_EQ(done.flags(1).row(), 0);
}

// Eight schools that lie in another county would drown among seventy.
TEST(PlacesSummaryTest, DoubtsAreGroupedWithThoseOutsideFirst) {
  pv::ImportPlacesResponse done;
  done.set_read(9);
  const auto flag = [&done](int row, const std::string& text) {
    pv::PlaceFlag* added = done.add_flags();
    added->set_row(row);
    added->set_display_name("School");
    added->set_external_id(std::to_string(row));
    added->set_flag(text);
  };
  for (int row = 1; row <= 7; ++row) {
    flag(row, absl::StrCat(row + 10, " units share the position"));
  }
  flag(8, "the position lies in no municipality of the region");
  const std::string text = PlacesSummary("school-register", {}, done);
  EXPECT_THAT(text, HasSubstr("9 places of school-register: "));
  EXPECT_THAT(text, HasSubstr("dropped\n  1: the position lies in no "
                              "municipality of the region\n    row 8, School "
                              "(8)\n  7: … units share the position\n    row "
                              "1, School (1): 11 units share the position\n"));
  EXPECT_THAT(text, HasSubstr("and 2 more"));
  EXPECT_THAT(text, Not(HasSubstr("row 6")));
}

// Ten thousand doubts of which the service names some are not some doubts.
TEST(PlacesSummaryTest, DoubtsThatAreNotNamedCount) {
  pv::ImportPlacesResponse done;
  done.add_flags()->set_row(1);
  done.add_flags()->set_flag("and 10001 more");
  EXPECT_THAT(PlacesSummary("r", {}, done), HasSubstr("10002 doubts"));
}

// What was left out would never be missed.
TEST(PlacesSummaryTest, WhatWasDroppedIsCountedWithItsReason) {
  PlaceFile file;
  file.rows.resize(3);
  file.read = 10;
  file.buildings = 2;
  file.dropped = {{"CENTRAL: no teaching", 7, {{1, "11", "Kontoret"}}}};
  file.doubts = {{"positions lie apart", 1, {{2, "12", "Skolan"}}}};
  pv::ImportPlacesResponse done;
  done.set_read(3);
  const std::string text = PlacesSummary("school-register", file, done);
  EXPECT_THAT(text, HasSubstr("3 units in 2 buildings; 10 records read, 7 "
                              "dropped\n  dropped 7: CENTRAL: no teaching\n"
                              "    row 1, Kontoret (11)\n    and 6 more\n"
                              "  1: positions lie apart\n    row 2, Skolan"));
  const auto json = nlohmann::json::parse(PlacesJson(file, done));
  EXPECT_EQ(json["read"], 3);
  EXPECT_EQ(json["file"]["read"], 10);
  EXPECT_EQ(json["file"]["buildings"], 2);
  EXPECT_EQ(json["file"]["dropped"][0]["count"], 7);
  EXPECT_EQ(json["file"]["dropped"][0]["first"][0]["external_id"], "11");
}

}  // namespace
}  // namespace lagesbild::cli
