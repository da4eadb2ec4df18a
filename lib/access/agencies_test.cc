#include "lib/access/agencies.h"

#include "tests/testing/status_matchers.h"

// If these fail, a credential is taken for another agency's, or a mistake in
// the agencies file is only found when someone is shut out.

namespace lagesbild::access {
namespace {

using lagesbild::testing::ErrorIs;
using lagesbild::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFile[] = R"(
  agencies {
    id: "police-a" kind: AGENCY_KIND_POLICE display_name: "Police A"
    areas: "0180" org_number: "202100-0076" authority: "Polismyndigheten"
    roles: ROLE_VIEWER roles: ROLE_REPORTER
    certificate_uris: "spiffe://police.example/lagesbild"
  }
  agencies {
    id: "town-b" kind: AGENCY_KIND_MUNICIPALITY display_name: "Town B"
    areas: "0181" areas: "0182" roles: ROLE_VIEWER
  }
)";

TEST(AgenciesTest, FindsByIdAndByCertificate) {
  ASSERT_OK_AND_ASSIGN(const Agencies agencies, Agencies::Parse(kFile));
  ASSERT_NE(agencies.Find("town-b"), nullptr);
  EXPECT_EQ(agencies.Find("town-b")->display_name(), "Town B");
  EXPECT_EQ(agencies.Find("town"), nullptr);
  EXPECT_EQ(agencies.Find(""), nullptr);
  const auto* police =
      agencies.FindByCertificate("spiffe://police.example/lagesbild");
  ASSERT_NE(police, nullptr);
  EXPECT_EQ(police->id(), "police-a");
  EXPECT_EQ(agencies.FindByCertificate(""), nullptr);
}

TEST(AgenciesTest, ACallerIsWhatTheFileSays) {
  ASSERT_OK_AND_ASSIGN(const Agencies agencies, Agencies::Parse(kFile));
  ASSERT_OK_AND_ASSIGN(const v1::Caller caller,
                       agencies.CallerFor("town-b", {}, "duty-officer"));
  EXPECT_EQ(caller.agency(), "town-b");
  EXPECT_EQ(caller.kind(), v1::AGENCY_KIND_MUNICIPALITY);
  EXPECT_THAT(caller.areas(), ElementsAre("0181", "0182"));
  EXPECT_THAT(caller.roles(), ElementsAre(v1::ROLE_VIEWER));
  EXPECT_EQ(caller.subject(), "duty-officer");
  EXPECT_EQ(caller.suite_member(), "");
}

TEST(AgenciesTest, ATokenNarrowsRolesAndNeverAdds) {
  ASSERT_OK_AND_ASSIGN(const Agencies agencies, Agencies::Parse(kFile));
  const auto roles = [&](const std::vector<std::string>& names) {
    return agencies.CallerFor("police-a", names, "x")->roles();
  };
  EXPECT_THAT(roles({}), ElementsAre(v1::ROLE_VIEWER, v1::ROLE_REPORTER));
  EXPECT_THAT(roles({"REPORTER"}), ElementsAre(v1::ROLE_REPORTER));
  EXPECT_THAT(roles({"ROLE_VIEWER", "ADMIN"}), ElementsAre(v1::ROLE_VIEWER));
  EXPECT_THAT(roles({"ADMIN"}), IsEmpty());
  EXPECT_THAT(roles({"nonsense"}), IsEmpty());
  EXPECT_THAT(roles({"UNSPECIFIED"}), IsEmpty());
}

TEST(AgenciesTest, AnUnknownAgencyIsRefused) {
  ASSERT_OK_AND_ASSIGN(const Agencies agencies, Agencies::Parse(kFile));
  EXPECT_THAT(agencies.CallerFor("nobody", {}, "x"),
              ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed));
}

// A whole agency with one part replaced.
std::string Agency(const std::string& from, const std::string& to) {
  std::string text =
      "agencies { id: 'a' kind: AGENCY_KIND_POLICE display_name: 'A' "
      "areas: '0180' roles: ROLE_VIEWER }";
  const size_t at = text.find(from);
  return text.replace(at, from.size(), to);
}

TEST(AgenciesTest, FaultsAreNamed) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {Agency("id: 'a'", "id: 'A b'"), "the id must be"},
      {Agency("id: 'a'", ""), "the id must be"},
      {Agency("kind: AGENCY_KIND_POLICE", ""), "has no kind"},
      {Agency("display_name: 'A'", ""), "has no display name"},
      {Agency("roles: ROLE_VIEWER", ""), "has no role"},
      {Agency("ROLE_VIEWER", "ROLE_UNSPECIFIED"), "an unspecified role"},
      {Agency("areas: '0180'", "areas: ''"), "without a code"},
      {Agency("areas: '0180'", "areas: '1' areas: '1'"), "area 1 twice"},
      {Agency("areas: '0180'", "org_number: '202100-0077'"), "organisation"},
      {Agency("areas: '0180'", "org_number: '2021000076'"), "organisation"},
      {Agency("", "") + Agency("", ""), "twice"},
      {Agency("areas: '0180'", "certificate_uris: ''"), "empty certificate"},
      {Agency("areas: '0180'", "certificate_uris: 'u' certificate_uris: 'u'"),
       "is taken"},
      {"agencies { id: 7 }", "line 1, column "},
  };
  for (const auto& [text, expected] : faults) {
    const auto agencies = Agencies::Parse(text);
    EXPECT_THAT(agencies, StatusIs(absl::StatusCode::kInvalidArgument)) << text;
    EXPECT_THAT(agencies.status().message(), HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace lagesbild::access
