#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMPONENT_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMPONENT_H_

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
#include "services/interventions/interventions_follower.h"
#include "services/interventions/interventions_service.h"

namespace lagesbild::interventions {

// What interventions are made of; nothing is owned but the channels, all of it
// outlives them.
struct InterventionsDeps {
  ledger::Ledger* ledger = nullptr;
  const base::Clock* clock = nullptr;
  base::IdSource* ids = nullptr;
  base::Logger* logger = nullptr;
  std::string region;  // "stockholm", the {region} of its names
  // Calls over them are made as the suite's member "interventions".
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> proximity;
  // `reached` is the component's own. Without `policy` a method's rule alone
  // decides (access::CheckRule).
  rpc::HandlerOptions handlers;
  // `service` and the conversion of statuses are the component's own.
  watch::WatchHubOptions watch;
  // The name and the conversion of statuses are the component's own.
  watch::FollowerOptions follower;
  // How often to look whether a new day has begun: how long past midnight a
  // follow-up that is overdue then may be missing.
  absl::Duration day_check = absl::Seconds(10);
};

// Interventions in one piece.
class InterventionsComponent final : public rpc::Component,
                                     private view::ViewListener {
 public:
  // Loads the ledger, blocking, and begins to follow the registry and
  // proximity.
  static absl::StatusOr<std::unique_ptr<InterventionsComponent>> Open(
      InterventionsDeps deps);
  ~InterventionsComponent() override;

  std::string Name() const override { return kServiceName; }
  std::vector<grpc::Service*> Services() override { return {service_.get()}; }
  // Once both upstreams have been heard of, now or in an earlier life.
  bool Ready() const override;
  void Drain() override;

  // For rpc::HandlerOptions of whoever answers from this component.
  rpc::Reached reached();

 private:
  explicit InterventionsComponent(InterventionsDeps deps);
  absl::Status Build();
  Backend MakeBackend();
  void Serve(const Backend& backend);
  void StopFollowing();
  void LookAtTheDay();

  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override;
  void OnReload(const ledger::Head& head) override;
  void UpdateReach();

  InterventionsDeps deps_;
  access::Redactor redactor_;
  Presenter presenter_;
  const std::string store_id_;  // the ledger's
  // Outlives the view, which runs tasks on it until it is stopped.
  std::unique_ptr<base::ThreadPool> executor_;
  base::Turnstile turnstile_;
  std::unique_ptr<watch::Reach> reach_;
  std::unique_ptr<view::View<InterventionsState>> view_;
  std::unique_ptr<view::Compactor> compactor_;
  std::unique_ptr<view::Writer<InterventionsState>> writer_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<InterventionsService> service_;
  std::unique_ptr<InterventionsFollower> follower_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<base::Repeater> days_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_COMPONENT_H_
