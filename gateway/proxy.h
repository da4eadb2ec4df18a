#ifndef LAGESBILD_GATEWAY_PROXY_H_
#define LAGESBILD_GATEWAY_PROXY_H_

#include <grpcpp/generic/async_generic_service.h>

#include <memory>
#include <string>

#include "gateway/proxy_call.h"
#include "gateway/response_filter.h"
#include "gateway/routes.h"
#include "lib/access/policy.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/identity.h"

namespace lagesbild::gateway {

// An import sends a whole file; nothing else may take so long.
inline constexpr absl::Duration kUploadBudget = absl::Minutes(10);

// None is owned.
struct ProxyOptions {
  const Routes* routes = nullptr;
  const access::Policy* policy = nullptr;
  const access::Redactor* redactor = nullptr;
  const base::Clock* clock = nullptr;
  rpc::AccessLog* access_log = nullptr;
  rpc::Identify identify;
  Contracts contracts = Contracts::kMayDiffer;
};

// One handler for every method of every service behind the gateway: who is
// calling, may they, forward with the caller and what is left of the time, and
// show each caller what the contract lets it see. Default deny. Thread-safe.
class Proxy final : public grpc::CallbackGenericService {
 public:
  explicit Proxy(ProxyOptions options) : options_(std::move(options)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  struct Admitted {
    const Route* route = nullptr;
    access::v1::Caller caller;
  };
  absl::StatusOr<Admitted> Admit(
      const grpc::GenericCallbackServerContext& context) const;
  ProxyCallPlan Plan(grpc::GenericCallbackServerContext* context,
                     Admitted admitted) const;
  void Log(const std::string& label, const std::string& agency,
           absl::Duration took, const absl::Status& status) const;

  const ProxyOptions options_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PROXY_H_
