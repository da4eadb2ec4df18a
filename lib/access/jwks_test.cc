#include "lib/access/jwks.h"

#include <openssl/core_names.h>

#include "lib/access/base64url.h"
#include "lib/access/mint.h"
#include "lib/access/pem.h"
#include "lib/access/signature.h"
#include "nlohmann/json.hpp"
#include "tests/testing/status_matchers.h"

// If these fail, a key is used for what it was not made for.

namespace lagesbild::access {
namespace {

using lagesbild::testing::StatusIs;
using nlohmann::json;
using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;

json Es256Jwk(const std::string& kid) {
  json key = json::parse(*JwksOf({*NewEs256Key()}))["keys"][0];
  key["kid"] = kid;
  return key;
}

std::string Number(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const BignumPtr owned(number);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  return EncodeBase64Url(bytes);
}

json RsaJwk(EVP_PKEY* key) {
  return {{"kty", "RSA"},
          {"kid", "rsa"},
          {"n", Number(key, OSSL_PKEY_PARAM_RSA_N)},
          {"e", Number(key, OSSL_PKEY_PARAM_RSA_E)}};
}

std::string SignWith(EVP_PKEY* key, const EVP_MD* digest,
                     const std::string& data) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key);
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(),
                 reinterpret_cast<unsigned char*>(signature.data()), &size,
                 bytes, data.size());
  signature.resize(size);
  return signature;
}

absl::StatusOr<KeySet> Parse(const std::vector<json>& keys) {
  return ParseJwks(json{{"keys", keys}}.dump());
}

TEST(JwksTest, ReadsTheThreeKinds) {
  const KeyPtr rsa(EVP_RSA_gen(2048));
  const KeyPtr ed(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  unsigned char raw[32];
  size_t size = sizeof(raw);
  ASSERT_EQ(EVP_PKEY_get_raw_public_key(ed.get(), raw, &size), 1);
  const std::string x(reinterpret_cast<char*>(raw), size);
  const json ed_jwk = {{"kty", "OKP"},
                       {"crv", "Ed25519"},
                       {"kid", "ed"},
                       {"x", EncodeBase64Url(x)},
                       {"alg", "EdDSA"}};
  ASSERT_OK_AND_ASSIGN(const KeySet keys,
                       Parse({RsaJwk(rsa.get()), ed_jwk, Es256Jwk("ec")}));
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys.at("ec")->algorithm(), Algorithm::kEs256);
  const std::string data = "data";
  const std::string by_rsa = SignWith(rsa.get(), EVP_sha256(), data);
  EXPECT_TRUE(keys.at("rsa")->Verify(data, by_rsa));
  EXPECT_FALSE(keys.at("rsa")->Verify("other", by_rsa));
  EXPECT_FALSE(keys.at("rsa")->Verify(data, by_rsa.substr(1)));
  const std::string by_ed = SignWith(ed.get(), nullptr, data);
  EXPECT_TRUE(keys.at("ed")->Verify(data, by_ed));
  EXPECT_FALSE(keys.at("ed")->Verify("other", by_ed));
  EXPECT_FALSE(keys.at("ed")->Verify(data, by_ed + "x"));
}

// RFC 8037, appendix A.4.
TEST(JwksTest, ChecksTheEdDsaExampleOfItsStandard) {
  ASSERT_OK_AND_ASSIGN(
      const KeySet keys,
      Parse({{{"kty", "OKP"},
              {"crv", "Ed25519"},
              {"kid", "k"},
              {"x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}}));
  EXPECT_TRUE(keys.at("k")->Verify(
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      *DecodeBase64Url(
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsP"
          "t9g7sVvpAr_MuM0KAg")));
}

// RFC 7515, appendix A.3.
TEST(JwksTest, ChecksTheEs256ExampleOfItsStandard) {
  ASSERT_OK_AND_ASSIGN(
      const KeySet keys,
      Parse({{{"kty", "EC"},
              {"crv", "P-256"},
              {"kid", "k"},
              {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
              {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}}}));
  EXPECT_TRUE(keys.at("k")->Verify(
      "eyJhbGciOiJFUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
      "NvbS9pc19yb290Ijp0cnVlfQ",
      *DecodeBase64Url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5d"
                       "jxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")));
}

TEST(JwksTest, LeavesOutKeysForOtherUses) {
  const std::vector<std::pair<const char*, json>> others = {
      {"use", "enc"},        {"use", 1},           {"key_ops", {"sign"}},
      {"key_ops", "verify"}, {"alg", "ES384"},     {"alg", "RS256"},
      {"crv", "P-384"},      {"crv", "secp256k1"}, {"kty", "oct"},
      {"kty", "OKP"},        {"kid", ""},          {"kid", 5}};
  for (const auto& [member, value] : others) {
    json key = Es256Jwk("other");
    key[member] = value;
    ASSERT_OK_AND_ASSIGN(const KeySet keys, Parse({key, Es256Jwk("good")}));
    EXPECT_EQ(keys.size(), 1u) << member << " " << value;
    EXPECT_THAT(keys, Contains(Key("good")));
  }
  const KeyPtr weak(EVP_RSA_gen(1024));
  ASSERT_OK_AND_ASSIGN(const KeySet keys,
                       Parse({RsaJwk(weak.get()), Es256Jwk("good")}));
  EXPECT_THAT(keys, Not(Contains(Key("rsa"))));
}

TEST(JwksTest, RefusesBrokenSets) {
  json off_curve = Es256Jwk("k");
  off_curve["y"] = off_curve["x"];
  json short_x = Es256Jwk("k");
  short_x["x"] = "AAAA";
  const std::vector<std::string> table = {
      "",
      "[]",
      "{}",
      "{\"keys\":{}}",
      "{\"keys\":[]}",
      "{\"keys\":[1]}",
      "{\"keys\":[],\"keys\":[]}",
      json{{"keys", {off_curve}}}.dump(),
      json{{"keys", {short_x}}}.dump(),
      json{{"keys", {Es256Jwk("k"), Es256Jwk("k")}}}.dump(),
      json{{"keys", {Es256Jwk(std::string(kMaxKeyIdChars + 1, 'k'))}}}.dump(),
      json{{"keys", std::vector<json>(kMaxJwksKeys + 1, 1)}}.dump(),
      std::string(kMaxJwksBytes + 1, ' ')};
  for (const std::string& text : table) {
    EXPECT_THAT(ParseJwks(text), StatusIs(absl::StatusCode::kInvalidArgument))
        << text.substr(0, 200);
  }
}

TEST(JwksTest, PublishesNoPrivatePart) {
  ASSERT_OK_AND_ASSIGN(const std::string pem, NewEs256Key());
  ASSERT_OK_AND_ASSIGN(const std::string text, JwksOf({pem}));
  EXPECT_FALSE(json::parse(text)["keys"][0].contains("d"));
  EXPECT_THAT(JwksOf({"no key"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lagesbild::access
