// If these fail, a figure is of another day, or of another set of places, than
// it says.
#include <algorithm>
#include <cmath>

#include "services/registry/registry_fixture.h"
#include "services/registry/registry_records.h"

namespace lagesbild::registry {
namespace {

using ::testing::ElementsAre;
using testing::ErrorIs;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;
using testing::StatusIs;
using Stub = v1::SiteRegistry::Stub;

class ReadsTest : public RegistryFixture {
 protected:
  v1::Site AssessedOpen(int number) {
    const v1::Site site = NewSite(number);
    EXPECT_THAT(registry_->Assess(municipality_, site.name(),
                                  VerdictOf(v1::PARTY_UNSPECIFIED,
                                            v1::VERDICT_OPEN, "2023-10-01")),
                IsOk());
    const auto open = registry_->Assess(
        police_, site.name(),
        VerdictOf(v1::PARTY_UNSPECIFIED, v1::VERDICT_OPEN, "2023-10-02"));
    EXPECT_THAT(open, IsOk());
    return *open;
  }

  absl::StatusOr<v1::ListSitesResponse> Page(int size,
                                             const std::string& token = "") {
    v1::ListSitesRequest request;
    request.set_parent(kTestRegion);
    request.set_page_size(size);
    request.set_page_token(token);
    return registry_->Call(viewer_, &Stub::ListSites, request);
  }

