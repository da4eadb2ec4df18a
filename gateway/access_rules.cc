#include "gateway/access_rules.h"

#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/base/status.h"

namespace lagesbild::gateway {

absl::StatusOr<std::unique_ptr<AccessRules>> AccessRules::Open(
    AccessOptions options, access::Policy::Services services,
    const base::Clock* clock, base::Logger* logger) {
  auto rules = absl::WrapUnique(
      new AccessRules(std::move(options), std::move(services), logger));
  LB_RETURN_IF_ERROR(rules->ReadAgencies());
  LB_RETURN_IF_ERROR(rules->ReadPolicy());
  LB_RETURN_IF_ERROR(rules->OpenKeys(clock));
  return rules;
}

absl::Status AccessRules::ReadAgencies() {
  LB_ASSIGN_OR_RETURN(access::Agencies agencies,
                      access::Agencies::Load(options_.agencies_file));
  auto fresh = std::make_shared<const access::Agencies>(std::move(agencies));
  base::MutexLock lock(&mutex_);
  agencies_.swap(fresh);
  return absl::OkStatus();
}

absl::Status AccessRules::ReadPolicy() {
  LB_ASSIGN_OR_RETURN(access::Policy policy,
                      access::Policy::Load(options_.policy_file, services_));
  if (!policy.UnnamedMethods().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(options_.policy_file, ": no rule names ",
                     absl::StrJoin(policy.UnnamedMethods(), ", ")));
  }
  auto fresh = std::make_shared<const access::Policy>(std::move(policy));
  base::MutexLock lock(&mutex_);
  policy_.swap(fresh);
  return absl::OkStatus();
}

absl::Status AccessRules::OpenKeys(const base::Clock* clock) {
  LB_ASSIGN_OR_RETURN(
      keys_, access::JwksFile::Open(options_.jwks_file, clock, logger_));
  verifier_ = std::make_unique<const access::TokenVerifier>(
      std::vector<access::TrustedIssuer>{{options_.issuer,
                                          options_.audience,
                                          {access::Algorithm::kEs256},
                                          keys_}},
      clock);
  return absl::OkStatus();
}

void AccessRules::Reload() {
  bool all = true;
  for (const absl::Status& read :
       {ReadAgencies(), ReadPolicy(), keys_->Reload()}) {
    if (read.ok()) continue;
    all = false;
    logger_->Error("access file could not be read, the old one stays",
                   {{"error", std::string(read.message())}});
  }
  if (all) logger_->Info("access files read again");
}

absl::StatusOr<Identified> AccessRules::Identify(
    const grpc::ServerContextBase& context) const {
  std::shared_ptr<const access::Agencies> agencies;
  {
    base::MutexLock lock(&mutex_);
    agencies = agencies_;
  }
  return IdentifyBearer(context, *verifier_, *agencies);
}

absl::Status AccessRules::Check(absl::string_view method,
                                const access::v1::Caller& caller) const {
  std::shared_ptr<const access::Policy> policy;
  {
    base::MutexLock lock(&mutex_);
    policy = policy_;
  }
  return policy->Check(method, caller);
}

}  // namespace lagesbild::gateway
