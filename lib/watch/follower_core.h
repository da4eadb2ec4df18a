#ifndef LAGESBILD_LIB_WATCH_FOLLOWER_CORE_H_
#define LAGESBILD_LIB_WATCH_FOLLOWER_CORE_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/rpc/status.h"
#include "lib/watch/delivery_queue.h"
#include "lib/watch/random.h"

namespace lagesbild::watch {

struct FollowerOptions {
  std::string name;  // for the log: "proximity follows registry"
  // The server's; a stream that is silent for three of them is cancelled.
  absl::Duration bookmark_interval = absl::Seconds(15);
  // The pause after a broken stream; doubles while nothing arrives, and is
  // shortened by up to half at random.
  absl::Duration min_backoff = absl::Milliseconds(100);
  absl::Duration max_backoff = absl::Seconds(10);
  // How much may wait while the consumer works.
  std::size_t max_waiting = 256;  // deliveries
  std::size_t max_waiting_bytes = 8 << 20;
  // A number in [0, 1) (NewRandom). Thread-safe.
  std::function<double()> random = NewRandom();
  std::function<absl::Status(const grpc::Status&)> from_grpc_status =
      rpc::FromGrpc;
};

struct FollowerStatus {
  bool connected = false;      // a message has come on the present stream
  std::string cursor;          // of the last delivery that was stored
  Basis reached;               // after that delivery
  absl::Status last_error;     // why the last stream or commit failed
  std::int64_t snapshots = 0;  // deliveries stored so far, by kind
  std::int64_t revisions = 0;
  std::int64_t streams = 0;  // opened so far
};

// One open call.
class OpenedStream {
 public:
  virtual ~OpenedStream() = default;
  virtual void ReadMore() = 0;  // after StreamEvents::OnMessage gave false
  virtual void Cancel() = 0;
};

using OpenStream = std::function<std::shared_ptr<OpenedStream>(
    const std::string& cursor, std::shared_ptr<StreamEvents> events)>;
using ErasedConsumer = std::function<void(
    std::vector<ErasedDelivery>, std::function<void(absl::Status)> done)>;

// Follower without its message types.
class FollowerCore {
 public:
  FollowerCore(FollowerOptions options, const base::Clock* clock,
               base::Logger* logger, OpenStream open,
               std::function<std::string()> load_cursor,
               ErasedConsumer consumer);
  ~FollowerCore() { Stop(); }

  void Start();
  void Stop();
  FollowerStatus status() const;

 private:
  struct Counts {
    std::int64_t snapshots = 0;
    std::int64_t revisions = 0;
  };

  void Run();
  absl::Status RunStream();
  absl::Status Read(DeliveryQueue* queue, OpenedStream* stream);
  absl::Status Take(DeliveryQueue::Taken taken);
  absl::Status Consume(std::vector<ErasedDelivery> batch);
  bool IsNews(const ErasedDelivery& delivery) const;
  void Stored(const ErasedDelivery& last, Counts counts);
  void Failed(const absl::Status& status);
  absl::Status FromGrpc(const grpc::Status& status) const;
  void Pause(absl::Duration* backoff);
  bool Stopping() const;

  const FollowerOptions options_;
  const base::Clock* const clock_;
  base::Logger* const logger_;
  const OpenStream open_;
  const std::function<std::string()> load_cursor_;
  const ErasedConsumer consumer_;

  // Only the thread's.
  absl::Duration stream_backoff_;
  absl::Duration consumer_backoff_;
  bool consumer_failed_ = false;
  std::string loaded_;                  // before the present stream
  std::optional<std::string> refused_;  // what was loaded, until a snapshot

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<DeliveryQueue> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<class Answer> answer_ ABSL_GUARDED_BY(mutex_);
  FollowerStatus status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_FOLLOWER_CORE_H_
