#include "gateway/identity.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"

namespace lagesbild::gateway {
namespace {

constexpr char kAuthorization[] = "authorization";
constexpr char kScheme[] = "Bearer ";

absl::Status Unauthenticated(absl::string_view reason,
                             absl::string_view message) {
  return base::Error(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::StatusOr<std::string> BearerToken(
    const grpc::ServerContextBase& context) {
  const auto range = context.client_metadata().equal_range(kAuthorization);
  if (range.first == range.second) {
    return Unauthenticated(base::kNoCredential,
                           "no bearer token in 'authorization'");
  }
  if (std::next(range.first) != range.second) {
    return Unauthenticated(base::kBadCredential, "more than one credential");
  }
  absl::string_view value(range.first->second.data(),
                          range.first->second.size());
  if (!absl::StartsWithIgnoreCase(value, kScheme)) {
    return Unauthenticated(base::kBadCredential,
                           "the credential is not a bearer token");
  }
  value.remove_prefix(sizeof(kScheme) - 1);
  return std::string(value);
}

}  // namespace

absl::StatusOr<Identified> IdentifyBearer(
    const grpc::ServerContextBase& context,
    const access::TokenVerifier& verifier, const access::Agencies& agencies) {
  LB_ASSIGN_OR_RETURN(const std::string token, BearerToken(context));
  LB_ASSIGN_OR_RETURN(const access::TokenClaims claims, verifier.Verify(token));
  LB_ASSIGN_OR_RETURN(
      access::v1::Caller caller,
      agencies.CallerFor(claims.agency, claims.roles, claims.subject));
  return Identified{std::move(caller), claims.expires};
}

absl::Status CredentialExpired() {
  return Unauthenticated(base::kBadCredential, "the token has expired");
}

}  // namespace lagesbild::gateway
