#include "lib/access/policy.h"

#include "lib/access/caller.h"
#include "lib/access/testdata/shapes.pb.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

// If these fail, an agency does what nobody allowed it to do.

namespace lagesbild::access {
namespace {

using lagesbild::testing::ErrorIs;
using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kGet[] = "lagesbild.access.testing.Records/GetRecord";
constexpr char kCreate[] = "lagesbild.access.testing.Records/CreateRecord";
constexpr char kPurge[] = "lagesbild.access.testing.Records/PurgeRecord";

const google::protobuf::ServiceDescriptor* Records() {
  return testing::Record::descriptor()->file()->service(0);
}

v1::Caller With(v1::AgencyKind kind, const std::vector<v1::Role>& roles) {
  v1::Caller caller;
  caller.set_agency("a");
  caller.set_kind(kind);
  for (const v1::Role role : roles) caller.add_roles(role);
  return caller;
}

absl::StatusOr<Policy> Parse(absl::string_view text) {
  return Policy::Parse(text, {Records()});
}

constexpr char kPolicy[] = R"(
  rules { roles: ROLE_VIEWER any_kind: true
          methods: "lagesbild.access.testing.Records/*" }
  rules { roles: ROLE_REPORTER kinds: AGENCY_KIND_POLICE
          methods: "lagesbild.access.testing.Records/CreateRecord" }
)";

const auto kDenied = [] {
  return ErrorIs(absl::StatusCode::kPermissionDenied, base::kNotAllowed);
};

TEST(PolicyTest, WhatNoLineAllowsIsRefused) {
  ASSERT_OK_AND_ASSIGN(const Policy empty, Parse(""));
  for (int kind = 0; kind <= v1::AgencyKind_MAX; ++kind) {
    const v1::Caller all =
        With(static_cast<v1::AgencyKind>(kind),
             {v1::ROLE_VIEWER, v1::ROLE_REPORTER, v1::ROLE_COORDINATOR,
              v1::ROLE_AUDITOR, v1::ROLE_ADMIN});
    for (const char* method : {kGet, kCreate, kPurge, "", "/", "no.such/One"}) {
      EXPECT_THAT(empty.Check(method, all), kDenied());
    }
  }
}

TEST(PolicyTest, ContractAndFileMustAllowTheSameRole) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, Parse(kPolicy));
  const auto police = v1::AGENCY_KIND_POLICE;
  EXPECT_THAT(policy.Check(kGet, With(police, {v1::ROLE_VIEWER})), IsOk());
  EXPECT_THAT(policy.Check(kCreate, With(police, {v1::ROLE_REPORTER})), IsOk());
  // The file gives VIEWER every method, the contract gives it one.
  EXPECT_THAT(policy.Check(kCreate, With(police, {v1::ROLE_VIEWER})),
              kDenied());
  // The contract lets ADMIN create, the file does not.
  EXPECT_THAT(policy.Check(kCreate, With(police, {v1::ROLE_ADMIN})), kDenied());
  // A role does not include another.
  EXPECT_THAT(policy.Check(kGet, With(police, {v1::ROLE_ADMIN})), kDenied());
}

TEST(PolicyTest, ALineIsForItsKindsAlone) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, Parse(kPolicy));
  const auto town = v1::AGENCY_KIND_MUNICIPALITY;
  EXPECT_THAT(policy.Check(kGet, With(town, {v1::ROLE_VIEWER})), IsOk());
  EXPECT_THAT(policy.Check(kCreate, With(town, {v1::ROLE_REPORTER})),
              kDenied());
}

TEST(PolicyTest, AnonymousAndSuiteCallersAreNotOutsideCallers) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, Parse(kPolicy));
  EXPECT_THAT(policy.Check(kGet, v1::Caller()), kDenied());
  EXPECT_THAT(
      policy.Check(kGet, With(v1::AGENCY_KIND_UNSPECIFIED, {v1::ROLE_VIEWER})),
      kDenied());
  EXPECT_THAT(policy.Check(kGet, SuiteMember("registry")), kDenied());
}

