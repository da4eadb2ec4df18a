// If these fail, a file is taken in by half, twice, or in the wrong places.
#include "services/registry/area_import.h"
#include "services/registry/registry_fixture.h"
#include "services/registry/site_import.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;

v1::ImportSitesRequest Import(const std::string& source = "squares") {
  v1::ImportSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_source(source);
  return request;
}

v1::SiteRow* AddRow(v1::ImportSitesRequest* request, const std::string& id,
                    double latitude) {
  v1::SiteRow* row = request->add_rows();
  row->set_external_id(id);
  *row->mutable_site() = SiteOf("Square " + id, PointAt(latitude, 18.1));
  return row;
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

std::vector<std::string> Fields(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const auto& violation : base::DetailOf(status).violations) {
    fields.push_back(violation.field);
  }
  return fields;
}

class ImportTest : public RegistryFixture {};

// A file that is imported again must not double its sites.
TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  AddRow(&file, "b", 59.45);
  AddVerdicts(&file);
  const ledger::Revision before = Head();
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(2, 0, 0, 4));
  EXPECT_EQ(Head(), before + 1) << "one revision";
  clock_.Advance(absl::Hours(48));
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(0, 0, 2, 0));
  EXPECT_EQ(Head(), before + 1);
  EXPECT_THAT(*registry_->List(viewer_, "state = SITE_STATE_OPEN"), SizeIs(2));
}

// A row is the same site for ever, and what it leaves out stays.
TEST_F(ImportTest, AChangedRowUpdatesItsSite) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  AddRow(&file, "b", 59.45);
  ASSERT_THAT(registry_->ImportSites(office_, {file}), IsOk());
  const v1::Site first =
      registry_->List(viewer_, "external_refs.id = \"a\"")->at(0);
  v1::Site change = first;
  change.clear_etag();
  change.set_note("kept");
  ASSERT_THAT(registry_->Update(office_, change, {"note"}), IsOk());
  file.mutable_rows(0)->mutable_site()->set_category("park");
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(0, 1, 1, 0));
  const v1::Site second = *registry_->Get(viewer_, first.name());
  EXPECT_EQ(second.category(), "park");
  EXPECT_EQ(second.note(), "kept");
}

// One who mends a file row by row would run it twenty times.
TEST_F(ImportTest, AllFaultyRowsAreNamedAndNothingIsTaken) {
  v1::ImportSitesRequest first = Import();
  AddRow(&first, "a", 59.31);
  AddRow(&first, "b", 18.1)->mutable_site()->set_note("811218-9876");
  v1::ImportSitesRequest second;
  AddRow(&second, "a", 59.33);
  AddRow(&second, "d", 59.34)->mutable_site()->clear_display_name();
  *AddRow(&second, "e", 59.35)->mutable_site()->mutable_geometry() =
      BoxOf(59.35, 18.1, 59.35, 18.1);
  const ledger::Revision before = Head();
  const auto refused = registry_->ImportSites(office_, {first, second});
  EXPECT_THAT(refused, ErrorIs(absl::StatusCode::kInvalidArgument,
                               base::kPersonalIdentityNumber));
  const auto fields = Fields(refused.status());
  ASSERT_THAT(fields, SizeIs(3));
  EXPECT_EQ(fields[0], "rows[2].site.note");
  EXPECT_EQ(fields[1], "rows[3].external_id");
  EXPECT_THAT(fields[2], HasSubstr("rows[5].site.geometry"));
  EXPECT_EQ(Head(), before);
}

// What only the register can tell is told row by row as well.
TEST_F(ImportTest, RowsOutsideTheRegionAreNamed) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  AddRow(&file, "b", 57.7);
  *AddRow(&file, "c", 0)->mutable_site()->mutable_geometry() =
      PointAt(18.1, 59.35);
  AddRow(&file, "d", 59.34)->mutable_site()->clear_display_name();
  const auto refused = registry_->ImportSites(office_, {file}).status();
  EXPECT_THAT(Fields(refused),
              ElementsAre("rows[2].site.geometry", "rows[3].site.geometry",
                          "rows[4].site.display_name"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("swapped"));
}

