#ifndef LAGESBILD_GATEWAY_PROXY_H_
#define LAGESBILD_GATEWAY_PROXY_H_

#include <grpcpp/generic/async_generic_service.h>

#include <atomic>
#include <functional>
#include <memory>

#include "gateway/access_rules.h"
#include "gateway/proxy_call.h"
#include "gateway/response_filter.h"
#include "gateway/routes.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"

namespace lagesbild::gateway {

// An import sends a whole file; nothing else may take so long.
inline constexpr absl::Duration kUploadBudget = absl::Minutes(10);

// None is owned.
struct ProxyOptions {
  const Routes* routes = nullptr;
  const AccessRules* rules = nullptr;
  const access::Redactor* redactor = nullptr;
  const base::Clock* clock = nullptr;
  Contracts contracts = Contracts::kMayDiffer;
};

// One handler for every method of every service behind the gateway: who is
// calling, may they, forward with the caller and what is left of the time, and
// show each caller what the contract lets it see. Default deny. A watch ends
// with its credential (UNAUTHENTICATED). Thread-safe.
class Proxy final : public grpc::CallbackGenericService {
 public:
  explicit Proxy(const ProxyOptions& options) : options_(options) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  // Ends all streams with UNAVAILABLE DRAINING, and refuses new calls so. Other
  // calls go on.
  void Drain();

 private:
  absl::Status Allow(const Route* route,
                     const access::v1::Caller& caller) const;
  ProxyCallPlan Plan(grpc::GenericCallbackServerContext* context,
                     const Route& route, Identified who) const;
  std::function<grpc::Status(const ProxyCallEnd&)> Finish(
      grpc::GenericCallbackServerContext* context, const Route& route,
      std::shared_ptr<const Identified> who) const;

  const ProxyOptions options_;
  std::atomic<bool> draining_ = false;
  ProxyCalls calls_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PROXY_H_
