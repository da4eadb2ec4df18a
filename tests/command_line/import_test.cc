// `lagesbild import`: what a file does to what other files brought.

#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

using ::testing::HasSubstr;

class ImportTest : public CommandLineTest {
 protected:
  // `count` rows of a register that calls its ids `id`.
  static std::vector<std::string> Rows(const std::string& id, int count) {
    std::vector<std::string> rows;
    rows.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      rows.push_back(
          PointRow(absl::StrCat("\"", id, "\": \"", 100 + i,
                                "\", \"name\": \"N\", \"part\": ", i % 2),
                   18.01 + i * 0.01, 59.35));
    }
    return rows;
  }

  size_t OnDay(const std::string& day) {
    return suite_->Json(kOffice, {"places", "list", "--valid", day}).size();
  }
};

// The preschools' file must not close the schools.
TEST_F(ImportTest, TwoRegistersStandBesideEachOther) {
  Write("schools.geojson", Rows("skolenhetskod", 5));
  Write("preschools.geojson", Rows("skolverkets_id", 3));
  EXPECT_EQ(Answer({"import", "places", File("schools.geojson")})["created"],
            5);
  const Finished done = Run({"import", "places", File("preschools.geojson")});
  EXPECT_THAT(done.out, HasSubstr("3 places of preschool-register: 3 new, 0 "
                                  "changed, 0 unchanged, 0 closed"));
  EXPECT_THAT(done.err,
              HasSubstr("source 'preschool-register', told by skolverkets_id"));
  EXPECT_EQ(Answer({"import", "places", File("schools.geojson")})["unchanged"],
            5);
}

// A file cut in half must not close the other half.
TEST_F(ImportTest, AFileThatLacksMostPlacesIsRefused) {
  Write("all.geojson", Rows("skolenhetskod", 5));
  Write("one.geojson", Rows("skolenhetskod", 1));
  Answer({"import", "places", File("all.geojson")});
  const Finished refused = Run({"import", "places", File("one.geojson")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("would close 4 of the 5 open places"));
  EXPECT_EQ(Answer({"import", "places", File("one.geojson"),
                    "--allow-closing"})["closed"],
            4);
}

// Picked rows say nothing about the others.
TEST_F(ImportTest, PickedRowsCloseNothing) {
  Write("all.geojson", Rows("skolenhetskod", 5));
  Answer({"import", "places", File("all.geojson")});
  const auto done =
      Answer({"import", "places", File("all.geojson"), "--where", "part=1"});
  EXPECT_EQ(done["unchanged"], 2);
  EXPECT_EQ(done["closed"], 0);
}

// A register without first days would answer for every year.
TEST_F(ImportTest, PlacesWithoutAFirstDayAreGivenOne) {
  Write("all.geojson", Rows("skolenhetskod", 2));
  Answer({"import", "places", File("all.geojson")});
  for (const char* day : {"2024-06-30", "2024-07-01"}) {
    EXPECT_EQ(OnDay(day), 2u) << day;
  }
  Answer(
      {"import", "places", File("all.geojson"), "--valid-from", "2024-07-01"});
  EXPECT_EQ(OnDay("2024-06-30"), 0u);
  EXPECT_EQ(OnDay("2024-07-01"), 2u);
}

// Whoever mends the file looks for the row by its place in the file.
TEST_F(ImportTest, FaultsThatTheSuiteFindsNameTheFilesRow) {
  Write("sites.geojson",
        {PointRow(R"("id": "a", "part": "north")", 18.01, 59.35),
         PointRow(R"("id": "b", "part": "south")", 18.05, 59.35),
         PointRow(R"("id": "c", "part": "south")", 17.0, 58.0)});
  const Finished refused =
      Run({"import", "sites", File("sites.geojson"), "--where", "part=south"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("features[2].geometry: row 3: "));
  EXPECT_EQ(Count("sites"), 0u);
}

// Two dozen squares near each other in one line are read by nobody.
TEST_F(ImportTest, DuplicatesAreALineEach) {
  std::vector<std::string> rows;
  rows.reserve(22);
  for (int i = 0; i < 22; ++i) {
    rows.push_back(PointRow(absl::StrCat("\"id\": \"s", i, "\""),
                            18.05 + i * 0.001, 59.35));
  }
  Write("sites.geojson", rows);
  const Finished refused = Run({"import", "sites", File("sites.geojson")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("21 faults; --allow-duplicates takes them "
                                     "all the same; the first:\n  "
                                     "features[1].geometry: row 2: is likely a "
                                     "duplicate: lies near regions/"));
  EXPECT_EQ(Answer({"import", "sites", File("sites.geojson"),
                    "--allow-duplicates"})["created"],
            22);
}

}  // namespace
}  // namespace lagesbild::command_line
