#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FOLLOWER_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FOLLOWER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/base/log.h"
#include "lib/base/turnstile.h"
#include "lib/ledger/ledger.h"
#include "lib/view/view.h"
#include "lib/view/writer.h"
#include "lib/watch/follower.h"
#include "services/notifications/derivation.h"
#include "services/notifications/notifications_state.h"

namespace lagesbild::notifications {

// Where the upstreams are reached.
struct Upstreams {
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> proximity;
  std::shared_ptr<grpc::Channel> interventions;
};

// Follows sites, exposures and gaps, and commits what follows from them
// (derivation.h). Two replicas may run at once: of each upstream delivery one
// of them commits what follows, and the other goes on from there.
class NotificationsFollower {
 public:
  // What is passed must outlive it; commits are decided in turn on `executor`.
  // `name` and the conversion of statuses in `options` are its own.
  NotificationsFollower(view::View<NotificationsState>* view,
                        ledger::Ledger* ledger, base::Executor* executor,
                        const base::Clock* clock, base::Logger* logger,
                        const std::string& region, const Upstreams& upstreams,
                        const watch::FollowerOptions& options);
  // Returns when no commit of it is under way: the view and its executor may
  // go then.
  ~NotificationsFollower();

  void Start();
  // Takes nothing more; a commit may still be under way. Idempotent.
  void Stop();

 private:
  using TakenFn = std::function<void(absl::Status)>;

  // What was last given to a stream as its cursor; only the follower's thread
  // uses it.
  struct Opened {
    std::string cursor;
  };

  std::function<std::string()> CursorLoader(const std::string& upstream,
                                            std::shared_ptr<Opened> opened);
  void Take(const std::string& upstream, const std::string& refused,
            std::vector<Told> told, TakenFn done);

  // Works for any Watch method whose messages `tell` understands.
  template <typename Request, typename Response, typename Tell>
  std::unique_ptr<watch::Follower<Request, Response>> Follow(
      const std::string& upstream, const std::string& region,
      typename watch::Follower<Request, Response>::Open open, Tell tell,
      watch::FollowerOptions options);

  view::View<NotificationsState>* const view_;
  const base::Clock* const clock_;
  base::Logger* const logger_;
  view::Writer<NotificationsState> writer_;
  // Every commit checks the cursors of all upstreams: at once, they would
  // refuse each other.
  base::Turnstile turnstile_;
  const std::unique_ptr<registry::v1::SiteRegistry::Stub> registry_;
  const std::unique_ptr<proximity::v1::ProximityAnalysis::Stub> proximity_;
  const std::unique_ptr<interventions::v1::InterventionTracking::Stub>
      interventions_;
  std::unique_ptr<watch::Follower<registry::v1::WatchSitesRequest,
                                  registry::v1::WatchSitesResponse>>
      sites_;
  std::unique_ptr<watch::Follower<proximity::v1::WatchExposuresRequest,
                                  proximity::v1::WatchExposuresResponse>>
      exposures_;
  std::unique_ptr<watch::Follower<interventions::v1::WatchCoverageGapsRequest,
                                  interventions::v1::WatchCoverageGapsResponse>>
      gaps_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_FOLLOWER_H_
