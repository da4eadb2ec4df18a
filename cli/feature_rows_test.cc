// If these fail, a file is taken wrong, or refused without saying where.
#include "cli/feature_rows.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

std::string Row(const std::string& properties,
                const std::string& coordinates = "[18.05, 59.35]") {
  return R"({"type": "Feature", "properties": {)" + properties +
         R"(}, "geometry": {"type": "Point", "coordinates": )" + coordinates +
         "}}";
}

class FeatureRowsTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<FeatureRow>> Read(const std::string& features,
                                               const std::string& where = "") {
    const std::string path = dir_.File("a.geojson");
    std::ofstream(path) << R"({"type": "FeatureCollection", "features": [)"
                        << features << "]}";
    ReadOptions options;
    options.where = *ParseWhere(where);
    return ReadFeatureRows(path, options);
  }
  static std::vector<base::FieldViolation> Faults(const absl::Status& status) {
    return base::DetailOf(status).violations;
  }

  testing::TempDir dir_;
};

// "Not valid JSON" about a folder sends people looking into their files.
TEST_F(FeatureRowsTest, AFolderIsCalledAFolder) {
  const absl::Status read = ReadFeatureRows(dir_.path(), {}).status();
  EXPECT_THAT(read, StatusIs(kInvalid));
  EXPECT_THAT(std::string(read.message()), HasSubstr("is a folder"));
  const absl::Status none = ReadFeatureRows(dir_.File("none"), {}).status();
  EXPECT_THAT(none, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(none.message(), dir_.File("none") + ": there is no such file");
}

// Rows keep the number that people find them by.
TEST_F(FeatureRowsTest, PickedRowsKeepTheFilesNumbers) {
  const auto rows = Read(Row(R"("id": "a", "part": "north")") + "," +
                             Row(R"("id": "b", "part": "south")"),
                         "part=south");
  ASSERT_THAT(rows, IsOk());
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ(rows->front().row, 2);
  EXPECT_EQ(rows->front().id, "b");
}

// One county's import would wait for another to mend its part of the file.
TEST_F(FeatureRowsTest, RowsThatAreNotPickedMayBeFaulty) {
  const std::string file =
      Row(R"("id": "a", "part": "north")", "[18,15, 59,35]") + "," +
      Row(R"("part": "north")") + "," + Row(R"("id": "b", "part": "south")");
  EXPECT_THAT(Read(file, "part=south"), IsOk());
  EXPECT_THAT(Read(file, "part=north"), StatusIs(kInvalid));
}

// A file that writes true or 460 could not be picked from.
TEST_F(FeatureRowsTest, NumbersAndTruthsArePickedAsWritten) {
  const std::string file =
      Row(R"("id": "a", "open": true, "pupils": 460, "share": 0.50)") + "," +
      Row(R"("id": "b", "open": false, "pupils": 46, "share": 0.25)");
  for (const char* where :
       {"open=true", "pupils=460", "pupils=460.0", "share=0.50", "share=0.5"}) {
    const auto rows = Read(file, where);
    ASSERT_THAT(rows, IsOk()) << where;
    ASSERT_THAT(*rows, SizeIs(1)) << where;
    EXPECT_EQ(rows->front().id, "a") << where;
  }
  EXPECT_THAT(Read(file, "open=1"), StatusIs(kInvalid));
}

// A hundred lines that all say the same hide the one thing to do.
TEST_F(FeatureRowsTest, AFileWithoutIdsIsToldOnceWhatToDo) {
  const auto faults =
      Faults(Read(Row(R"("name": "North")") + "," + Row(R"("name": "South")"))
                 .status());
  ASSERT_THAT(faults, SizeIs(1));
  EXPECT_THAT(faults[0].description,
              AllOf(HasSubstr("--map id="), HasSubstr("there is name")));
}

// A row must not get an id by chance, nor two of them the same.
TEST_F(FeatureRowsTest, MissingAndDoubledIdsAreNamedByRow) {
  const auto faults =
      Faults(Read(Row(R"("id": "a")") + "," + Row(R"("name": "South")") + "," +
                  Row(R"("id": "a")"))
                 .status());
  ASSERT_THAT(faults, SizeIs(2));
  EXPECT_EQ(faults[0].field, "features[2].properties");
  EXPECT_THAT(faults[0].description,
              AllOf(HasSubstr("row 3: "), HasSubstr("row 1")));
  EXPECT_EQ(faults[1].field, "features[1].properties");
  EXPECT_THAT(faults[1].description, HasSubstr("row 2: no id"));
}

}  // namespace
}  // namespace lagesbild::cli
