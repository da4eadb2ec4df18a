#include "lib/access/caller.h"

#include "lib/access/base64url.h"
#include "tests/testing/status_matchers.h"

// If these fail, one caller passes for another between two services, or a
// client's token is read for something that it is not.

namespace lagesbild::access {
namespace {

using lagesbild::testing::IsOk;
using lagesbild::testing::StatusIs;

TEST(CallerTest, SurvivesItsMetadata) {
  v1::Caller caller;
  caller.set_agency("police-a");
  caller.set_kind(v1::AGENCY_KIND_POLICE);
  caller.add_roles(v1::ROLE_REPORTER);
  caller.add_areas("0180");
  ASSERT_OK_AND_ASSIGN(const v1::Caller back,
                       DecodeCaller(EncodeCaller(caller)));
  EXPECT_EQ(back.SerializeAsString(), caller.SerializeAsString());
  EXPECT_TRUE(HasRole(back, v1::ROLE_REPORTER));
  EXPECT_FALSE(HasRole(back, v1::ROLE_VIEWER));
  EXPECT_FALSE(HasRole(back, v1::ROLE_UNSPECIFIED));
}

TEST(CallerTest, GarbageIsNotACaller) {
  EXPECT_THAT(DecodeCaller("\xff\xff"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  v1::Caller large;
  large.set_subject(std::string(kMaxCallerBytes, 'x'));
  EXPECT_THAT(DecodeCaller(EncodeCaller(large)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CallerTest, AreasAreExactCodes) {
  v1::Caller caller;
  caller.add_areas("0180");
  caller.add_areas("");
  EXPECT_TRUE(CoversArea(caller, "0180"));
  EXPECT_FALSE(CoversArea(caller, "018"));
  EXPECT_FALSE(CoversArea(caller, ""));
  EXPECT_FALSE(CoversArea(caller, "*"));
  caller.add_areas("*");
  EXPECT_TRUE(CoversArea(caller, "anything"));
}

TEST(CallerTest, LawEnforcementIsThreeKinds) {
  for (int kind = 0; kind <= v1::AgencyKind_MAX; ++kind) {
    v1::Caller caller;
    caller.set_kind(static_cast<v1::AgencyKind>(kind));
    EXPECT_FALSE(IsLawEnforcement(caller)) << "without an agency";
    caller.set_agency("a");
    EXPECT_EQ(IsLawEnforcement(caller),
              kind == v1::AGENCY_KIND_POLICE ||
                  kind == v1::AGENCY_KIND_CUSTOMS ||
                  kind == v1::AGENCY_KIND_PRISON_PROBATION);
  }
}

TEST(TokenTest, SurvivesItsText) {
  v1::ConsistencyToken token;
  token.add_positions()->set_service("registry");
  token.mutable_positions(0)->set_revision(42);
  ASSERT_OK_AND_ASSIGN(const v1::ConsistencyToken back,
                       DecodeConsistencyToken(EncodeConsistencyToken(token)));
  EXPECT_EQ(back.positions(0).revision(), 42);
  v1::WatchCursor cursor;
  cursor.set_store_id("s");
  ASSERT_OK_AND_ASSIGN(const v1::WatchCursor cursor_back,
                       DecodeWatchCursor(EncodeWatchCursor(cursor)));
  EXPECT_EQ(cursor_back.store_id(), "s");
  EXPECT_THAT(DecodeWatchCursor(""), IsOk());
}

TEST(TokenTest, GarbageNamesTheField) {
  for (const std::string& text :
       {std::string("a b"), std::string("AA=="), std::string("_____w"),
        std::string(kMaxTokenChars + 1, 'A')}) {
    const auto cursor = DecodeWatchCursor(text);
    EXPECT_THAT(cursor, StatusIs(absl::StatusCode::kInvalidArgument)) << text;
    EXPECT_EQ(base::DetailOf(cursor.status()).violations.at(0).field, "cursor");
  }
}

TEST(Base64UrlTest, EachTextHasOneSpelling) {
  for (int size = 0; size < 40; ++size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 + size);
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
  }
  EXPECT_EQ(EncodeBase64Url("\xfb\xff"), "-_8");
  for (const char* bad : {"A", "AAAAA", "AA==", "AA=", "A A", "AA\n", "+/8A",
                          "AB", "AAB", "AA.A", "\xc3\xa5"}) {
    EXPECT_FALSE(DecodeBase64Url(bad).has_value()) << bad;
  }
}

TEST(RoleTest, IsNamedInBothForms) {
  EXPECT_EQ(RoleNamed("VIEWER"), v1::ROLE_VIEWER);
  EXPECT_EQ(RoleNamed("ROLE_ADMIN"), v1::ROLE_ADMIN);
  EXPECT_EQ(RoleNamed("viewer"), v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(RoleNamed(""), v1::ROLE_UNSPECIFIED);
}

}  // namespace
}  // namespace lagesbild::access
