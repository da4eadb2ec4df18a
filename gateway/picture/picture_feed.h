#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/picture/situations.h"
#include "gateway/upstreams.h"
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

// Follows the services' watches and writes the situations that change into the
// picture's ledger, one commit for each delivery.
class PictureFeed {
 public:
  // Begins to follow. `ledger` is a memory ledger of the feed's own; what is
  // passed must outlive the feed.
  PictureFeed(const std::string& region, const Upstreams& upstreams,
              ledger::Ledger* ledger, const base::Clock* clock,
              base::Logger* logger);
  ~PictureFeed() { Stop(); }
  PictureFeed(const PictureFeed&) = delete;
  PictureFeed& operator=(const PictureFeed&) = delete;

  // Stops following; what is there stays.
  void Stop() { streams_.clear(); }

  // Every stream has given its first picture.
  bool Complete() const { return complete_; }

  // The newest recorded time that the streams have told of; InfinitePast before
  // any. What the picture shows was recorded at or before it.
  absl::Time Newest() const;

  // Somebody made sure that the picture holds everything that was recorded at
  // or before `moment`.
  void NoteWhole(absl::Time moment);
  // The latest moment of which that is known; once Complete(), at least the one
  // at which the feed began, since every stream's first picture is younger.
  absl::Time WholeUpTo() const;

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
  void NoteRecorded(absl::Time recorded);
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
  std::set<std::string> shown_ ABSL_GUARDED_BY(mutex_);  // sites in the ledger

  // What RPC threads ask for: never held while a delivery is taken.
  mutable base::Mutex moments_mutex_;
  absl::Time newest_ ABSL_GUARDED_BY(moments_mutex_) = absl::InfinitePast();
  absl::Time whole_up_to_ ABSL_GUARDED_BY(moments_mutex_);
  std::atomic<bool> complete_ = false;

  // Last: the streams call into what is above.
  std::vector<std::unique_ptr<Stream>> streams_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_FEED_H_
