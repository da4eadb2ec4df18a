#ifndef LAGESBILD_LIB_ACCESS_JWT_H_
#define LAGESBILD_LIB_ACCESS_JWT_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/access/jwks.h"
#include "lib/base/clock.h"

namespace lagesbild::access {

// Bearer tokens: JSON Web Tokens in compact form (RFC 7515, 7519, 8725).

inline constexpr size_t kMaxTokenBytes = 8 << 10;
// How far apart the issuer's clock and ours may be.
inline constexpr absl::Duration kTokenLeeway = absl::Seconds(60);

// Someone whose tokens are believed.
struct TrustedIssuer {
  std::string issuer;    // the exact "iss"
  std::string audience;  // must be the "aud", or one of them
  std::set<Algorithm> algorithms;
  std::shared_ptr<KeySource> keys;
};

// What a verified token says.
struct TokenClaims {
  std::string issuer;
  std::string subject;             // "sub"
  std::string agency;              // "agency": an id of the agencies file
  std::vector<std::string> roles;  // "roles"; empty: does not narrow
  absl::Time expires;              // "exp"
};

// Checks tokens. Thread-safe; `clock` must outlive it.
class TokenVerifier {
 public:
  TokenVerifier(std::vector<TrustedIssuer> issuers, const base::Clock* clock)
      : issuers_(std::move(issuers)), clock_(clock) {}

  // The claims of a token that is, all of it: at most kMaxTokenBytes long and
  // well-formed to the letter (strict base64url, no doubled member); signed
  // with an algorithm that its issuer may use, by the issuer's key of its "kid"
  // and for that algorithm; meant for us ("aud"); within "exp" (required) and
  // "nbf"; without "crit" and without a key or address of a key of its own.
  // "sub" and "agency" are required. UNAUTHENTICATED BAD_CREDENTIAL otherwise,
  // in words that hold nothing of the token; NO_CREDENTIAL for an empty token.
  absl::StatusOr<TokenClaims> Verify(absl::string_view token) const;

 private:
  const TrustedIssuer* FindIssuer(absl::string_view issuer) const;

  const std::vector<TrustedIssuer> issuers_;
  const base::Clock* const clock_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_JWT_H_
