#include "services/notifications/webhook_secret.h"

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace lagesbild::notifications {
namespace {

using ::lagesbild::testing::ErrorIs;
using ::lagesbild::testing::IsOk;

// Every receiver that checks signatures would refuse every alert.
TEST(SignWebhookTest, PublishedVector) {
  ASSERT_OK_AND_ASSIGN(const std::string key,
                       ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_EQ(
      SignWebhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                  absl::FromUnixSeconds(1614265330), R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(SignWebhookTest, CoversIdTimeAndBody) {
  const std::string key(32, 'k');
  const absl::Time now = absl::FromUnixSeconds(1614265330);
  std::set<std::string> signatures = {
      SignWebhook(key, "a", now, "b"), SignWebhook(key, "a", now, "c"),
      SignWebhook(key, "x", now, "b"),
      SignWebhook(key, "a", now + absl::Seconds(1), "b"),
      SignWebhook(std::string(32, 'l'), "a", now, "b")};
  EXPECT_EQ(signatures.size(), 5u);
}

TEST(SecretTest, OnlyMarkedBase64Of24To64Bytes) {
  for (int size : {24, 32, 64}) {
    const std::string key(size, '\x80');
    EXPECT_EQ(*ParseSecret(FormatSecret(key)), key) << size;
  }
  for (int size : {0, 1, 23, 65}) {
    EXPECT_THAT(
        ParseSecret(FormatSecret(std::string(size, 'x'))),
        ErrorIs(absl::StatusCode::kInvalidArgument, base::kInvalidField))
        << size;
  }
  EXPECT_FALSE(ParseSecret(absl::Base64Escape(std::string(32, 'x'))).ok());
  EXPECT_FALSE(ParseSecret("whsec_####").ok());
}

// A secret in an error is a secret in a log.
TEST(SecretTest, AnErrorDoesNotRepeatIt) {
  const absl::Status status = ParseSecret("whsec_c2VjcmV0c2VjcmV0").status();
  EXPECT_FALSE(absl::StrContains(status.ToString(), "c2VjcmV0"));
}

TEST(SecretTest, MintedOnesDifferAndAreAccepted) {
  ASSERT_OK_AND_ASSIGN(const std::string one, MintSecret());
  ASSERT_OK_AND_ASSIGN(const std::string two, MintSecret());
  EXPECT_NE(one, two);
  EXPECT_THAT(ParseSecret(FormatSecret(one)), IsOk());
}

}  // namespace
}  // namespace lagesbild::notifications
