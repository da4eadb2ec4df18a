// If these fail, all writes wait while one large site is looked at, or a site
// lies where it did before its municipalities were drawn anew.
#include "services/registry/site_changes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/registry/registry_records.h"
#include "services/registry/test_registry.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::registry {
namespace {

using testing::IsOk;

geo::Geometry Box(double south, double north) {
  const geo::Ring ring = {{south, 18.0},
                          {south, 18.2},
                          {north, 18.2},
                          {north, 18.0},
                          {south, 18.0}};
  return geo::MultiPolygon{{geo::Polygon{ring, {}}}};
}

geo::Geometry Point(double latitude) {
  return geo::Disc{{latitude, 18.1}, geo::Meters(0)};
}

// A municipality, and a site in it that nobody is in the way of.
class SiteChangesTest : public ::testing::Test {
 protected:
  SiteChangesTest() {
    Area area;
    area.kind = AreaKind::kMunicipality;
    area.code = "0180";
    area.id = AreaId(area.kind, area.code);
    area.geometry = Box(59.3, 59.4);
    Apply(AreaKey(area.id), EncodeArea(area, ""), 1);
    Apply(kAreasKey, EncodeAreas(1), 1);
    Site site;
    site.id = "square";
    site.geometry = Point(59.31);
    site.responsible_municipality = site.responsible_police = "0180";
    site.placement.municipality = "0180";
    site.placement.municipalities = {"0180"};
    Apply(SiteKey(site.id), EncodeSite(site, ""), 2);
  }

  void Apply(const std::string& key, const std::string& value,
             ledger::Revision revision) {
    state_.Apply(key, value, revision, act_.now);
  }

  Scene Now() { return {state_, &area_sets_, presenter_, act_}; }

  // A draft of which it is known ahead, rightly or not, where it lies.
  SiteDraft FoundIn(const std::string& code) {
    SiteDraft draft;
    draft.fields = {"geometry"};
    draft.values.geometry = Point(59.35);
    draft.shape.emplace(draft.values.geometry);
    Placement placement;
    placement.municipality = code;
    placement.municipalities = {code};
    draft.placed = Placed{area_sets_.For(state_, act_.today), placement, false};
    return draft;
  }

  static std::string MunicipalityIn(
      const absl::StatusOr<ledger::Transaction>& decided,
      const std::string& id) {
    EXPECT_THAT(decided, IsOk());
    if (!decided.ok()) return "";
    for (const ledger::Write& write : decided->writes) {
      if (write.key != SiteKey(id)) continue;
      return DecodeSite(id, *write.value)->placement.municipality;
    }
    return "";
  }

  base::NullLogger logger_;
  RegistryState state_{&logger_};
  AreaSets area_sets_;
  access::Redactor redactor_;
  Presenter presenter_{"stockholm", &redactor_};
  Act act_{CoordinationCaller(), absl::FromUnixSeconds(1700000000),
           base::Date(2023, 11, 14)};
};

TEST_F(SiteChangesTest, ACreationIsNotPlacedAgain) {
  const Creation creation{"new", FoundIn("9999"), {}};
  EXPECT_EQ(MunicipalityIn(DecideCreate(Now(), creation), "new"), "9999");
}

TEST_F(SiteChangesTest, AnUpdateIsNotPlacedAgain) {
  const Update update{"square", "", FoundIn("9999"), absl::OkStatus(), {}};
  EXPECT_EQ(MunicipalityIn(DecideUpdate(Now(), update), "square"), "9999");
}

TEST_F(SiteChangesTest, WhatWasFoundInOlderAreasIsFoundAgain) {
  const Creation creation{"new", FoundIn("9999"), {}};
  const Update update{"square", "", FoundIn("9999"), absl::OkStatus(), {}};
  Apply(kAreasKey, EncodeAreas(1), 3);
  EXPECT_EQ(MunicipalityIn(DecideCreate(Now(), creation), "new"), "0180");
  EXPECT_EQ(MunicipalityIn(DecideUpdate(Now(), update), "square"), "0180");
}

}  // namespace
}  // namespace lagesbild::registry
