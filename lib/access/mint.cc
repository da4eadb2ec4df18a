#include "lib/access/mint.h"

#include "absl/strings/str_cat.h"
#include "lib/access/base64url.h"
#include "lib/access/pem.h"
#include "lib/access/signature.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "nlohmann/json.hpp"

namespace lagesbild::access {
namespace {

using nlohmann::json;

// Claims come from a command line and may hold broken UTF-8: replace it.
std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// RFC 7638: the required members only, in alphabetical order, as nlohmann
// keeps them.
std::string Thumbprint(const json& key) {
  const json members = {{"crv", key.at("crv")},
                        {"kty", key.at("kty")},
                        {"x", key.at("x")},
                        {"y", key.at("y")}};
  return EncodeBase64Url(base::Sha256(Dump(members)));
}

absl::StatusOr<json> PublicJwk(EVP_PKEY* key) {
  const std::string point = key == nullptr ? "" : P256Point(key);
  if (point.empty()) return absl::InvalidArgumentError("not a P-256 key");
  json jwk = {{"kty", "EC"},
              {"crv", "P-256"},
              {"x", EncodeBase64Url(point.substr(0, kP256Bytes))},
              {"y", EncodeBase64Url(point.substr(kP256Bytes))},
              {"use", "sig"},
              {"alg", "ES256"}};
  jwk["kid"] = Thumbprint(jwk);
  return jwk;
}

json PayloadOf(const MintClaims& claims, absl::Duration ttl, absl::Time now) {
  json payload = {{"iss", claims.issuer},           {"aud", claims.audience},
                  {"sub", claims.subject},          {"agency", claims.agency},
                  {"iat", ToUnixSeconds(now)},      {"nbf", ToUnixSeconds(now)},
                  {"exp", ToUnixSeconds(now + ttl)}};
  if (!claims.roles.empty()) payload["roles"] = claims.roles;
  return payload;
}

KeyPtr AnyKeyFromPem(const std::string& pem) {
  KeyPtr key = PrivateKeyFromPem(pem);
  return key ? std::move(key) : PublicKeyFromPem(pem);
}

}  // namespace

absl::StatusOr<std::string> NewEs256Key() {
  const ErrorQueueMark mark;
  const KeyPtr key = NewP256Key();
  const std::string pem = key ? PrivateKeyPem(key.get()) : "";
  if (pem.empty()) return absl::InternalError("OpenSSL made no key");
  return pem;
}

absl::StatusOr<std::string> MintToken(absl::string_view private_key_pem,
                                      const MintClaims& claims,
                                      absl::Duration ttl,
                                      const base::Clock& clock) {
  const ErrorQueueMark mark;
  if (ttl <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the lifetime must be positive");
  }
  const KeyPtr key = PrivateKeyFromPem(private_key_pem);
  LB_ASSIGN_OR_RETURN(const json jwk, PublicJwk(key.get()));
  const json header = {
      {"alg", "ES256"}, {"typ", "JWT"}, {"kid", jwk.at("kid")}};
  const std::string text =
      absl::StrCat(EncodeBase64Url(Dump(header)), ".",
                   EncodeBase64Url(Dump(PayloadOf(claims, ttl, clock.Now()))));
  const std::optional<std::string> signature = SignEs256(key.get(), text);
  if (!signature) return absl::InternalError("OpenSSL made no signature");
  return absl::StrCat(text, ".", EncodeBase64Url(*signature));
}

absl::StatusOr<std::string> JwksOf(const std::vector<std::string>& key_pems) {
  const ErrorQueueMark mark;
  json keys = json::array();
  for (const std::string& pem : key_pems) {
    const KeyPtr key = AnyKeyFromPem(pem);
    LB_ASSIGN_OR_RETURN(json jwk, PublicJwk(key.get()));
    keys.push_back(std::move(jwk));
  }
  return json{{"keys", std::move(keys)}}.dump(2) + "\n";
}

}  // namespace lagesbild::access
