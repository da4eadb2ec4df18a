#include "lib/watch/follower_core.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/base/status.h"

namespace lagesbild::watch {
namespace {

// How often the clock is looked at while nothing comes.
constexpr absl::Duration kTick = absl::Milliseconds(50);
// A cancelled call ends at once; this only bounds what cannot happen.
constexpr absl::Duration kCancelWait = absl::Seconds(5);
// A server that works is never silent for longer than one.
constexpr int kSilentIntervals = 3;

bool CursorIsOfNoUse(const absl::Status& status) {
  if (absl::IsOutOfRange(status)) return true;
  const std::string reason = base::ReasonOf(status);
  return absl::IsInvalidArgument(status) &&
         (reason == base::kCursorForeign || reason == base::kCursorCompacted ||
          reason == base::kCursorAhead);
}

bool SamePlace(const Basis& a, const Basis& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.service() == y.service() && x.store_id() == y.store_id() &&
               x.revision() == y.revision();
      });
}

}  // namespace

// The consumer's word on one batch; outlives the follower where it comes late.
class Answer {
 public:
  // The first word counts.
  void Give(absl::Status status) {
    base::MutexLock lock(&mutex_);
    if (!status_) status_ = std::move(status);
    given_.SignalAll();
  }
  absl::Status Wait() {
    base::MutexLock lock(&mutex_);
    while (!status_) given_.Wait(&mutex_);
    return *status_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar given_;
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
};

FollowerCore::FollowerCore(FollowerOptions options, const base::Clock* clock,
                           base::Logger* logger, OpenStream open,
                           std::function<std::string()> load_cursor,
                           ErasedConsumer consumer)
    : options_(std::move(options)),
      clock_(clock),
      logger_(logger),
      open_(std::move(open)),
      load_cursor_(std::move(load_cursor)),
      consumer_(std::move(consumer)),
      stream_backoff_(options_.min_backoff),
      consumer_backoff_(options_.min_backoff) {}

void FollowerCore::Start() {
  thread_ = std::thread([this] { Run(); });
}

void FollowerCore::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
    if (queue_) queue_->Close();
    if (answer_) answer_->Give(absl::CancelledError("the follower stops"));
  }
  if (thread_.joinable()) thread_.join();
}

FollowerStatus FollowerCore::status() const {
  base::MutexLock lock(&mutex_);
  return status_;
}

void FollowerCore::Run() {
  while (!Stopping()) {
    const absl::Status status = RunStream();
    if (Stopping()) return;
    Failed(status);
    Pause(consumer_failed_ ? &consumer_backoff_ : &stream_backoff_);
  }
}

absl::Status FollowerCore::RunStream() {
  consumer_failed_ = false;
  loaded_ = load_cursor_();
  // Another replica may have gone on from the refused one meanwhile.
  const std::string cursor = loaded_ == refused_ ? std::string() : loaded_;
  std::shared_ptr<DeliveryQueue> queue;
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) return absl::CancelledError("the follower stops");
    queue = queue_ = std::make_shared<DeliveryQueue>(
        options_.max_waiting, options_.max_waiting_bytes, status_.reached);
    status_.cursor = cursor;
    ++status_.streams;
  }
  const std::shared_ptr<OpenedStream> stream = open_(cursor, queue);
  absl::Status ended = Read(queue.get(), stream.get());
  stream->Cancel();
  queue->WaitForEnd(kCancelWait);
  return ended;
}

absl::Status FollowerCore::Read(DeliveryQueue* queue, OpenedStream* stream) {
  absl::Duration heard = clock_->Monotonic();
  while (!Stopping()) {
    DeliveryQueue::Taken taken = queue->Take(kTick);
    const std::optional<grpc::Status> ended = taken.ended;
    const bool silent = taken.messages == 0 && !taken.paused &&
                        taken.deliveries.empty() && !taken.read_more;
    if (taken.read_more) stream->ReadMore();
    LB_RETURN_IF_ERROR(Take(std::move(taken)));
    if (ended) return FromGrpc(*ended);
    const absl::Duration now = clock_->Monotonic();
    if (!silent) heard = now;
    if (now - heard > kSilentIntervals * options_.bookmark_interval) {
      return absl::UnavailableError("the stream has fallen silent");
    }
  }
  return absl::CancelledError("the follower stops");
}