TEST(PolicyTest, TakesTheMethodAsTheWireWritesIt) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, Parse(kPolicy));
  const v1::Caller viewer = With(v1::AGENCY_KIND_POLICE, {v1::ROLE_VIEWER});
  EXPECT_THAT(policy.Check(absl::StrCat("/", kGet), viewer), IsOk());
  EXPECT_THAT(policy.Check(absl::StrCat("//", kGet), viewer), kDenied());
  EXPECT_THAT(policy.Check(absl::StrCat(kGet, "/"), viewer), kDenied());
  EXPECT_THAT(policy.Check("lagesbild.access.testing.Records/*", viewer),
              kDenied());
}

TEST(PolicyTest, MethodsThatNobodyThoughtOfAreNamed) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, Parse(R"(
    rules { roles: ROLE_VIEWER any_kind: true
            methods: "lagesbild.access.testing.Records/GetRecord" })"));
  EXPECT_THAT(policy.UnnamedMethods(),
              ElementsAre(kCreate, "lagesbild.access.testing.Records/Forgotten",
                          kPurge));
  ASSERT_OK_AND_ASSIGN(const Policy whole, Parse(kPolicy));
  EXPECT_TRUE(whole.UnnamedMethods().empty());
}

TEST(PolicyTest, FaultsAreNamed) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"rules { roles: ROLE_NONE }", "line 1, column "},
      {"rules { any_kind: true methods: 'x/*' }", "names no role"},
      {"rules { roles: ROLE_VIEWER any_kind: true }", "names no method"},
      {"rules { roles: ROLE_VIEWER methods: 'x/*' }", "either kinds or"},
      {"rules { roles: ROLE_VIEWER methods: 'x/*' any_kind: true "
       "kinds: AGENCY_KIND_POLICE }",
       "either kinds or"},
      {"rules { roles: ROLE_UNSPECIFIED any_kind: true methods: 'x/*' }",
       "unspecified role"},
      {"rules { roles: ROLE_VIEWER kinds: AGENCY_KIND_UNSPECIFIED "
       "methods: 'x/*' }",
       "unspecified agency kind"},
      {"rules { roles: ROLE_VIEWER any_kind: true methods: 'x.Y/Z' }",
       "no such method: x.Y/Z"},
      {"rules { roles: ROLE_VIEWER any_kind: true methods: '*' }",
       "no such method: *"},
      {absl::StrCat("rules { roles: ROLE_VIEWER any_kind: true methods: '",
                    kPurge, "' }"),
       "none of its roles may call"},
  };
  for (const auto& [text, expected] : faults) {
    const auto policy = Parse(text);
    EXPECT_THAT(policy, StatusIs(absl::StatusCode::kInvalidArgument)) << text;
    EXPECT_THAT(policy.status().message(), HasSubstr(expected));
  }
}

TEST(PolicyTest, AFileIsNamedInItsFaults) {
  const lagesbild::testing::TempDir dir;
  EXPECT_THAT(Policy::Load(dir.File("none"), {Records()}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(CheckRuleTest, AMethodWithoutARuleIsRefused) {
  const auto admin = With(v1::AGENCY_KIND_POLICE, {v1::ROLE_ADMIN});
  const auto* service = Records();
  EXPECT_THAT(CheckRule(*service->FindMethodByName("PurgeRecord"), admin),
              IsOk());
  EXPECT_THAT(CheckRule(*service->FindMethodByName("GetRecord"), admin),
              kDenied());
  const auto* forgotten = service->FindMethodByName("Forgotten");
  EXPECT_THAT(CheckRule(*forgotten, admin), kDenied());
  EXPECT_THAT(CheckRule(*forgotten, SuiteMember("registry")), kDenied());
}

TEST(CheckRuleTest, SuiteMembersMayCallWhatHasARule) {
  const auto* get = Records()->FindMethodByName("GetRecord");
  EXPECT_THAT(CheckRule(*get, SuiteMember("registry")), IsOk());
  EXPECT_THAT(CheckRule(*get, v1::Caller()), kDenied());
  EXPECT_TRUE(IsAudited(*get));
  EXPECT_FALSE(IsAudited(*Records()->FindMethodByName("PurgeRecord")));
}

}  // namespace
}  // namespace lagesbild::access
