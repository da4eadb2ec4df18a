#ifndef LAGESBILD_GATEWAY_GATEWAY_COMPONENT_H_
#define LAGESBILD_GATEWAY_GATEWAY_COMPONENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/access_rules.h"
#include "gateway/picture/picture_feed.h"
#include "gateway/picture/picture_service.h"
#include "gateway/proxy.h"
#include "gateway/routes.h"
#include "gateway/upstreams.h"
#include "lib/access/redactor.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/rpc/component.h"
#include "lib/rpc/handler.h"
#include "lib/watch/reach.h"
#include "lib/watch/watch_hub.h"

namespace lagesbild::gateway {

struct GatewayOptions : AccessOptions {
  std::string region;
  Contracts contracts = Contracts::kMayDiffer;
  // `service` and the conversion of statuses are the component's own.
  watch::WatchHubOptions watch;
};

// What the gateway gets from its process; must outlive it.
struct GatewayDeps {
  const base::Clock* clock = nullptr;
  base::IdSource* ids = nullptr;
  base::Logger* logger = nullptr;
  rpc::AccessLog* access_log = nullptr;
  rpc::Metrics* metrics = nullptr;
  Upstreams upstreams;
};

// The one door: the proxy over the four services, and the regional picture.
class GatewayComponent final : public rpc::Component {
 public:
  // Fails as AccessRules::Open().
  static absl::StatusOr<std::unique_ptr<GatewayComponent>> Open(
      const GatewayOptions& options, const GatewayDeps& deps);
  ~GatewayComponent() override;

  std::string Name() const override { return "gateway"; }
  std::vector<grpc::Service*> Services() override { return {service_.get()}; }
  // For ServerOptions::generic: every other method.
  grpc::CallbackGenericService* Generic() { return proxy_.get(); }
  // The first picture is whole.
  bool Ready() const override { return feed_->Complete(); }
  void Drain() override {
    proxy_->Drain();
    hub_->Drain();
    feed_->Stop();
  }
  // Reads the access files again.
  void Reload() override { rules_->Reload(); }

  // What WatchPicture follows; for tests.
  ledger::Ledger* picture_ledger() const { return ledger_.get(); }

 private:
  class ReachListener;
  GatewayComponent() = default;
  absl::Status OpenPicture(watch::WatchHubOptions hub, const GatewayDeps& deps);
  PictureDeps MakePictureDeps(const GatewayOptions& options,
                              const GatewayDeps& deps) const;
  rpc::HandlerOptions PictureHandlers(const GatewayDeps& deps) const;
  void MakeProxy(const GatewayOptions& options, const GatewayDeps& deps);

  std::unique_ptr<Routes> routes_;
  std::unique_ptr<AccessRules> rules_;
  access::Redactor redactor_;
  std::unique_ptr<Proxy> proxy_;

  // The picture, from the bottom up; destroyed from the top down.
  std::unique_ptr<base::ThreadPool> executor_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<watch::Reach> reach_;
  std::unique_ptr<view::View<PictureState>> view_;
  std::unique_ptr<ReachListener> reach_listener_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<PictureFeed> feed_;
  std::unique_ptr<PictureService> service_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_GATEWAY_COMPONENT_H_
