#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/county/county.h"
#include "cli/county/county_loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/geo/distance.h"
#include "lib/geo/geojson.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::county {
namespace {

using geo::Feature;
using geo::Meters;
using geo::Shape;
using nlohmann::json;
using testing::IsOk;
using testing::TempDir;

// What a reader of the history knows of a site.
struct SiteState {
  std::string municipality;
  std::string parties[2];  // verdicts of the municipality and the police
  bool superseded = false;
  bool disputed = false;
};

struct Tally {
  int open = 0;
  int contested = 0;
  std::set<std::string> municipalities;
};

// The state after all acts recorded before `known` and valid at the end of
// 2023.
class Reader {
 public:
  explicit Reader(std::string known) : known_(std::move(known)) {}

  void Read(const json& act) {
    if (act["time"].get<std::string>() >= known_) return;
    const std::string kind = act["act"];
    if (kind == "create") Create(act["site"], act["municipality"]);
    if (kind == "assess") Assess(act);
    if (kind == "dispute") Live(act["site"]).disputed = true;
    if (kind == "split") {
      for (const json& child : act["children"]) {
        Create(child["site"], Live(act["site"]).municipality);
      }
      Live(act["site"]).superseded = true;
    }
    if (kind == "merge") {
      Create(act["into"]["site"], Live(act["sites"][0]).municipality);
      for (const json& site : act["sites"]) Live(site).superseded = true;
    }
  }

  Tally Count() const {
    Tally tally;
    for (const auto& [id, site] : sites_) {
      if (site.superseded) continue;
      if (site.disputed) {
        ++tally.contested;
      } else if (site.parties[0] == "OPEN" && site.parties[1] == "OPEN") {
        ++tally.open;
        tally.municipalities.insert(site.municipality);
      } else {
        EXPECT_EQ(site.parties[0], "CEASED") << id;
        EXPECT_EQ(site.parties[1], "CEASED") << id;
      }
    }
    return tally;
  }

 private:
  void Create(const std::string& id, const std::string& municipality) {
    EXPECT_TRUE(sites_.insert({id, {municipality, {}, false, false}}).second)
        << id;
  }

  // The site, which must exist and not be superseded.
  SiteState& Live(const std::string& id) {
    EXPECT_EQ(sites_.count(id), 1) << id;
    EXPECT_FALSE(sites_[id].superseded) << id;
    return sites_[id];
  }

  void Assess(const json& act) {
    EXPECT_LE(act["valid_from"], act["time"]);
    EXPECT_LE(act["evidence_date"], act["time"]);
    Live(act["site"]).parties[act["party"] == "POLICE"] = act["verdict"];
  }

  const std::string known_;
  std::map<std::string, SiteState> sites_;
};

Tally CountAsKnown(const Loaded& county, const std::string& known) {
  Reader reader(known);
  for (const json& act : county.history) reader.Read(act);
  return reader.Count();
}

// The trend, the reconciliation and the dispute would have nothing to show.
TEST(CountyHistoryTest, TheHistoryLeadsFromTheFirstYearEndToTheSecond) {
  for (const int scale : {1, 3}) {
    TempDir dir;
    const Loaded county = Generate(8, scale, dir);
    std::string last;
    std::map<std::string, int> acts;
    for (const json& act : county.history) {
      EXPECT_LE(last, act["time"]);
      last = act["time"];
      ++acts[act["act"]];
    }
    EXPECT_EQ(acts["create"], 63 * scale);
    EXPECT_EQ(acts["split"], 2 * scale);
    EXPECT_EQ(acts["merge"], 2 * scale);
    EXPECT_EQ(acts["dispute"], scale);

    const Tally first = CountAsKnown(county, "2023-01-01");
    EXPECT_EQ(first.open, 63 * scale);
    EXPECT_EQ(first.municipalities.size(), 13 * scale);
    EXPECT_EQ(first.contested, 0);
    EXPECT_EQ(CountAsKnown(county, "2024-01-01").open, 55 * scale);
    const Tally second = CountAsKnown(county, "2024-02-20");
    EXPECT_EQ(second.open, 53 * scale);
    EXPECT_EQ(second.contested, scale);
    EXPECT_EQ(second.municipalities.size(), 8 * scale);
  }
}

// A successor that lies elsewhere, or an outline that cannot be imported.
TEST(CountyHistoryTest, SuccessorsHaveValidOutlinesWithinTheirParents) {
  TempDir dir;
  const Loaded county = Generate(4, 1, dir);
  std::map<std::string, Shape> shapes;
  const auto add = [&shapes](const json& site) {
    auto geometry = geo::ParseGeometry(site["geometry"], "geometry");
    ASSERT_THAT(geometry, IsOk());
    shapes.emplace(site["site"], Shape(*std::move(geometry)));
  };
  for (const json& act : county.history) {
    if (act["act"] == "create") add(act);
    if (act["act"] == "merge") add(act["into"]);
    if (act["act"] != "split") continue;
    for (const json& child : act["children"]) {
      add(child);
      EXPECT_EQ(geo::Distance(shapes.at(child["site"]), shapes.at(act["site"])),
                Meters(0));
    }
    EXPECT_GT(geo::Distance(shapes.at(act["children"][0]["site"]),
                            shapes.at(act["children"][1]["site"])),
              Meters(0));
  }
  EXPECT_EQ(shapes.size(), 63 + 5 + 2);
}

// Interventions would be refused for want of their site.
TEST(CountyHistoryTest, InterventionsStandOnSitesThatStay) {
  TempDir dir;
  const Loaded county = Generate(2, 1, dir);
  std::set<std::string> staying;
  for (const Feature& site : county.sites) {
    staying.insert(site.properties["id"]);
  }
  for (const json& act : county.history) {
    if (act["act"] == "split") staying.erase(act["site"]);
    if (act["act"] == "merge") {
      for (const json& site : act["sites"]) staying.erase(site);
    }
    if (act["act"] == "assess" && act["verdict"] == "CEASED") {
      staying.erase(act["site"]);
    }
  }
  std::set<std::string> helped;
  for (const json& intervention : county.interventions) {
    EXPECT_EQ(staying.count(intervention["site"]), 1);
    helped.insert(intervention["site"]);
  }
  std::set<std::string> near = NearSchool(county, 500);
  for (const std::string& site : helped) near.erase(site);
  EXPECT_GE(near.size(), 10) << "too few gaps left to show";
}

}  // namespace
}  // namespace lagesbild::county
