#include "lib/access/jwt.h"

#include <openssl/hmac.h>

#include "lib/access/base64url.h"
#include "lib/access/mint.h"
#include "lib/access/pem.h"
#include "lib/access/signature.h"
#include "nlohmann/json.hpp"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

// If these fail, a forged, stolen or expired token opens the suite, or a broken
// one brings it down.

namespace lagesbild::access {
namespace {

using lagesbild::testing::ErrorIs;
using lagesbild::testing::FakeClock;
using lagesbild::testing::IsOk;
using nlohmann::json;
using ::testing::ElementsAre;

auto IsBad() {
  return ErrorIs(absl::StatusCode::kUnauthenticated, base::kBadCredential);
}

// An issuer under the test's control, and a verifier that trusts it.
class JwtTest : public ::testing::Test {
 protected:
  JwtTest() {
    pem_ = *NewEs256Key();
    key_ = PrivateKeyFromPem(pem_);
    jwks_ = *JwksOf({pem_});
    KeySet keys = *ParseJwks(jwks_);
    kid_ = keys.begin()->first;
    header_ = {{"alg", "ES256"}, {"kid", kid_}};
    payload_ = {{"iss", kLocalIssuer},   {"aud", kGatewayAudience},
                {"sub", "duty-officer"}, {"agency", "police-a"},
                {"exp", Now() + 600},    {"nbf", Now()}};
    verifier_ = Trusting(std::move(keys), {Algorithm::kEs256});
  }

  int64_t Now() const { return absl::ToUnixSeconds(clock_.Now()); }

  std::unique_ptr<TokenVerifier> Trusting(KeySet keys,
                                          std::set<Algorithm> algorithms) {
    const auto source = std::make_shared<StaticKeys>(std::move(keys));
    return std::make_unique<TokenVerifier>(
        std::vector<TrustedIssuer>{
            {kLocalIssuer, kGatewayAudience, std::move(algorithms), source}},
        &clock_);
  }

  // Signed with ES256 whatever the parts say.
  std::string Signed(const std::string& header, const std::string& payload) {
    const std::string text =
        absl::StrCat(EncodeBase64Url(header), ".", EncodeBase64Url(payload));
    return absl::StrCat(text, ".",
                        EncodeBase64Url(*SignEs256(key_.get(), text)));
  }
  std::string Signed() { return Signed(header_.dump(), payload_.dump()); }

  absl::StatusOr<TokenClaims> Verify(const std::string& token) {
    return verifier_->Verify(token);
  }
  absl::StatusOr<TokenClaims> With(const char* claim, const json& value) {
    payload_[claim] = value;
    return Verify(Signed());
  }
  absl::StatusOr<TokenClaims> WithHeader(const char* member,
                                         const json& value) {
    header_[member] = value;
    return Verify(Signed());
  }