  absl::StatusOr<v1::Site> GetAsOf(const std::string& name,
                                   const access::v1::AsOf& as_of) {
    v1::GetSiteRequest request;
    request.set_name(name);
    *request.mutable_as_of() = as_of;
    return registry_->Call(viewer_, &Stub::GetSite, request);
  }
};

// Both "63" and "53" are the 2023 figure: every read is asked with both times.
TEST_F(ReadsTest, ReadsAreOfARecordedTimeAndAValidDate) {
  const v1::Site open = AssessedOpen(1);
  const ledger::Revision before = Head();
  const absl::Time then = clock_.Now();
  clock_.Advance(absl::Hours(24));
  for (const auto& caller : {municipality_, police_}) {
    ASSERT_THAT(registry_->Assess(caller, open.name(),
                                  VerdictOf(v1::PARTY_UNSPECIFIED,
                                            v1::VERDICT_CEASED, "2023-11-01")),
                IsOk());
  }
  access::v1::AsOf as_of;
  EXPECT_EQ(GetAsOf(open.name(), as_of)->state(), v1::SITE_STATE_CEASED);
  as_of.set_valid_date("2023-10-31");
  EXPECT_EQ(GetAsOf(open.name(), as_of)->state(), v1::SITE_STATE_OPEN);
  as_of.set_revision(before);
  as_of.set_valid_date("2023-11-14");
  EXPECT_EQ(GetAsOf(open.name(), as_of)->state(), v1::SITE_STATE_OPEN);
  as_of.clear_revision();
  as_of.clear_valid_date();
  as_of.set_recorded_time(
      absl::FormatTime(absl::RFC3339_full, then, absl::UTCTimeZone()));
  EXPECT_EQ(GetAsOf(open.name(), as_of)->state(), v1::SITE_STATE_OPEN);
  as_of.set_revision(1);
  EXPECT_THAT(GetAsOf(open.name(), as_of),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// On a day before anybody knew of it, a place is not part of the picture.
TEST_F(ReadsTest, AListOfADayHoldsWhatWasKnownOfThatDay) {
  AssessedOpen(1);
  NewSite(3);
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  request.mutable_as_of()->set_valid_date("2023-10-15");
  ASSERT_OK_AND_ASSIGN(auto page,
                       registry_->Call(viewer_, &Stub::ListSites, request));
  EXPECT_THAT(page.sites(), SizeIs(1));
  request.mutable_as_of()->set_valid_date("2023-09-15");
  ASSERT_OK_AND_ASSIGN(page,
                       registry_->Call(viewer_, &Stub::ListSites, request));
  EXPECT_THAT(page.sites(), IsEmpty());
}

// A page of another version than the one before holds a site twice, or leaves
// one out.
TEST_F(ReadsTest, AllPagesShowTheVersionOfTheFirst) {
  for (int i = 0; i < 4; ++i) NewSite(i);
  ASSERT_OK_AND_ASSIGN(const auto before, Page(4));
  ASSERT_OK_AND_ASSIGN(const auto first, Page(2));
  v1::UpdateSiteRequest update;
  update.mutable_site()->set_name(before.sites(3).name());
  update.mutable_site()->set_display_name("Renamed");
  update.mutable_update_mask()->add_paths("display_name");
  ASSERT_THAT(registry_->Call(office_, &Stub::UpdateSite, update), IsOk());
  NewSite(5);
  ASSERT_OK_AND_ASSIGN(const auto second, Page(2, first.next_page_token()));
  ASSERT_THAT(second.sites(), SizeIs(2));
  EXPECT_EQ(second.next_page_token(), "");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(second.sites(i).SerializeAsString(),
              before.sites(2 + i).SerializeAsString());
  }
}

// What was ordered erased must not come back on a page of a listing that began
// before, nor must it break the listing.
TEST_F(ReadsTest, PagesGoOnWithoutWhatWasErased) {
  for (int i = 0; i < 4; ++i) NewSite(i);
  ASSERT_OK_AND_ASSIGN(const auto before, Page(4));
  ASSERT_OK_AND_ASSIGN(const auto first, Page(2));
  const std::string erased = before.sites(2).name();
  const std::string id = erased.substr(erased.rfind('/') + 1);
  ASSERT_THAT(ledger_->Erase({SiteKey(id), {}, "decision 1"}), IsOk());
  Start();
  ASSERT_OK_AND_ASSIGN(const auto second, Page(2, first.next_page_token()));
  ASSERT_THAT(second.sites(), SizeIs(1));
  EXPECT_EQ(second.sites(0).SerializeAsString(),
            before.sites(3).SerializeAsString());
}

// A client that asks right after a write must not be told of the past.
TEST_F(ReadsTest, AnswersSayHowFarTheyReach) {
  NewSite(1);
  EXPECT_EQ(registry_->revision(), Head());
  const std::string token = registry_->token();
  grpc::ClientContext context;
  rpc::SetCaller(viewer_, absl::Seconds(30), &context);
  rpc::SetConsistencyToken(token, &context);
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  v1::ListSitesResponse response;
  EXPECT_THAT(
      rpc::FromGrpc(registry_->stub()->ListSites(&context, request, &response)),
      IsOk());
  EXPECT_THAT(response.sites(), SizeIs(1));
}

// A long list must come whole over its pages, each site once.
TEST_F(ReadsTest, PagesTogetherHoldEverySiteOnce) {
  for (int i = 0; i < 7; ++i) NewSite(i);
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_page_size(3);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         registry_->Call(viewer_, &Stub::ListSites, request));
    EXPECT_LE(page.sites_size(), 3);
    for (const auto& site : page.sites()) names.push_back(site.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, SizeIs(7));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  request.set_page_size(-1);
  EXPECT_THAT(registry_->Call(viewer_, &Stub::ListSites, request),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// An outline of very many positions, some 60 m across.
geo::v1::Geometry FineOutline(double latitude, double longitude) {
  constexpr int kPositions = 15'000;
  constexpr double kRadius = 0.0005;
  geo::v1::Geometry geometry;
  auto* ring = geometry.mutable_area()->add_polygons()->add_rings();
  for (int i = 0; i <= kPositions; ++i) {
    const double angle = 2 * M_PI * (i % kPositions) / kPositions;
    auto* position = ring->add_positions();
    position->set_latitude(latitude + kRadius * std::sin(angle));
    position->set_longitude(longitude + kRadius * std::cos(angle));
  }
  return geometry;
}

// Clients take messages of 4 MiB: a few large outlines must not make a list
// that nobody can read.
TEST_F(ReadsTest, LargeSitesMakeShortPages) {
  constexpr int kSites = 8;
  for (int i = 0; i < kSites; ++i) {
    ASSERT_THAT(registry_->Create(
                    police_, SiteOf(absl::StrCat("Site ", i),
                                    FineOutline(59.31 + 0.005 * i, 18.05))),
                IsOk());
  }
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_page_size(1000);
  int sites = 0;
  int pages = 0;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page,
                         registry_->Call(viewer_, &Stub::ListSites, request));
    EXPECT_LT(page.ByteSizeLong(), 3u << 20);
    ++pages;
    sites += page.sites_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(sites, kSites);
  EXPECT_EQ(pages, 2);
}

// One that turns the pages while others write would see a site twice, or never.
TEST_F(ReadsTest, WhatComesBetweenTwoPagesIsInNoneOfThem) {
  for (const char* id : {"b", "d", "f"}) {
    ASSERT_THAT(registry_->Create(
                    police_,
                    SiteOf(id, PointAt(59.31, 18.01 + 0.02 * (*id - 'a'))), id),
                IsOk());
  }
  v1::ListSitesRequest request;
  request.set_parent(kTestRegion);
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(auto page,
                       registry_->Call(viewer_, &Stub::ListSites, request));
  for (const char* id : {"a", "e"}) {
    ASSERT_THAT(registry_->Create(
                    police_,
                    SiteOf(id, PointAt(59.31, 18.01 + 0.02 * (*id - 'a'))), id),
                IsOk());
  }
  std::vector<std::string> names;
  request.set_page_token(page.next_page_token());
  ASSERT_OK_AND_ASSIGN(page,
                       registry_->Call(viewer_, &Stub::ListSites, request));
  for (const auto& site : page.sites()) names.push_back(site.display_name());
  EXPECT_THAT(names, ElementsAre("f"));
  EXPECT_EQ(page.next_page_token(), "");
}

// A filter that lets others through makes wrong counts.
TEST_F(ReadsTest, FiltersChooseByStateAndPlace) {
  AssessedOpen(1);
  NewSite(3);
  EXPECT_THAT(*registry_->List(viewer_,
                               "state = SITE_STATE_OPEN AND "
                               "municipality = \"0180\""),
              SizeIs(1));
  EXPECT_THAT(*registry_->List(viewer_, "municipality = \"0184\""), IsEmpty());
  EXPECT_THAT(registry_->List(viewer_, "nonsense = 1"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ReadsTest, AnUnknownSiteIsNotFound) {
  EXPECT_THAT(registry_->Get(viewer_, "regions/stockholm/sites/none"),
              ErrorIs(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(registry_->Get(viewer_, "regions/elsewhere/sites/none"),
              ErrorIs(absl::StatusCode::kNotFound, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(registry_->Get(viewer_, "sites/none"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lagesbild::registry
