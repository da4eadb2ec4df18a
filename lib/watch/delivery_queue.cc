#include "lib/watch/delivery_queue.h"

#include <utility>

#include "absl/strings/string_view.h"

namespace lagesbild::watch {
namespace {

absl::Time TimeOf(const v1::WatchHeader& header) {
  if (!header.has_recorded_time()) return absl::InfinitePast();
  return absl::FromUnixSeconds(header.recorded_time().seconds()) +
         absl::Nanoseconds(header.recorded_time().nanos());
}

DeliveryKind KindOf(const v1::WatchHeader& header) {
  switch (header.kind()) {
    case v1::MESSAGE_KIND_SNAPSHOT:
    case v1::MESSAGE_KIND_SNAPSHOT_COMPLETE:
      return DeliveryKind::kSnapshot;
    case v1::MESSAGE_KIND_CHANGE:
      return DeliveryKind::kChanges;
    default:
      return DeliveryKind::kBookmark;
  }
}

}  // namespace

bool DeliveryQueue::OnMessage(const v1::WatchHeader& header, MessagePtr message,
                              std::size_t bytes) {
  base::MutexLock lock(&mutex_);
  ++messages_;
  if (KindOf(header) != DeliveryKind::kBookmark) {
    open_.parts.push_back(std::move(message));
    open_bytes_ += bytes;
  }
  if (header.partial()) {
    // The stream is alive, though there is nothing to take.
    wake_.Signal();
    return true;
  }
  Finish(header);
  wake_.Signal();
  paused_ = Full();
  return !paused_;
}

void DeliveryQueue::Finish(const v1::WatchHeader& header) {
  open_.kind = KindOf(header);
  open_.cursor = header.cursor();
  open_.recorded_time = TimeOf(header);
  MergeBasis(Basis(header.reached().begin(), header.reached().end()),
             &reached_);
  open_.reached = reached_;
  // A later place outdates a bookmark that nobody has taken.
  if (!waiting_.empty() && waiting_.back().kind == DeliveryKind::kBookmark &&
      open_.kind != DeliveryKind::kSnapshot) {
    waiting_.pop_back();
    sizes_.pop_back();
  }
  waiting_.push_back(std::exchange(open_, {}));
  sizes_.push_back(open_bytes_);
  waiting_bytes_ += std::exchange(open_bytes_, 0);
}

bool DeliveryQueue::Full() const {
  return waiting_.size() >= max_waiting_ ||
         waiting_bytes_ >= max_waiting_bytes_;
}

void DeliveryQueue::OnEnd(const grpc::Status& status) {
  base::MutexLock lock(&mutex_);
  ended_ = status;
  wake_.SignalAll();
}

DeliveryQueue::Taken DeliveryQueue::Take(absl::Duration timeout) {
  base::MutexLock lock(&mutex_);
  if (waiting_.empty() && !ended_ && !closed_ && messages_ == 0) {
    wake_.WaitFor(&mutex_, timeout);
  }
  Taken taken;
  taken.messages = std::exchange(messages_, 0);
  while (!waiting_.empty()) {
    const bool snapshot = waiting_.front().kind == DeliveryKind::kSnapshot;
    if (snapshot && !taken.deliveries.empty()) break;
    taken.deliveries.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    waiting_bytes_ -= sizes_.front();
    sizes_.pop_front();
    if (snapshot) break;
  }
  taken.read_more = paused_ && !Full();
  if (taken.read_more) paused_ = false;
  taken.paused = paused_;
  if (waiting_.empty() && taken.deliveries.empty()) taken.ended = ended_;
  return taken;
}

void DeliveryQueue::Close() {
  base::MutexLock lock(&mutex_);
  closed_ = true;
  wake_.SignalAll();
}

void DeliveryQueue::WaitForEnd(absl::Duration timeout) {
  base::MutexLock lock(&mutex_);
  while (!ended_ && wake_.WaitFor(&mutex_, timeout)) {
  }
}

}  // namespace lagesbild::watch