  FakeClock clock_;
  std::string pem_, jwks_, kid_;
  KeyPtr key_;
  json header_, payload_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(JwtTest, AGoodTokenTellsItsClaims) {
  payload_["roles"] = {"VIEWER", "REPORTER"};
  ASSERT_OK_AND_ASSIGN(const TokenClaims claims, Verify(Signed()));
  EXPECT_EQ(claims.issuer, kLocalIssuer);
  EXPECT_EQ(claims.subject, "duty-officer");
  EXPECT_EQ(claims.agency, "police-a");
  EXPECT_THAT(claims.roles, ElementsAre("VIEWER", "REPORTER"));
  EXPECT_EQ(claims.expires, absl::FromUnixSeconds(Now() + 600));
}

TEST_F(JwtTest, AMintedTokenIsGoodUntilItExpires) {
  MintClaims claims;
  claims.subject = "duty-officer";
  claims.agency = "police-a";
  ASSERT_OK_AND_ASSIGN(const std::string token,
                       MintToken(pem_, claims, absl::Minutes(10), clock_));
  EXPECT_THAT(Verify(token), IsOk());
  clock_.JumpWall(absl::Minutes(10) + kTokenLeeway - absl::Seconds(1));
  EXPECT_THAT(Verify(token), IsOk());
  clock_.JumpWall(absl::Seconds(1));
  EXPECT_THAT(Verify(token), IsBad());
  clock_.JumpWall(-absl::Minutes(10) - 2 * kTokenLeeway);
  EXPECT_THAT(Verify(token), IsOk());
  clock_.JumpWall(-absl::Seconds(1));
  EXPECT_THAT(Verify(token), IsBad());
}

TEST_F(JwtTest, AlgorithmNoneIsRefused) {
  for (const char* none : {"none", "None", "NONE", ""}) {
    header_["alg"] = none;
    EXPECT_THAT(Verify(Signed()), IsBad());
    const std::string text =
        absl::StrCat(EncodeBase64Url(header_.dump()), ".",
                     EncodeBase64Url(payload_.dump()), ".");
    EXPECT_THAT(Verify(text), IsBad());
  }
}

TEST_F(JwtTest, AnHmacUnderThePublicKeyIsRefused) {
  header_["alg"] = "HS256";
  const std::string text = absl::StrCat(EncodeBase64Url(header_.dump()), ".",
                                        EncodeBase64Url(payload_.dump()));
  for (const std::string& secret : {jwks_, pem_, P256Point(key_.get())}) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
         &size);
    const std::string signature(reinterpret_cast<char*>(mac), size);
    EXPECT_THAT(Verify(absl::StrCat(text, ".", EncodeBase64Url(signature))),
                IsBad());
  }
}

TEST_F(JwtTest, AnAlgorithmOutsideTheIssuersListIsRefused) {
  verifier_ = Trusting(*ParseJwks(jwks_), {Algorithm::kRs256});
  EXPECT_THAT(Verify(Signed()), IsBad());
}

TEST_F(JwtTest, AKeyIsForItsOwnAlgorithm) {
  verifier_ =
      Trusting(*ParseJwks(jwks_), {Algorithm::kEs256, Algorithm::kRs256});
  EXPECT_THAT(Verify(Signed()), IsOk());
  EXPECT_THAT(WithHeader("alg", "RS256"), IsBad());
}

TEST_F(JwtTest, WrongClaimsAreRefused) {
  const json good = payload_;
  const std::vector<std::pair<const char*, json>> table = {
      {"iss", "https://other.example"},
      {"iss", 1},
      {"aud", "other"},
      {"aud", json::array()},
      {"aud", {kGatewayAudience, 1}},
      {"aud", {"a", "b"}},
      {"exp", "tomorrow"},
      {"exp", -1},
      {"exp", 1e300},
      {"exp", Now() - 61},
      {"exp", nullptr},
      {"nbf", Now() + 62},
      {"nbf", "now"},
      {"sub", ""},
      {"sub", 7},
      {"agency", ""},
      {"agency", {"police-a"}},
      {"roles", "ADMIN"},
      {"roles", json::array()},
      {"roles", {1}}};
  for (const auto& [claim, value] : table) {
    payload_ = good;
    EXPECT_THAT(With(claim, value), IsBad()) << claim << " " << value;
  }
  for (const char* claim : {"iss", "aud", "exp", "sub", "agency"}) {
    payload_ = good;
    payload_.erase(claim);
    EXPECT_THAT(Verify(Signed()), IsBad()) << claim;
  }
  payload_ = good;
  EXPECT_THAT(With("aud", {"other", kGatewayAudience}), IsOk());
}

TEST_F(JwtTest, HeadersThatBringTheirOwnKeyOrRulesAreRefused) {
  const json good = header_;
  const std::vector<std::pair<const char*, json>> table = {
      {"crit", {"exp"}},
      {"crit", json::array()},
      {"jku", "https://x.example"},
      {"jwk", {{"kty", "EC"}}},
      {"x5u", "https://x.example"},
      {"x5c", {"MII"}},
      {"b64", false},
      {"cty", "JWT"},
      {"kid", "another"},
      {"kid", ""},
      {"kid", 1},
      {"kid", "../../etc/passwd"},
      {"kid", std::string(500, 'k')},
      {"alg", 5},
      {"alg", "ES384"}};
  for (const auto& [member, value] : table) {
    header_ = good;
    EXPECT_THAT(WithHeader(member, value), IsBad()) << member << " " << value;
  }
  header_ = good;
  header_.erase("kid");
  EXPECT_THAT(Verify(Signed()), IsBad());
}

TEST_F(JwtTest, ASignatureIsSixtyFourBytesAndExact) {
  const std::string token = Signed();
  const size_t dot = token.rfind('.');
  const std::string text = token.substr(0, dot);
  const std::string raw = *DecodeBase64Url(token.substr(dot + 1));
  const auto with = [&](const std::string& signature) {
    return Verify(absl::StrCat(text, ".", EncodeBase64Url(signature)));
  };
  EXPECT_THAT(with(raw), IsOk());
  EXPECT_THAT(with(raw.substr(0, 63)), IsBad());
  EXPECT_THAT(with(raw + '\0'), IsBad());
  EXPECT_THAT(with(absl::StrCat(std::string(1, '\0'), raw)), IsBad());
  EXPECT_THAT(with(std::string(64, '\0')), IsBad());
  EXPECT_THAT(with(std::string(64, '\xff')), IsBad());
  EXPECT_THAT(with(""), IsBad());
  for (size_t i = 0; i < raw.size(); ++i) {
    std::string changed = raw;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(with(changed), IsBad());
  }
}

TEST_F(JwtTest, EveryTruncationAndEveryChangedCharacterIsRefused) {
  const std::string token = Signed();
  for (size_t size = 1; size < token.size(); ++size) {
    EXPECT_THAT(Verify(token.substr(0, size)), IsBad());
  }
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Verify(changed), IsBad()) << i;
  }
}