// A file of places that are there already would double them.
TEST_F(ImportTest, LikelyDuplicatesAreNamedUnlessAllowed) {
  NewSite(0);
  v1::ImportSitesRequest file = Import();
  *AddRow(&file, "a", 0)->mutable_site()->mutable_geometry() =
      PointAt(59.3101, 18.05);
  AddRow(&file, "b", 59.35);
  AddRow(&file, "c", 59.351);
  const auto refused = registry_->ImportSites(office_, {file}).status();
  EXPECT_THAT(refused, ErrorIs(absl::StatusCode::kAlreadyExists,
                               base::kLikelyDuplicate));
  EXPECT_THAT(Fields(refused),
              ElementsAre("rows[1].site.geometry", "rows[3].site.geometry"));
  EXPECT_EQ(base::DetailOf(refused).metadata["rows"], "2");
  file.set_allow_duplicates(true);
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(3, 0, 0, 0));
  file.set_allow_duplicates(false);
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(0, 0, 3, 0));
}

// Whoever took the name first would have the file's rows written over its site.
TEST_F(ImportTest, ASiteOfTheRowsNameIsNotTakenForTheRows) {
  const std::string id = ImportedSiteId("squares", "b");
  ASSERT_OK_AND_ASSIGN(
      const auto squatter,
      registry_->Create(police_, SiteOf("Other", PointAt(59.35, 18.1)), id));
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  AddRow(&file, "b", 59.33);
  const ledger::Revision before = Head();
  const auto refused = registry_->ImportSites(office_, {file}).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Fields(refused), ElementsAre("rows[2].external_id"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(squatter.name()));
  EXPECT_EQ(Head(), before);
}

// Verdicts that anybody could import would speak for others.
TEST_F(ImportTest, OnlyTheOfficeImportsVerdicts) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  EXPECT_THAT(Counts(registry_->ImportSites(police_, {file})),
              ElementsAre(1, 0, 0, 0));
  AddVerdicts(&file);
  EXPECT_THAT(registry_->ImportSites(police_, {file}),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(0, 1, 0, 2));
}

// A file with a row elsewhere must not be taken from an agency without it.
TEST_F(ImportTest, EveryRowMustLieInTheAgencysAreas) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  AddRow(&file, "b", 59.45);
  EXPECT_THAT(registry_->ImportSites(police_, {file}),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(ImportTest, ADryRunCountsAndWritesNothing) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  file.set_validate_only(true);
  const ledger::Revision before = Head();
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(1, 0, 0, 0));
  EXPECT_EQ(Head(), before);
}

// A repeat after a lost answer must tell what was done, not that nothing is.
TEST_F(ImportTest, ARepeatedRequestGetsTheFirstCounts) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  file.set_request_id("once");
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(1, 0, 0, 0));
  v1::ImportSitesRequest other = Import();
  AddRow(&other, "b", 59.33);
  ASSERT_THAT(registry_->ImportSites(office_, {other}), IsOk());
  EXPECT_THAT(Counts(registry_->ImportSites(office_, {file})),
              ElementsAre(1, 0, 0, 0));
  AddRow(&file, "c", 59.35);
  EXPECT_THAT(
      registry_->ImportSites(office_, {file}),
      ErrorIs(absl::StatusCode::kInvalidArgument, base::kRequestIdReused));
}

// A stream that was cut short must not pass for a whole file.
TEST_F(ImportTest, AnImportCutShortIsRefused) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  file.set_expected_rows(2);
  EXPECT_THAT(Fields(registry_->ImportSites(office_, {file}).status()),
              ElementsAre("expected_rows"));
  EXPECT_THAT(registry_->ImportSites(office_, {}),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
}

