// If these fail, an import is told wrong: of which register it is, which row is
// at fault, what somebody must look at.
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/file_rows.h"
#include "cli/import_summary.h"
#include "cli/place_rows.h"
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
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;

FeatureRow RowWith(nlohmann::json properties,
                   std::vector<std::string> kinds = {}) {
  FeatureRow row;
  row.row = 3;
  row.properties = std::move(properties);
  row.kinds = std::move(kinds);
  row.kind_property = "skolformer";
  return row;
}

// The preschools' file would close every school.
TEST(RegisterTest, ExtractsAreToldApartByTheirProperties) {
  const FeatureRow school = RowWith({{"skolenhetskod", "1"}});
  const FeatureRow preschool = RowWith({{"skolverkets_id", "1"}});
  EXPECT_EQ(RegisterOf({school, school})->source, "school-register");
  EXPECT_EQ(RegisterOf({preschool})->source, "preschool-register");
  EXPECT_EQ(RegisterOf({school, preschool}), std::nullopt);
  EXPECT_EQ(RegisterOf({RowWith({{"id", "1"}})}), std::nullopt);
}

// A primary school with a misspelt form would be near no site.
TEST(PlaceKindsTest, AFormThatIsNoneIsAFault) {
  const std::vector<FeatureRow> good = {
      RowWith({}, {"gr", "FSK"}), RowWith({}, {"PRIMARY_SCHOOL"}), RowWith({})};
  EXPECT_THAT(CheckPlaceKinds(good), IsOk());
  EXPECT_THAT(PlaceKinds(good[0]), ElementsAre(pv::PLACE_KIND_PRIMARY_SCHOOL,
                                               pv::PLACE_KIND_PRESCHOOL_CLASS));
  EXPECT_THAT(PlaceKinds(good[2]), IsEmpty());
  const auto faults =
      base::DetailOf(
          CheckPlaceKinds({RowWith({}, {"gr", "grr"}), RowWith({}, {"grr"})}))
          .violations;
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_EQ(faults[0].field, "features[2].properties.skolformer");
  EXPECT_THAT(faults[0].description, HasSubstr("row 3 and 1 more: 'grr'"));
}

class FileRowsTest : public ::testing::Test {
 protected:
  FileRowsTest() : rows_(2) {
    rows_[0].row = 4;
    rows_[1].row = 9;
  }
  std::vector<FeatureRow> rows_;
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
  const std::string text = PlacesSummary("school-register", done);
  EXPECT_THAT(text, HasSubstr("9 places of school-register: "));
  EXPECT_THAT(text, HasSubstr("8 doubts\n  1: the position lies in no "
                              "municipality of the region\n    row 8, School "
                              "(8)\n  7: … units share the position\n    row "
                              "1, School (1): 11 units share the position\n"));
  EXPECT_THAT(text, HasSubstr("and 2 more"));
  EXPECT_THAT(text, Not(HasSubstr("row 6")));
}

}  // namespace
}  // namespace lagesbild::cli
