#ifndef LAGESBILD_GATEWAY_ACCESS_RULES_H_
#define LAGESBILD_GATEWAY_ACCESS_RULES_H_

#include <grpcpp/server_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/identity.h"
#include "lib/access/agencies.h"
#include "lib/access/jwks_file.h"
#include "lib/access/jwt.h"
#include "lib/access/policy.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"

namespace lagesbild::gateway {

// The files that an operator keeps, and the issuer whose tokens are believed.
struct AccessOptions {
  // textproto files, see lagesbild/access/config/v1/config.proto.
  std::string agencies_file;
  std::string policy_file;
  // Public keys of the issuer, and what it calls itself and us.
  std::string jwks_file;
  std::string issuer;
  std::string audience;
};

// Who takes part, who may call what, and whose tokens are believed. A call is
// judged by what is in force when it comes. Thread-safe.
class AccessRules {
 public:
  // Reads the files. INVALID_ARGUMENT or NOT_FOUND naming the one at fault;
  // FAILED_PRECONDITION when the policy names no rule for some method of
  // `services`. `clock` and `logger` outlive the rules.
  static absl::StatusOr<std::unique_ptr<AccessRules>> Open(
      AccessOptions options, access::Policy::Services services,
      const base::Clock* clock, base::Logger* logger);

  // Reads the files again, each for itself: one at fault is logged, and what it
  // said before stays in force.
  void Reload();

  // See IdentifyBearer.
  absl::StatusOr<Identified> Identify(
      const grpc::ServerContextBase& context) const;

  // See access::Policy::Check.
  absl::Status Check(absl::string_view method,
                     const access::v1::Caller& caller) const;

 private:
  AccessRules(AccessOptions options, access::Policy::Services services,
              base::Logger* logger)
      : options_(std::move(options)),
        services_(std::move(services)),
        logger_(logger) {}
  absl::Status ReadAgencies();
  absl::Status ReadPolicy();
  absl::Status OpenKeys(const base::Clock* clock);

  const AccessOptions options_;
  const access::Policy::Services services_;
  base::Logger* const logger_;
  std::shared_ptr<access::JwksFile> keys_;
  std::unique_ptr<const access::TokenVerifier> verifier_;

  mutable base::Mutex mutex_;
  std::shared_ptr<const access::Agencies> agencies_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const access::Policy> policy_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_ACCESS_RULES_H_