TEST_F(JwtTest, MalformedTextIsRefused) {
  const std::string token = Signed();
  const std::vector<std::string> table = {".",
                                          "..",
                                          "...",
                                          "a.b.c",
                                          "Bearer " + token,
                                          token + ".",
                                          "." + token,
                                          token + "=",
                                          token + "\n",
                                          " " + token,
                                          token + std::string(1, '\0'),
                                          std::string(kMaxTokenBytes + 1, 'A'),
                                          std::string(1 << 20, '.')};
  for (const std::string& text : table) EXPECT_THAT(Verify(text), IsBad());
  EXPECT_THAT(Verify(""),
              ErrorIs(absl::StatusCode::kUnauthenticated, base::kNoCredential));
}

TEST_F(JwtTest, AmbiguousJsonIsRefused) {
  const std::string payload = payload_.dump();
  const std::string rest = payload.substr(1);
  const std::string deep = std::string(2000, '[') + std::string(2000, ']');
  const std::vector<std::string> table = {"{\"agency\":\"other\"," + rest,
                                          "{\"x\":{\"y\":1,\"y\":2}," + rest,
                                          "{\"\\u0061gency\":\"other\"," + rest,
                                          "{\"x\":" + deep + "," + rest,
                                          "{\"x\":1e999," + rest,
                                          "{\"x\":\"\xff\"," + rest,
                                          payload + "{}",
                                          "[" + payload + "]",
                                          payload.substr(0, 20),
                                          "null",
                                          "",
                                          "\"text\"",
                                          "{}"};
  for (const std::string& text : table) {
    EXPECT_THAT(Verify(Signed(header_.dump(), text)), IsBad()) << text;
  }
  EXPECT_THAT(
      Verify(Signed("{\"alg\":\"ES256\"," + header_.dump().substr(1), payload)),
      IsBad());
  EXPECT_THAT(Verify(Signed("{\"x\":{}," + header_.dump().substr(1), payload)),
              IsOk());
}

TEST_F(JwtTest, ATokenSignedByAnotherKeyIsRefused) {
  key_ = PrivateKeyFromPem(*NewEs256Key());
  EXPECT_THAT(Verify(Signed()), IsBad());
}

TEST_F(JwtTest, ErrorsSayNothingOfTheToken) {
  payload_["iss"] = "https://canary.example";
  header_["kid"] = "canary";
  const auto status = Verify(Signed()).status();
  EXPECT_THAT(status, IsBad());
  EXPECT_EQ(status.ToString().find("canary"), std::string::npos);
}

TEST_F(JwtTest, NothingIsLeftInTheErrorQueue) {
  ERR_clear_error();
  EXPECT_THAT(Verify(Signed() + "A"), IsBad());
  EXPECT_THAT(MintToken("no key", {}, absl::Minutes(1), clock_),
              ::testing::Not(IsOk()));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST_F(JwtTest, MintRefusesWhatItCannotSign) {
  const auto mint = [&](const std::string& pem, absl::Duration ttl) {
    return MintToken(pem, {}, ttl, clock_).status().code();
  };
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(mint("", absl::Minutes(1)), invalid);
  EXPECT_EQ(mint(pem_, absl::ZeroDuration()), invalid);
  const KeyPtr rsa(EVP_RSA_gen(2048));
  EXPECT_EQ(mint(PrivateKeyPem(rsa.get()), absl::Minutes(1)), invalid);
  const KeyPtr p384(EVP_EC_gen("P-384"));
  EXPECT_EQ(mint(PrivateKeyPem(p384.get()), absl::Minutes(1)), invalid);
}

}  // namespace
}  // namespace lagesbild::access
