#ifndef LAGESBILD_GATEWAY_IDENTITY_H_
#define LAGESBILD_GATEWAY_IDENTITY_H_

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/access/agencies.h"
#include "lib/access/jwt.h"

namespace lagesbild::gateway {

// Who calls, and for how long that credential speaks for him.
struct Identified {
  access::v1::Caller caller;
  absl::Time expires;
};

// The rule at the door: the caller is whom the bearer token in `authorization`
// stands for in the agencies file. What callers claim of themselves in
// `lagesbild-caller-bin` is not read.
// - no token: UNAUTHENTICATED NO_CREDENTIAL
// - more than one, or one that does not verify: UNAUTHENTICATED BAD_CREDENTIAL
// - an agency that is not in the file: PERMISSION_DENIED NOT_ALLOWED
absl::StatusOr<Identified> IdentifyBearer(
    const grpc::ServerContextBase& context,
    const access::TokenVerifier& verifier, const access::Agencies& agencies);

// What a stream ends with when its credential has expired.
absl::Status CredentialExpired();

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_IDENTITY_H_
