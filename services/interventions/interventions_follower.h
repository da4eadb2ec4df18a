#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FOLLOWER_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FOLLOWER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/mutex.h"
#include "lib/watch/follower.h"
#include "services/interventions/backend.h"
#include "services/interventions/interventions_commit.h"
#include "services/interventions/upstream_news.h"

namespace lagesbild::interventions {

// Follows the registry's sites and proximity's exposures of the default layer:
// takes what is new, decides which gaps follow, and commits the effects, the
// cursor and what is kept of the records in one. Any number of replicas may do
// so on one ledger: each thing is derived once.
class InterventionsFollower {
 public:
  // The name in `options` is set here.
  InterventionsFollower(const Backend& backend,
                        const std::shared_ptr<grpc::Channel>& registry,
                        const std::shared_ptr<grpc::Channel>& proximity,
                        const watch::FollowerOptions& options);
  ~InterventionsFollower() { Stop(); }

  void Start();
  // No delivery is taken any more when it returns.
  void Stop();

  using Done = std::function<void(absl::Status)>;

  // Derives the gaps for the present day. `done` runs once, on any thread.
  void RollDay(Done done);

 private:
  using SiteFollower = watch::Follower<registry::v1::WatchSitesRequest,
                                       registry::v1::WatchSitesResponse>;
  using ExposureFollower =
      watch::Follower<proximity::v1::WatchExposuresRequest,
                      proximity::v1::WatchExposuresResponse>;

  // The cursor that a stream was last opened with.
  class Opened {
   public:
    std::string Note(std::string cursor) {
      base::MutexLock lock(&mutex_);
      return cursor_ = std::move(cursor);
    }
    std::string Last() const {
      base::MutexLock lock(&mutex_);
      return cursor_;
    }

   private:
    mutable base::Mutex mutex_;
    std::string cursor_ ABSL_GUARDED_BY(mutex_);
  };

  void OnSites(const std::vector<SiteDelivery>& deliveries, Done done);
  void OnExposures(const std::vector<ExposureDelivery>& deliveries, Done done);
  std::string StoredCursor(const watch::Followed& (InterventionsState::*which)()
                               const);

  const Backend backend_;
  const std::shared_ptr<registry::v1::SiteRegistry::Stub> registry_;
  const std::shared_ptr<proximity::v1::ProximityAnalysis::Stub> proximity_;
  Opened sites_opened_;
  Opened exposures_opened_;
  SiteFollower sites_;
  ExposureFollower exposures_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_FOLLOWER_H_
