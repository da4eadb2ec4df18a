#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMPONENT_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMPONENT_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/base/repeater.h"
#include "lib/base/turnstile.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/component.h"
#include "lib/rpc/handler.h"
#include "lib/view/compactor.h"
#include "lib/watch/follower.h"
#include "lib/watch/reach.h"
#include "lib/watch/watch_hub.h"
#include "services/proximity/layer_changes.h"
#include "services/proximity/layer_work.h"
#include "services/proximity/proximity_follower.h"
#include "services/proximity/proximity_service.h"

namespace lagesbild::proximity {

// What proximity is made of; nothing is owned but the channel, all of it
// outlives it.
struct ProximityDeps {
  ledger::Ledger* ledger = nullptr;
  const base::Clock* clock = nullptr;
  // As all components have it; proximity's names come from what is imported.
  base::IdSource* ids = nullptr;
  base::Logger* logger = nullptr;
  std::string region;  // "stockholm", the {region} of its names
  // Calls over it are made as the suite's member "proximity".
  std::shared_ptr<grpc::Channel> registry;
  // `reached` is the component's own. Without `policy` a method's rule alone
  // decides (access::CheckRule).
  rpc::HandlerOptions handlers;
  // `service` and the conversion of statuses are the component's own.
  watch::WatchHubOptions watch;
  // The name and the conversion of statuses are the component's own.
  watch::FollowerOptions follower;
  // How often to look whether a new day has begun: how long past midnight a
  // school that opens that day may be missing.
  absl::Duration day_check = absl::Seconds(10);
  // A layer's rule that has more is refused.
  std::size_t max_layer_exposures = kMaxLayerExposures;
};

// Proximity in one piece.
class ProximityComponent final : public rpc::Component,
                                 private view::ViewListener {
 public:
  // Loads the ledger, creates the default layer in an empty one, blocking, and
  // begins to follow the registry.
  static absl::StatusOr<std::unique_ptr<ProximityComponent>> Open(
      ProximityDeps deps);
  ~ProximityComponent() override;

  std::string Name() const override { return kServiceName; }
  std::vector<grpc::Service*> Services() override { return {service_.get()}; }
  // Once the registry has been heard of, now or in an earlier life.
  bool Ready() const override;
  void Drain() override;

  // For rpc::HandlerOptions of whoever answers from this component.
  rpc::Reached reached();

 private:
  explicit ProximityComponent(ProximityDeps deps);
  absl::Status Build();
  absl::Status CreateDefaultLayer();
  Backend MakeBackend();
  void Serve(const Backend& backend);
  void StopFollowing();
  void LookAtTheDay();

  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override;
  void OnReload(const ledger::Head& head) override;
  void UpdateReach();

  ProximityDeps deps_;
  access::Redactor redactor_;
  Presenter presenter_;
  const std::string store_id_;
  // Outlives the view, which runs tasks on it until it is stopped.
  std::unique_ptr<base::ThreadPool> executor_;
  // A thread of their own: files that take seconds each hold up no read.
  std::unique_ptr<base::ThreadPool> import_thread_;
  base::Turnstile turnstile_;
  std::unique_ptr<watch::Reach> reach_;
  std::unique_ptr<watch::Reach> areas_reach_;
  std::unique_ptr<view::View<ProximityState>> view_;
  std::unique_ptr<view::Compactor> compactor_;
  std::unique_ptr<view::Writer<ProximityState>> writer_;
  std::unique_ptr<LayerWork> layer_work_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<ProximityService> service_;
  std::unique_ptr<ProximityFollower> follower_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<base::Repeater> days_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_COMPONENT_H_
