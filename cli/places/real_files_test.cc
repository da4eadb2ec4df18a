// The real files of ../shared/data: if these fail, somebody's real file is
// refused or taken wrong.
#include <cstdlib>
#include <filesystem>

#include "cli/places/buildings.h"
#include "cli/places/read_places.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/clock.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::cli {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

class RealFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("LAGESBILD_SOURCE_DIR");
    data_ = std::string(root == nullptr ? "." : root) + "/../shared/data/";
    if (!std::filesystem::exists(data_)) {
      GTEST_SKIP() << "no real data in ../shared/data beside the checkout";
    }
  }
  absl::StatusOr<PlaceFile> Read(const std::string& name) {
    ReadingProgress progress(&clock_, stderr);
    return ReadPlaces(data_ + name, options_, &progress);
  }

  std::string data_;
  base::SystemClock clock_;
  PlaceReadOptions options_;
};

TEST_F(RealFilesTest, SwedishTablesNeedNoMap) {
  const auto schools = Read("schools_sweden.csv");
  ASSERT_THAT(schools, IsOk());
  EXPECT_EQ(schools->rows.size(), 3706u);
  EXPECT_EQ(schools->source, "school-register");
  const auto preschools = Read("preschools_sweden.csv");
  ASSERT_THAT(preschools, IsOk());
  EXPECT_EQ(preschools->rows.size(), 7790u);
  EXPECT_EQ(preschools->source, "preschool-register");
}

// The county's file and the country's are extracts of one register: what both
// have is the same place.
TEST_F(RealFilesTest, TheCountysUnitsAreTheCountrys) {
  const auto county = Read("schools_stockholm_county.geojson");
  const auto country = Read("schools_sweden.csv");
  ASSERT_THAT(county, IsOk());
  ASSERT_THAT(country, IsOk());
  std::map<std::string, const PlaceRow*> by_id;
  for (const PlaceRow& row : country->rows) by_id[row.id] = &row;
  int same = 0;
  for (const PlaceRow& row : county->rows) {
    const auto found = by_id.find(row.id);
    if (found == by_id.end()) continue;
    EXPECT_EQ(found->second->position, row.position) << row.id;
    EXPECT_EQ(found->second->kinds, row.kinds) << row.id;
    ++same;
  }
  EXPECT_EQ(county->rows.size(), 703u);
  EXPECT_GT(same, 690);
}

TEST_F(RealFilesTest, GermanRepeatsAreToldAndChosenFrom) {
  const auto refused = Read("schools_germany_scale.csv");
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("line 4: row 3: id 'BW-75810' stands in row 2 already, "
                        "which says the same"));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("and 1670 more"));
  options_.on_repeat = OnRepeat::kFirst;
  auto file = Read("schools_germany_scale.csv");
  ASSERT_THAT(file, IsOk());
  EXPECT_EQ(file->read, 33145);
  EXPECT_EQ(file->rows.size(), 31455u);
  EXPECT_EQ(file->source, "");
  EXPECT_LT(GroupBuildings("de", &file->rows), 31455);
}

}  // namespace
}  // namespace lagesbild::cli
