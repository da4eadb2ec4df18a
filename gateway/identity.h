#ifndef LAGESBILD_GATEWAY_IDENTITY_H_
#define LAGESBILD_GATEWAY_IDENTITY_H_

#include <memory>

#include "lib/access/agencies.h"
#include "lib/access/jwt.h"
#include "lib/rpc/identity.h"

namespace lagesbild::gateway {

// The rule at the door: the caller is whom the bearer token in `authorization`
// stands for in the agencies file. What callers claim of themselves in
// `lagesbild-caller-bin` is not read.
// - no token: UNAUTHENTICATED NO_CREDENTIAL
// - more than one, or one that does not verify: UNAUTHENTICATED BAD_CREDENTIAL
// - an agency that is not in the file: PERMISSION_DENIED NOT_ALLOWED
rpc::Identify BearerIdentity(
    std::shared_ptr<const access::TokenVerifier> verifier,
    std::shared_ptr<const access::Agencies> agencies);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_IDENTITY_H_
