#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FOLLOWER_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FOLLOWER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/mutex.h"
#include "lib/watch/follower.h"
#include "services/proximity/backend.h"
#include "services/proximity/registry_news.h"

namespace lagesbild::proximity {

// Follows the registry's sites and areas: takes what is new, derives, and
// commits the effects, the cursor and what is kept of the records in one. Any
// number of replicas may do so on one ledger: each thing is derived once.
class ProximityFollower {
 public:
  // `parent` is the region's name. `options.name` is set here.
  ProximityFollower(const Backend& backend,
                    const std::shared_ptr<grpc::Channel>& registry,
                    const std::string& parent,
                    const watch::FollowerOptions& options);
  ~ProximityFollower() { Stop(); }

  void Start();
  // Nothing new is taken when it returns; what was taken holds its turn in the
  // backend's turnstile until the last of its commits.
  void Stop();

  // Derives for today when what stands was derived for a day before. `done` is
  // called once, perhaps on this thread.
  void RollDay(std::function<void(absl::Status)> done);

 private:
  using SiteFollower = watch::Follower<registry::v1::WatchSitesRequest,
                                       registry::v1::WatchSitesResponse>;
  using AreaFollower = watch::Follower<registry::v1::WatchAreasRequest,
                                       registry::v1::WatchAreasResponse>;
  using Done = std::function<void(absl::Status)>;

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
  void OnAreas(const std::vector<AreaDelivery>& deliveries, Done done);
  std::string StoredCursor(const watch::Followed& (ProximityState::*which)()
                               const);

  const Backend backend_;
  const std::shared_ptr<registry::v1::SiteRegistry::Stub> stub_;
  Opened sites_opened_;
  Opened areas_opened_;
  SiteFollower sites_;
  AreaFollower areas_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_FOLLOWER_H_
