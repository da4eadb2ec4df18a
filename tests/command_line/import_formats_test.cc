// `lagesbild places import`: files of every kind, from the shell to the store.

#include <filesystem>

#include "cli/places/register_fixture.h"
#include "tests/command_line/fixture.h"

namespace lagesbild::command_line {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class ImportFormatsTest : public CommandLineTest {
 protected:
  // A unit within the suite's only municipality.
  static Json Unit(const std::string& code, const std::string& status,
                   const char* end = nullptr) {
    Json document = cli::DocumentV2(code);
    Json& attributes = document["data"]["attributes"];
    attributes["status"] = status;
    attributes["municipalityCode"] = "0180";
    if (end != nullptr) attributes["endDate"] = end;
    attributes["addresses"][1]["geoCoordinates"] = {{"latitude", "59.35"},
                                                    {"longitude", "18.05"}};
    return document;
  }
  void WriteUnit(const std::string& name, const Json& unit) {
    std::filesystem::create_directories(File("units"));
    end_to_end::WriteText(File("units/" + name), unit.dump());
  }
};

// The same register from another file is the same places.
TEST_F(ImportFormatsTest, AFolderOfTheRegistersUnits) {
  Json central = Unit("3", "AKTIV");
  central["data"]["attributes"]["schoolUnitType"] = "CENTRAL";
  WriteUnit("1.json", Unit("1", "AKTIV"));
  WriteUnit("2.json", Unit("2", "UPPHORT", "2025-06-30"));
  WriteUnit("3.json", central);
  const Finished done = Run({"places", "import", File("units"), "--dry-run"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("dry run, nothing stored: 2 places of "
                                  "school-register: 2 new"));
  EXPECT_THAT(done.out, HasSubstr("2 units in 1 buildings; 3 records read, 1 "
                                  "dropped\n  dropped 1: CENTRAL"));
  EXPECT_THAT(done.err, HasSubstr("extract of 2026-06-01, told by the file"));
  const Json stored = Answer({"places", "import", File("units")});
  EXPECT_EQ(stored["created"], 2);
  EXPECT_EQ(stored["file"]["dropped"][0]["count"], 1);
  EXPECT_EQ(Answer({"import", "places", File("units")})["unchanged"], 2);
}

// A unit that has become CENTRAL, or left the extract, is no school any more.
TEST_F(ImportFormatsTest, AUnitThatIsDroppedIsClosedWhereItWasOpen) {
  for (int i = 1; i <= 6; ++i) {
    WriteUnit(absl::StrCat(i, ".json"), Unit(absl::StrCat(i), "AKTIV"));
  }
  Answer({"places", "import", File("units")});
  WriteUnit("6.json", Unit("6", "VILANDE"));
  const Json done = Answer(
      {"places", "import", File("units"), "--extract-date", "2026-07-01"});
  EXPECT_EQ(done["closed"], 1);
  EXPECT_EQ(done["unchanged"], 5);
}

// The register loses positions now and then; the school is still there.
TEST_F(ImportFormatsTest, AUnitThatHasLostItsPositionStays) {
  for (const char* code : {"1", "2"}) {
    WriteUnit(absl::StrCat(code, ".json"), Unit(code, "AKTIV"));
  }
  Answer({"places", "import", File("units")});
  Json lost = Unit("2", "AKTIV");
  lost["data"]["attributes"]["addresses"][1].erase("geoCoordinates");
  WriteUnit("2.json", lost);
  lost["data"]["schoolUnitCode"] = "3";
  WriteUnit("3.json", lost);
  const Json done = Answer({"places", "import", File("units")});
  EXPECT_EQ(done["unchanged"], 2);
  EXPECT_EQ(done["closed"], 0);
  EXPECT_EQ(done["created"], 0);
  EXPECT_EQ(done["file"]["dropped"][0]["first"][0]["external_id"], "3");
}

// The known position is the register's own, not the one set by hand: withdrawn,
// a correction would leave itself behind.
TEST_F(ImportFormatsTest, ACorrectionIsNotTakenForTheRegistersWord) {
  WriteUnit("1.json", Unit("1", "AKTIV"));
  Answer({"places", "import", File("units")});
  const Json corrected =
      Answer({"places", "correct", "school-register-1", "--at", "59.36,18.06",
              "--provenance", "orthophoto"});
  EXPECT_EQ(corrected["source_position"]["latitude"], 59.35);
  Json lost = Unit("1", "AKTIV");
  lost["data"]["attributes"]["addresses"][1].erase("geoCoordinates");
  WriteUnit("1.json", lost);
  EXPECT_EQ(Answer({"places", "import", File("units")})["unchanged"], 1);
}

TEST_F(ImportFormatsTest, ATableOfOnesOwn) {
  end_to_end::WriteText(File("own.csv"),
                        "Kod;Namn;N;E;Form\n1;Ett;59,35;18,05;Grundskola\n"
                        "2;Två;59,36;18,05;gy\n2;Två;59,36;18,05;gy\n");
  const std::vector<std::string> command = {
      "places",
      "import",
      File("own.csv"),
      "--map",
      "id=Kod,name=Namn,lat=N,lon=E,kind=Form",
      "--source",
      "own"};
  const Finished refused = Run(command);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 4: row 3: id '2' stands in row 2"));
  std::vector<std::string> first = command;
  first.insert(first.end(), {"--on-repeat", "first"});
  EXPECT_EQ(Answer(first)["created"], 2);
}

// The service's faults name the file's own line.
TEST_F(ImportFormatsTest, FaultsOfTheServiceNameTheFilesLine) {
  end_to_end::WriteText(File("own.csv"),
                        "id,name,lat,lon\n\n1,A,59.35,18.05\n"
                        "2,B,18.05,59.35\n");
  const Finished refused = Run({"places", "import", File("own.csv")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("line 4.position: row 2: "));
}

TEST_F(ImportFormatsTest, WrongFlagsAreToldBeforeAnythingIsDone) {
  for (const auto& [flag, value] :
       std::vector<std::pair<std::string, std::string>>{
           {"--on-repeat", "never"},
           {"--extract-date", "1 June"},
           {"--kind", "NYSKOLFORM"}}) {
    const Finished refused =
        Run({"places", "import", File("none"), flag, value});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr(value));
  }
}

}  // namespace
}  // namespace lagesbild::command_line
