#ifndef LAGESBILD_LIB_WATCH_DELIVERY_QUEUE_H_
#define LAGESBILD_LIB_WATCH_DELIVERY_QUEUE_H_

#include <grpcpp/support/status.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"
#include "lagesbild/watch/v1/watch.pb.h"
#include "lib/base/mutex.h"
#include "lib/watch/cursor.h"

namespace lagesbild::watch {

enum class DeliveryKind {
  // The whole picture at one revision: what is not in it is gone. What changed
  // since the last cursor is known only by comparing: a catch-up.
  kSnapshot,
  // One revision.
  kChanges,
  // Nothing to see up to the cursor.
  kBookmark,
};

using MessagePtr = std::unique_ptr<google::protobuf::MessageLite>;

// See Delivery.
struct ErasedDelivery {
  DeliveryKind kind = DeliveryKind::kBookmark;
  std::vector<MessagePtr> parts;
  std::string cursor;
  absl::Time recorded_time = absl::InfinitePast();
  Basis reached;
};

// What a stream tells, on RPC threads.
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  // False: do not read on before ReadMore.
  virtual bool OnMessage(const v1::WatchHeader& header, MessagePtr message,
                         std::size_t bytes) = 0;
  // The call is over; the last event.
  virtual void OnEnd(const grpc::Status& status) = 0;
};

// What has arrived on one stream: parts are put together, whole deliveries
// wait, within limits. Thread-safe.
class DeliveryQueue final : public StreamEvents {
 public:
  // `reached`: what is known from earlier streams.
  DeliveryQueue(std::size_t max_waiting, std::size_t max_waiting_bytes,
                Basis reached = {})
      : max_waiting_(max_waiting),
        max_waiting_bytes_(max_waiting_bytes),
        reached_(std::move(reached)) {}

  bool OnMessage(const v1::WatchHeader& header, MessagePtr message,
                 std::size_t bytes) override;
  void OnEnd(const grpc::Status& status) override;

  struct Taken {
    std::vector<ErasedDelivery> deliveries;
    bool read_more = false;             // the stream had paused: ReadMore
    bool paused = false;                // and it still must
    std::int64_t messages = 0;          // that came since the last Take
    std::optional<grpc::Status> ended;  // set when nothing is left to take
  };

  // Waits up to `timeout` for something to take. A snapshot is taken alone;
  // bookmarks that a later delivery outdates are left out.
  Taken Take(absl::Duration timeout);

  // Take returns at once from now on.
  void Close();

  // Returns when the call is over, or after `timeout`.
  void WaitForEnd(absl::Duration timeout);

 private:
  void Finish(const v1::WatchHeader& header)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Full() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t max_waiting_;
  const std::size_t max_waiting_bytes_;
  base::Mutex mutex_;
  base::CondVar wake_;
  ErasedDelivery open_ ABSL_GUARDED_BY(mutex_);
  Basis reached_ ABSL_GUARDED_BY(mutex_);
  std::deque<ErasedDelivery> waiting_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::size_t> sizes_ ABSL_GUARDED_BY(mutex_);  // of waiting_
  std::size_t open_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t messages_ ABSL_GUARDED_BY(mutex_) = 0;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> ended_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_DELIVERY_QUEUE_H_
