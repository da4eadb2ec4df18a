// If this fails, the register does not hold the real county.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "lib/geo/geojson.h"
#include "lib/input/geometry.h"
#include "services/registry/registry_fixture.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::IsOk;
using ::testing::SizeIs;

v1::ImportSitesRequest Import(const std::string& source) {
  v1::ImportSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_source(source);
  return request;
}

void AddVerdicts(v1::ImportSitesRequest* request) {
  for (v1::SiteRow& row : *request->mutable_rows()) {
    for (const auto party : {v1::PARTY_MUNICIPALITY, v1::PARTY_POLICE}) {
      *row.add_assessments() = VerdictOf(party, v1::VERDICT_OPEN, "2023-10-01");
    }
  }
}

std::vector<int> Counts(const absl::StatusOr<v1::ImportSitesResponse>& got) {
  EXPECT_THAT(got, IsOk());
  if (!got.ok()) return {};
  return {got->created(), got->updated(), got->unchanged(), got->assessments()};
}

// The real county: what the suite is for must work on it.
class RealDataTest : public RegistryFixture {
 protected:
  void SetUp() override { Start(); }

  static std::string Read(const std::string& file) {
    const char* source = std::getenv("LAGESBILD_SOURCE_DIR");
    std::ifstream in(std::string(source == nullptr ? "." : source) +
                     "/../shared/data/" + file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  std::vector<geo::Feature> Features(const std::string& file) {
    auto features = geo::ParseFeatureCollection(Read(file));
    EXPECT_THAT(features, IsOk());
    return features.ok() ? *features : std::vector<geo::Feature>();
  }

  void ImportMunicipalities() {
    v1::ImportAreasRequest request;
    request.set_parent(kTestRegion);
    for (const auto& f : Features("kommuner_stockholm_county.geojson")) {
      v1::Area* area = request.add_areas();
      area->set_kind(v1::AREA_KIND_MUNICIPALITY);
      area->set_code(f.properties["code"]);
      area->set_display_name(f.properties["name"]);
      input::WriteGeometry(f.geometry, area->mutable_geometry());
    }
    ASSERT_OK_AND_ASSIGN(const auto imported,
                         registry_->ImportAreas(office_, {request}));
    EXPECT_EQ(imported.created(), 26);
  }

  v1::ImportSitesRequest Rows(const std::string& file, const char* id,
                              const char* name) {
    v1::ImportSitesRequest request = Import(file);
    request.set_allow_duplicates(true);
    for (const auto& f : Features(file)) {
      if (f.properties.value("region", "Stockholm") != "Stockholm") continue;
      v1::SiteRow* row = request.add_rows();
      row->set_external_id(f.properties[id]);
      row->mutable_site()->set_display_name(f.properties[name]);
      input::WriteGeometry(f.geometry, row->mutable_site()->mutable_geometry());
    }
    return request;
  }
};

TEST_F(RealDataTest, TheCountysSquaresAndPoliceAreasAreImported) {
  if (Read("kommuner_stockholm_county.geojson").empty()) {
    GTEST_SKIP() << "../shared/data is not beside the checkout";
  }
  ImportMunicipalities();
  v1::ImportSitesRequest squares =
      Rows("squares_and_centres_candidates.geojson", "id", "name");
  AddVerdicts(&squares);
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {squares})),
              ElementsAre(467, 0, 0, 934));
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {squares})),
              ElementsAre(0, 0, 467, 0));
  std::map<std::string, std::string> municipality_of;
  ASSERT_OK_AND_ASSIGN(const auto open,
                       registry_->List(viewer_, "state = SITE_STATE_OPEN"));
  for (const v1::Site& site : open) {
    municipality_of[site.external_refs(0).id()] = site.municipality();
  }
  EXPECT_THAT(municipality_of, SizeIs(467));
  for (const auto& feature :
       Features("squares_and_centres_candidates.geojson")) {
    const std::string id = feature.properties["id"];
    EXPECT_EQ(municipality_of[id],
              feature.properties["kommun"].get<std::string>())
        << id;
  }
  EXPECT_THAT(Counts(registry_->ImportSites(
                  office_, {Rows("utsatta_omraden_2023_sweden.geojson", "namn",
                                 "namn")})),
              ElementsAre(26, 0, 0, 0));
}

}  // namespace
}  // namespace lagesbild::registry
