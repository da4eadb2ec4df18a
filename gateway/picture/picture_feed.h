#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/picture/situations.h"
#include "lagesbild/interventions/v1/interventions.grpc.pb.h"
#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lagesbild/proximity/v1/proximity.grpc.pb.h"
#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/follower.h"
#include "lib/watch/reach.h"

namespace lagesbild::gateway {

// Channels to the four services.
struct Upstreams {
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> proximity;
  std::shared_ptr<grpc::Channel> interventions;
  std::shared_ptr<grpc::Channel> notifications;
};

// Follows the services' watches and writes the situations that change into the
// picture's ledger, one commit for each delivery.
class PictureFeed {
 public:
  // Begins to follow. `ledger` is a memory ledger of the feed's own; what is
  // passed must outlive the feed.
  PictureFeed(std::string region, Upstreams upstreams, ledger::Ledger* ledger,
              const base::Clock* clock, base::Logger* logger);
  // Stops following.
  ~PictureFeed();
  PictureFeed(const PictureFeed&) = delete;
  PictureFeed& operator=(const PictureFeed&) = delete;

  // Every stream has given its first picture.
  bool Complete() const;

  // The picture holds everything that was recorded before: the moment at which
  // the quietest stream was last heard of. InfinitePast before Complete().
  absl::Time UpTo() const;

  // The streams, and the ledgers that each of them reflects.
  static watch::Reach::Parts Parts();

 private:
  class Stream {
   public:
    virtual ~Stream() = default;
  };
  template <typename Request, typename Response>
  class StreamOf;

  template <typename Request, typename Response, typename Open, typename Apply>
  void Follow(const std::string& name, Open open, Apply apply);
  template <typename Response, typename Apply>
  absl::Status Take(const std::string& stream,
                    const std::vector<watch::Delivery<Response>>& deliveries,
                    const Apply& apply);
  void FollowRegistry(const std::shared_ptr<grpc::Channel>& channel);
  void FollowDerived(const Upstreams& upstreams);
  absl::Status Commit(const std::string& stream, const std::string& cursor,
                      const watch::Basis& reached)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<ledger::Write> SituationWrites()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string CursorOf(const std::string& stream) const;

  const std::string parent_;  // "regions/{region}"
  ledger::Ledger* const ledger_;
  const base::Clock* const clock_;
  base::Logger* const logger_;

  mutable base::Mutex mutex_;
  Situations situations_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> area_names_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> touched_areas_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> cursors_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, absl::Time> heard_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> shown_ ABSL_GUARDED_BY(mutex_);  // sites in the ledger

  // Last: the streams call into what is above.
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_
