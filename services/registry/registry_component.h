#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_COMPONENT_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_COMPONENT_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/base/repeater.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/component.h"
#include "lib/rpc/handler.h"
#include "lib/view/compactor.h"
#include "lib/watch/watch_hub.h"
#include "services/registry/registry_service.h"

namespace lagesbild::registry {

// What the registry is made of; nothing is owned, all of it outlives it.
struct RegistryDeps {
  ledger::Ledger* ledger = nullptr;
  const base::Clock* clock = nullptr;
  base::IdSource* ids = nullptr;
  base::Logger* logger = nullptr;
  std::string region;  // "stockholm", the {region} of its names
  // `reached` is the component's own. Without `policy` a method's rule alone
  // decides (access::CheckRule).
  rpc::HandlerOptions handlers;
  // `service` and the conversion of statuses are the component's own.
  watch::WatchHubOptions watch;
  // How often to look whether a new day has begun: how long past midnight
  // watchers may not have heard that a site is stale.
  absl::Duration day_check = absl::Seconds(10);
};

// The registry in one piece.
class RegistryComponent final : public rpc::Component {
 public:
  // Loads the ledger, blocking.
  static absl::StatusOr<std::unique_ptr<RegistryComponent>> Open(
      RegistryDeps deps);
  ~RegistryComponent() override;

  std::string Name() const override { return kServiceName; }
  std::vector<grpc::Service*> Services() override { return {service_.get()}; }
  bool Ready() const override { return !draining_; }
  void Drain() override;

  // For rpc::HandlerOptions of whoever answers from this component.
  rpc::Reached reached();

 private:
  explicit RegistryComponent(RegistryDeps deps);
  absl::Status Build();
  // Blocks. A failure is logged, and mended at the next look at the day.
  void KeepUp();
  void LookAtTheDay();

  RegistryDeps deps_;
  access::Redactor redactor_;
  Presenter presenter_;
  AreaSets area_sets_;
  // Outlives the view, which runs tasks on it until it is stopped.
  std::unique_ptr<base::ThreadPool> executor_;
  // A thread of their own: files that take seconds each hold up no read.
  std::unique_ptr<base::ThreadPool> import_thread_;
  std::unique_ptr<view::View<RegistryState>> view_;
  std::unique_ptr<view::Compactor> compactor_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<SiteUpkeep> upkeep_;
  std::unique_ptr<RegistryImports> imports_;
  std::unique_ptr<RegistryService> service_;
  std::atomic<bool> draining_ = false;

  // The day that sites are up to date with.
  std::optional<base::Date> kept_up_;
  std::unique_ptr<base::Repeater> days_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_COMPONENT_H_
