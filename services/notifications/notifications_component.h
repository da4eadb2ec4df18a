#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_COMPONENT_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_COMPONENT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/component.h"
#include "lib/rpc/handler.h"
#include "lib/view/compactor.h"
#include "lib/view/view.h"
#include "lib/watch/random.h"
#include "lib/watch/reach.h"
#include "lib/watch/watch_hub.h"
#include "services/notifications/notifications_follower.h"
#include "services/notifications/notifications_service.h"
#include "services/notifications/sender.h"

namespace lagesbild::notifications {

// What notifications are made of; nothing is owned, all of it outlives them.
struct NotificationsDeps {
  ledger::Ledger* ledger = nullptr;
  const base::Clock* clock = nullptr;
  base::IdSource* ids = nullptr;
  base::Logger* logger = nullptr;
  std::string region;  // "stockholm", the {region} of its names
  Upstreams upstreams;
  // Where links in webhooks lead: the gateway's address, with a "/" at the end;
  // empty: no links.
  std::string link_base;
  // Which receivers are allowed, and whose certificates are trusted.
  WebhookClientOptions webhooks;
  // In [0, 1), for jitter; called on one thread.
  std::function<double()> random = watch::NewRandom();
  // `reached` is the component's own. Without `policy` a method's rule alone
  // decides (access::CheckRule).
  rpc::HandlerOptions handlers;
  // `service` and the conversion of statuses are the component's own.
  watch::WatchHubOptions watch;
  // `name` and the conversion of statuses are the component's own.
  watch::FollowerOptions follower;
};

// Notifications in one piece: service, followers and sender.
class NotificationsComponent final : public rpc::Component {
 public:
  // Loads the ledger, blocking, and starts to follow and to send.
  static absl::StatusOr<std::unique_ptr<NotificationsComponent>> Open(
      NotificationsDeps deps);
  ~NotificationsComponent() override;

  std::string Name() const override { return kServiceName; }
  std::vector<grpc::Service*> Services() override { return {service_.get()}; }
  // Once every upstream was followed: what happens from then on is an event,
  // what was before is known. After a restart that is so at once.
  bool Ready() const override;
  void Drain() override;

  // For rpc::HandlerOptions of whoever answers from this component.
  rpc::Reached reached();

  // For tests that move a clock of their own: looks at what is due.
  void Wake() { sender_->Wake(); }

 private:
  // Tells the Reach what the view shows.
  class ReachUpdater;

  explicit NotificationsComponent(NotificationsDeps deps);
  absl::Status Build();
  Backend MakeBackend();
  void MakeService();
  void MakeWorkers();

  NotificationsDeps deps_;
  access::Redactor redactor_;
  Presenter presenter_;
  // Outlives the view, which runs tasks on it until it is stopped.
  std::unique_ptr<base::ThreadPool> executor_;
  std::unique_ptr<view::View<NotificationsState>> view_;
  std::unique_ptr<view::Compactor> compactor_;
  std::unique_ptr<watch::Reach> reach_;
  std::unique_ptr<ReachUpdater> reach_updater_;
  std::unique_ptr<watch::WatchHub> hub_;
  std::unique_ptr<rpc::Handlers> handlers_;
  std::unique_ptr<NotificationsService> service_;
  std::unique_ptr<NotificationsFollower> follower_;
  std::unique_ptr<Sender> sender_;
  std::atomic<bool> draining_ = false;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_COMPONENT_H_
