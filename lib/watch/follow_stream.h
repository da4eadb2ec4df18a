#ifndef LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_
#define LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "lib/base/mutex.h"
#include "lib/watch/follower_core.h"

namespace lagesbild::watch {

// One call of a Watch method. Owns itself until OnDone.
template <typename Request, typename Response>
class FollowStream final : public OpenedStream,
                           public grpc::ClientReadReactor<Response> {
 public:
  using Open = std::function<void(grpc::ClientContext*, const Request*,
                                  grpc::ClientReadReactor<Response>*)>;

  static std::shared_ptr<OpenedStream> Start(
      Request request, const Open& open, std::shared_ptr<StreamEvents> events) {
    std::shared_ptr<FollowStream> stream(
        new FollowStream(std::move(request), std::move(events)));
    stream->self_ = stream;
    open(&stream->context_, &stream->request_, stream.get());
    stream->Launch();
    return stream;
  }

  void ReadMore() override {
    base::MutexLock lock(&mutex_);
    if (reading_) {
      // OnReadDone is about to find that it was told to pause.
      wanted_ = true;
    } else if (held_) {
      Read();
    }
  }

  void Cancel() override {
    context_.TryCancel();
    base::MutexLock lock(&mutex_);
    cancelled_ = true;
    if (!reading_) Release();
  }

  void OnReadDone(bool ok) noexcept override {
    const bool more = ok && Hand();
    base::MutexLock lock(&mutex_);
    reading_ = false;
    if (!ok || cancelled_) return Release();
    if (more || std::exchange(wanted_, false)) Read();
  }

  void OnDone(const grpc::Status& status) noexcept override {
    const std::shared_ptr<FollowStream> last = std::move(self_);
    events_->OnEnd(status);
  }

 private:
  FollowStream(Request request, std::shared_ptr<StreamEvents> events)
      : events_(std::move(events)), request_(std::move(request)) {}

  void Launch() {
    base::MutexLock lock(&mutex_);
    // Reads are started from other threads: without the hold the call could be
    // over before one of them.
    this->AddHold();
    held_ = true;
    Read();
    this->StartCall();
  }

  void Read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    reading_ = true;
    message_ = std::make_unique<Response>();
    this->StartRead(message_.get());
  }

  void Release() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (std::exchange(held_, false)) this->RemoveHold();
  }

  // Hands on what was read; true: read on.
  bool Hand() {
    std::unique_ptr<Response> message;
    {
      base::MutexLock lock(&mutex_);
      message = std::move(message_);
    }
    const v1::WatchHeader header = message->header();
    const std::size_t bytes = message->ByteSizeLong();
    return events_->OnMessage(header, std::move(message), bytes);
  }

  const std::shared_ptr<StreamEvents> events_;
  const Request request_;
  grpc::ClientContext context_;
  std::shared_ptr<FollowStream> self_;
  base::Mutex mutex_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool wanted_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Response> message_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_FOLLOW_STREAM_H_
