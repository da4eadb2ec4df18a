#include "services/proximity/place_import.h"

#include "services/proximity/derivation_fixture.h"
#include "services/proximity/positions.h"

namespace lagesbild::proximity {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string PlainId(const std::string& source, const std::string& external) {
  return source + "-" + external;
}

class ImportTest : public DerivationTest {
 protected:
  ImportPlan Import(std::vector<Place> rows, bool keep_missing = false) {
    ImportPlan plan = PlanImport(inventory_, std::move(rows),
                                 {.source = "register",
                                  .extract_date = kToday - 3,
                                  .keep_missing = keep_missing,
                                  .today = kToday},
                                 PlainId);
    Take({.places = plan.places});
    return plan;
  }
};

// The same file twice would double the schools or shake every exposure.
TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
  const std::vector<Place> rows = {School("1", kSquare),
                                   School("2", North(10))};
  EXPECT_EQ(Import(rows).created, 2);
  const ImportPlan again = Import(rows);
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_THAT(again.places, IsEmpty());
}

// A school that the register dropped would stand for ever.
TEST_F(ImportTest, PlacesThatTheSourceLostAreClosedFromTheExtractsDay) {
  Import({School("1", kSquare), School("2", North(10))});
  EXPECT_EQ(Import({School("1", kSquare)}, /*keep_missing=*/true).closed, 0);
  EXPECT_EQ(Import({School("1", kSquare)}).closed, 1);
  const auto closed = inventory_.FindPlace("register-2");
  EXPECT_EQ(closed->valid.to, kToday - 3);
  EXPECT_EQ(Import({School("1", kSquare)}).closed, 0);
  EXPECT_EQ(Import({School("1", kSquare), School("2", North(10))}).updated, 1);
  EXPECT_EQ(inventory_.FindPlace("register-2")->valid.to, std::nullopt);
}

// Somebody would search a file of thousands for the row that is wrong.
TEST_F(ImportTest, FaultsBetweenRowsNameTheRows) {
  const std::vector<Place> rows = {
      School("1", kSquare), School("2", {.latitude = 18, .longitude = 59}),
      School("1", North(1))};
  const MunicipalityMap map(std::vector<Municipality>{}, kToday);
  const auto faults = FindRowFaults(rows, map, {});
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].field, "places[2].position");
  EXPECT_THAT(faults[0].description, HasSubstr("exchanged"));
  EXPECT_EQ(faults[1].field, "places[3].external_id");
  EXPECT_THAT(faults[1].description, HasSubstr("that of places[1]"));
  const auto kept = FindRowFaults(rows, map, {.keep_swapped = true});
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].field, "places[3].external_id");
}

// What was imported before extracts were noted would be open to any older one.
TEST_F(ImportTest, WithoutANoteThePlacesTellTheLastExtract) {
  EXPECT_EQ(LastExtract(inventory_, "register"), std::nullopt);
  Import({School("1", kSquare), School("2", North(10))});
  Import({School("1", kSquare)});
  inventory_.RemovePlace("register-1");
  EXPECT_EQ(LastExtract(inventory_, "register"), kToday - 3);
  EXPECT_EQ(LastExtract(inventory_, "another"), std::nullopt);
  inventory_.PutExtract({"register", kToday - 9});
  EXPECT_EQ(LastExtract(inventory_, "register"), kToday - 9);
}

}  // namespace
}  // namespace lagesbild::proximity