absl::Status FollowerCore::Take(DeliveryQueue::Taken taken) {
  if (taken.messages > 0) {
    stream_backoff_ = options_.min_backoff;
    base::MutexLock lock(&mutex_);
    status_.connected = true;
  }
  std::vector<ErasedDelivery>& batch = taken.deliveries;
  batch.erase(
      std::remove_if(batch.begin(), batch.end(),
                     [this](const ErasedDelivery& d) { return !IsNews(d); }),
      batch.end());
  if (batch.empty()) return absl::OkStatus();
  return Consume(std::move(batch));
}

// A bookmark that only says that the stream is alive is nobody's business.
bool FollowerCore::IsNews(const ErasedDelivery& delivery) const {
  if (delivery.kind != DeliveryKind::kBookmark) return true;
  base::MutexLock lock(&mutex_);
  return delivery.cursor != status_.cursor ||
         !SamePlace(delivery.reached, status_.reached);
}

absl::Status FollowerCore::Consume(std::vector<ErasedDelivery> batch) {
  ErasedDelivery last;
  last.kind = batch.back().kind;
  last.cursor = batch.back().cursor;
  last.reached = batch.back().reached;
  Counts counts;
  for (const ErasedDelivery& d : batch) {
    if (d.kind == DeliveryKind::kSnapshot) ++counts.snapshots;
    if (d.kind == DeliveryKind::kChanges) ++counts.revisions;
  }
  auto answer = std::make_shared<Answer>();
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) return absl::CancelledError("the follower stops");
    answer_ = answer;
  }
  consumer_(std::move(batch),
            [answer](absl::Status status) { answer->Give(std::move(status)); });
  absl::Status status = answer->Wait();
  if (status.ok()) {
    Stored(last, counts);
  } else {
    consumer_failed_ = true;
  }
  return status;
}

void FollowerCore::Stored(const ErasedDelivery& last, Counts counts) {
  consumer_backoff_ = options_.min_backoff;
  if (counts.snapshots > 0) refused_.reset();
  base::MutexLock lock(&mutex_);
  status_.cursor = last.cursor;
  status_.reached = last.reached;
  status_.snapshots += counts.snapshots;
  status_.revisions += counts.revisions;
  status_.last_error = absl::OkStatus();
}

void FollowerCore::Failed(const absl::Status& status) {
  if (!consumer_failed_ && CursorIsOfNoUse(status)) refused_ = loaded_;
  logger_->Info("follower starts anew", {{"follower", options_.name},
                                         {"because", status.ToString()},
                                         {"snapshot", refused_ ? "1" : "0"}});
  base::MutexLock lock(&mutex_);
  status_.connected = false;
  status_.last_error = status;
}

absl::Status FollowerCore::FromGrpc(const grpc::Status& status) const {
  if (status.ok()) return absl::UnavailableError("the server ended the stream");
  return options_.from_grpc_status(status);
}

void FollowerCore::Pause(absl::Duration* backoff) {
  const absl::Duration pause = *backoff * (0.5 + 0.5 * options_.random());
  *backoff = std::min(*backoff * 2, options_.max_backoff);
  const absl::Duration until = clock_->Monotonic() + pause;
  base::MutexLock lock(&mutex_);
  while (!stopping_ && clock_->Monotonic() < until) {
    wake_.WaitFor(&mutex_, std::min(pause, kTick));
  }
}

bool FollowerCore::Stopping() const {
  base::MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace lagesbild::watch