// As above: without the number nobody can tell.
TEST_F(ImportTest, AnImportThatDoesNotSayHowLongItIsIsRefused) {
  v1::ImportSitesRequest file = Import();
  AddRow(&file, "a", 59.31);
  const auto sites = registry_->Upload<v1::ImportSitesResponse>(
      office_, &v1::SiteRegistry::Stub::ImportSites, std::vector{file});
  EXPECT_THAT(Fields(sites.status()), ElementsAre("expected_rows"));
  v1::ImportAreasRequest areas;
  areas.set_parent(kTestRegion);
  *areas.add_areas() =
      AreaOf(v1::AREA_KIND_DISTRICT, "far", BoxOf(59.49, 18.0, 59.5, 18.1));
  const auto imported = registry_->Upload<v1::ImportAreasResponse>(
      office_, &v1::SiteRegistry::Stub::ImportAreas, std::vector{areas});
  EXPECT_THAT(Fields(imported.status()), ElementsAre("expected_rows"));
}

class AreaImportTest : public RegistryFixture {
 protected:
  absl::StatusOr<v1::ImportAreasResponse> Import(
      const std::vector<v1::Area>& areas) {
    v1::ImportAreasRequest request;
    request.set_parent(kTestRegion);
    for (const auto& area : areas) *request.add_areas() = area;
    return registry_->ImportAreas(office_, {request});
  }
};

TEST_F(AreaImportTest, TheSameAreasAgainChangeNothing) {
  const ledger::Revision before = Head();
  registry_->ImportTwoMunicipalities();
  EXPECT_EQ(Head(), before);
  v1::ListAreasRequest request;
  request.set_parent(kTestRegion);
  request.set_filter("code = \"0184\"");
  ASSERT_OK_AND_ASSIGN(
      const auto page,
      registry_->Call(viewer_, &v1::SiteRegistry::Stub::ListAreas, request));
  ASSERT_THAT(page.areas(), SizeIs(1));
  EXPECT_EQ(page.areas(0).name(), "regions/stockholm/areas/municipality-0184");
}

// Areas that come after the sites must be known to them as well.
TEST_F(AreaImportTest, SitesFollowNewAreas) {
  const v1::Site site = NewSite(1);
  ASSERT_OK_AND_ASSIGN(const auto imported,
                       Import({AreaOf(v1::AREA_KIND_DISTRICT, "Söder",
                                      BoxOf(59.3, 18.0, 59.33, 18.2)),
                               AreaOf(v1::AREA_KIND_POLICE_AREA, "lpo-1",
                                      BoxOf(59.3, 18.0, 59.33, 18.2))}));
  EXPECT_EQ(imported.created(), 2);
  const v1::Site placed = *registry_->Get(viewer_, site.name());
  EXPECT_THAT(placed.districts(), ElementsAre("Söder"));
  EXPECT_THAT(placed.police_areas(), ElementsAre("lpo-1"));
  EXPECT_EQ(registry_->revision(), Head());
}

TEST_F(AreaImportTest, FaultyAreasAreNamed) {
  v1::Area bad =
      AreaOf(v1::AREA_KIND_MUNICIPALITY, "180", PointAt(59.35, 18.1));
  bad.set_valid_from("2024-01-01");
  bad.set_valid_to("2023-01-01");
  v1::Area kindless =
      AreaOf(v1::AREA_KIND_UNSPECIFIED, "0186", BoxOf(59.3, 18.0, 59.33, 18.2));
  EXPECT_THAT(Fields(Import({bad, kindless}).status()),
              ElementsAre("areas[1].code", "areas[1].valid_to",
                          "areas[1].geometry", "areas[2].kind"));
}

TEST_F(AreaImportTest, AnEmptyOrEndlessImportIsRefused) {
  EXPECT_THAT(registry_->ImportAreas(office_, {}),
              ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField));
  EXPECT_THAT(Import(std::vector<v1::Area>(kMaxAreas + 1)),
              ErrorIs(absl::StatusCode::kResourceExhausted, "LIMIT_PASSED"));
}

}  // namespace
}  // namespace lagesbild::registry
