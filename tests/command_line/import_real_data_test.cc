// The county's real register: the doubts that the import tells are the
// contradictions that are known to be in it, unit by unit.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::command_line {
namespace {

using Json = nlohmann::json;

class ImportRealDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* root = std::getenv("LAGESBILD_SOURCE_DIR");
    data_ = std::string(root == nullptr ? "." : root) + "/../shared/data/";
    if (!std::filesystem::exists(data_)) {
      GTEST_SKIP() << "no real data in ../shared/data beside the checkout";
    }
    suite_ = end_to_end::OneProcess();
    suite_->Start();
    suite_->Import("areas", data_ + "kommuner_stockholm_county.geojson");
  }

  // The units by what the file's makers found: "outside_county",
  // "other_kommun".
  std::map<std::string, std::set<std::string>> Known() const {
    std::ifstream file(data_ + "schools_stockholm_county.geojson");
    const Json collection = Json::parse(file);
    std::map<std::string, std::set<std::string>> known;
    for (const Json& feature : collection["features"]) {
      const Json& properties = feature["properties"];
      const Json& flag = properties["coord_flag"];
      if (!flag.is_string()) continue;
      known[flag.get<std::string>()].insert(properties["skolenhetskod"]);
    }
    return known;
  }

  std::string data_;
  std::unique_ptr<end_to_end::Deployment> suite_;
};

// The units whose doubt says `text`.
std::set<std::string> Flagged(const Json& done, const std::string& text) {
  std::set<std::string> ids;
  for (const Json& flag : done["flags"]) {
    if (absl::StrContains(flag["flag"].get<std::string>(), text)) {
      ids.insert(flag["external_id"]);
    }
  }
  return ids;
}

// A school on its head office in another town would pass as sound.
TEST_F(ImportRealDataTest, TheCountysContradictionsAreTold) {
  const Json done =
      suite_->Import("places", data_ + "schools_stockholm_county.geojson");
  EXPECT_EQ(done["created"], 703);
  const auto known = Known();
  EXPECT_EQ(Flagged(done, "in no municipality"), known.at("outside_county"));
  EXPECT_EQ(Flagged(done, "the source says"), known.at("other_kommun"));
  EXPECT_EQ(known.at("outside_county").size(), 8u);
  EXPECT_EQ(known.at("other_kommun").size(), 12u);
  // Six units stand on a head office in Täby: five on one point, which is
  // shared, and one 27 m from it.
  std::set<std::string> alone = Flagged(done, "municipality 0160");
  EXPECT_EQ(alone.size(), 6u);
  for (const std::string& id : Flagged(done, "units share the position")) {
    alone.erase(id);
  }
  EXPECT_EQ(alone, std::set<std::string>{"11366318"});
}

// The country's file is the same register: nothing changes but what is new.
TEST_F(ImportRealDataTest, TheCountrysFileFollowsTheCountys) {
  suite_->Import("places", data_ + "schools_stockholm_county.geojson");
  const Json done =
      suite_->Import("places", data_ + "schools_sweden.csv", {"--dry-run"});
  EXPECT_EQ(done["file"]["read"], 3706);
  EXPECT_GT(done["created"], 2900);
}

}  // namespace
}  // namespace lagesbild::command_line
