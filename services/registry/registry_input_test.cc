// If these fail, wrong places and persons' numbers get into the register.
#include "services/registry/registry_fixture.h"

namespace lagesbild::registry {
namespace {

using testing::ErrorIs;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::StatusIs;

std::string FieldOf(const absl::Status& status) {
  const auto detail = base::DetailOf(status);
  return detail.violations.empty() ? "" : detail.violations[0].field;
}

class InputTest : public RegistryFixture {};

struct BadSite {
  std::string name;
  std::function<void(v1::Site*)> spoil;
  std::string field;
  std::string says;
};

class BadInputTest : public RegistryFixture,
                     public ::testing::WithParamInterface<BadSite> {};

// Bad input that gets in is counted and cannot be told from the truth later.
TEST_P(BadInputTest, IsRefusedNamingTheField) {
  v1::Site site = SiteOf("Square", PointAt(59.35, 18.1));
  GetParam().spoil(&site);
  const auto refused = registry_->Create(municipality_, site).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FieldOf(refused), ::testing::StartsWith(GetParam().field));
  EXPECT_THAT(std::string(refused.message()), HasSubstr(GetParam().says));
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("811218")));
}

geo::v1::Geometry OpenRing() {
  geo::v1::Geometry geometry = BoxOf(59.35, 18.1, 59.351, 18.101);
  geometry.mutable_area()
      ->mutable_polygons(0)
      ->mutable_rings(0)
      ->mutable_positions()
      ->RemoveLast();
  return geometry;
}

geo::v1::Geometry BowTie() {
  geo::v1::Geometry geometry = BoxOf(59.35, 18.1, 59.352, 18.102);
  auto* ring = geometry.mutable_area()->mutable_polygons(0)->mutable_rings(0);
  ring->mutable_positions(1)->set_latitude(59.352);
  ring->mutable_positions(2)->set_longitude(18.1);
  ring->mutable_positions(3)->set_latitude(59.35);
  ring->mutable_positions(3)->set_longitude(18.101);
  return geometry;
}

geo::v1::Geometry TooManyVertices() {
  geo::v1::Geometry geometry = BoxOf(59.35, 18.1, 59.351, 18.101);
  auto* ring = geometry.mutable_area()->mutable_polygons(0)->mutable_rings(0);
  for (int i = 0; i <= kMaxSiteVertices; ++i) *ring->add_positions() = {};
  return geometry;
}

const BadSite kBadSites[] = {
    {"NoName", [](v1::Site* s) { s->clear_display_name(); },
     "site.display_name", "required"},
    {"NoGeometry", [](v1::Site* s) { s->clear_geometry(); }, "site.geometry",
     "required"},
    {"OpenRing", [](v1::Site* s) { *s->mutable_geometry() = OpenRing(); },
     "site.geometry", "open"},
    {"CrossingRing", [](v1::Site* s) { *s->mutable_geometry() = BowTie(); },
     "site.geometry", "cross"},
    {"ManyVertices",
     [](v1::Site* s) { *s->mutable_geometry() = TooManyVertices(); },
     "site.geometry", "at most"},
    {"Huge",
     [](v1::Site* s) { *s->mutable_geometry() = BoxOf(50, 10, 60, 20); },
     "site.geometry", "too large"},
    {"Outside",
     [](v1::Site* s) { *s->mutable_geometry() = PointAt(57.7, 11.97); },
     "site.geometry", "outside the region"},
    {"Swapped",
     [](v1::Site* s) { *s->mutable_geometry() = PointAt(18.1, 59.35); },
     "site.geometry", "swapped"},
    {"NoPosition",
     [](v1::Site* s) { *s->mutable_geometry() = PointAt(95, 18); },
     "site.geometry", "latitude"},
    {"LongName",
     [](v1::Site* s) { s->set_display_name(std::string(201, 'x')); },
     "site.display_name", "longer"},
    {"ControlCharacter", [](v1::Site* s) { s->set_display_name("a\x01b"); },
     "site.display_name", "control"},
    {"PersonInNote", [](v1::Site* s) { s->set_note("seen: 811218-9876"); },
     "site.note", "personal identity number"},
    {"PersonInName", [](v1::Site* s) { s->set_display_name("19811218-9876"); },
     "site.display_name", "personal identity number"},
    {"BadDate", [](v1::Site* s) { s->set_established_since("2023-02-30"); },
     "site.established_since", "date"},
    {"FutureDate", [](v1::Site* s) { s->set_established_since("2023-11-16"); },
     "site.established_since", "future"},
    {"StrangeResponsible",
     [](v1::Site* s) { s->set_responsible_municipality("0184"); },
     "site.responsible_municipality", "no area"},
};

INSTANTIATE_TEST_SUITE_P(All, BadInputTest, ::testing::ValuesIn(kBadSites),
                         [](const auto& info) { return info.param.name; });

TEST_F(InputTest, PersonalNumbersHaveTheirOwnReason) {
  v1::Site site = SiteOf("Square", PointAt(59.35, 18.1));
  site.set_note("811218-9876");
  EXPECT_THAT(registry_->Create(municipality_, site),
              ErrorIs(absl::StatusCode::kInvalidArgument,
                      base::kPersonalIdentityNumber));
}

// Evidence from the future or without a date cannot be weighed.
TEST_F(InputTest, BadVerdictsAreRefusedNamingTheField) {
  const v1::Site site = NewSite(1);
  const auto assess = [&](const v1::Assessment& assessment) {
    return FieldOf(
        registry_->Assess(municipality_, site.name(), assessment).status());
  };
  EXPECT_EQ(assess(VerdictOf(v1::PARTY_UNSPECIFIED, v1::VERDICT_UNSPECIFIED,
                             "2023-10-01")),
            "assessment.verdict");
  v1::Assessment future =
      VerdictOf(v1::PARTY_UNSPECIFIED, v1::VERDICT_OPEN, "2023-10-01");
  future.set_evidence_date("2023-11-20");
  EXPECT_EQ(assess(future), "assessment.evidence_date");
  future.set_evidence_date("yesterday");
  EXPECT_EQ(assess(future), "assessment.evidence_date");
  future.set_evidence_date("2023-10-01");
  future.set_valid_from("");
  EXPECT_EQ(assess(future), "assessment.valid_from");
}

}  // namespace
}  // namespace lagesbild::registry
