#ifndef LAGESBILD_LIB_ACCESS_MINT_H_
#define LAGESBILD_LIB_ACCESS_MINT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"

// The local issuer: what `lagesbild token`, `lagesbild certs` and tests need to
// make tokens of their own.
namespace lagesbild::access {

// What the local issuer calls itself, and whom it issues tokens for.
inline constexpr char kLocalIssuer[] = "https://issuer.lagesbild.invalid";
inline constexpr char kGatewayAudience[] = "lagesbild";

// What a token is to say.
struct MintClaims {
  std::string issuer = kLocalIssuer;
  std::string audience = kGatewayAudience;
  std::string subject;
  std::string agency;
  std::vector<std::string> roles;  // "VIEWER"; empty: leaves the claim out
};

// A new P-256 private key, PEM (PKCS #8).
absl::StatusOr<std::string> NewEs256Key();

// A token signed with ES256, valid from now for `ttl` (positive). Its "kid" is
// the RFC 7638 thumbprint of the key, as in JwksOf(). INVALID_ARGUMENT for what
// is not a P-256 private key or a ttl that is not positive.
absl::StatusOr<std::string> MintToken(absl::string_view private_key_pem,
                                      const MintClaims& claims,
                                      absl::Duration ttl,
                                      const base::Clock& clock);

// A JSON Web Key Set with the public half of each P-256 key; each PEM holds a
// public or a private key. INVALID_ARGUMENT for any other.
absl::StatusOr<std::string> JwksOf(const std::vector<std::string>& key_pems);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_MINT_H_
