#include "gateway/proxy_call.h"

#include <atomic>
#include <optional>
#include <utility>

#include "lib/base/mutex.h"

namespace lagesbild::gateway {

// Two flows, each one message at a time. Upload: read from the caller, write to
// the service. Download: read from the service, write to the caller. Each flow
// keeps a hold on the client's reactor while it may still start an operation
// there, so the service's OnDone comes last, and with it the caller's Finish.
//
// Operations are started outside the lock: gRPC may run the next reaction on
// this very thread.
class ProxyBridge : public std::enable_shared_from_this<ProxyBridge> {
 public:
  ProxyBridge(ProxyCallPlan plan, ProxyCalls* calls)
      : plan_(std::move(plan)), calls_(calls) {}
  grpc::ServerGenericBidiReactor* Start();
  // Ends the call with `status`, whatever the service says.
  void End(const grpc::Status& status);

  void OnCallerRead(bool ok);
  void OnCallerWritten(bool ok);
  void OnCallerGone();
  void OnServiceRead(bool ok);
  void OnServiceWritten(bool ok);
  void OnServiceDone(const grpc::Status& status);

 private:
  class CallerSide;
  class ServiceSide;
  enum class Upload { kReading, kWriting, kDone };

  bool Move(Upload from, Upload to);
  bool CallerHasGone() const { return gone_ || plan_.caller->IsCancelled(); }
  bool PassesOn();

  ProxyCallPlan plan_;
  ProxyCalls* const calls_;
  CallerSide* caller_ = nullptr;
  ServiceSide* service_ = nullptr;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::atomic<std::int64_t> request_bytes_ = 0;

  std::atomic<bool> gone_ = false;

  base::Mutex mutex_;
  Upload upload_ ABSL_GUARDED_BY(mutex_) = Upload::kReading;
  bool service_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> refused_ ABSL_GUARDED_BY(mutex_);
};

class ProxyBridge::CallerSide final : public grpc::ServerGenericBidiReactor {
 public:
  explicit CallerSide(std::shared_ptr<ProxyBridge> bridge)
      : bridge_(std::move(bridge)) {}
  void OnReadDone(bool ok) override { bridge_->OnCallerRead(ok); }
  void OnWriteDone(bool ok) override { bridge_->OnCallerWritten(ok); }
  void OnCancel() override { bridge_->OnCallerGone(); }
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<ProxyBridge> bridge_;
};

class ProxyBridge::ServiceSide final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit ServiceSide(std::shared_ptr<ProxyBridge> bridge)
      : bridge_(std::move(bridge)) {}
  void OnReadDone(bool ok) override { bridge_->OnServiceRead(ok); }
  void OnWriteDone(bool ok) override { bridge_->OnServiceWritten(ok); }
  void OnDone(const grpc::Status& status) override {
    bridge_->OnServiceDone(status);
    delete this;
  }

 private:
  const std::shared_ptr<ProxyBridge> bridge_;
};

grpc::ServerGenericBidiReactor* ProxyBridge::Start() {
  caller_ = new CallerSide(shared_from_this());
  service_ = new ServiceSide(shared_from_this());
  plan_.backend->PrepareBidiStreamingCall(plan_.context.get(), plan_.method, {},
                                          service_);
  grpc::ServerGenericBidiReactor* const caller = caller_;
  service_->AddMultipleHolds(2);
  service_->StartRead(&response_);
  caller_->StartRead(&request_);
  service_->StartCall();
  return caller;
}

bool ProxyBridge::Move(Upload from, Upload to) {
  base::MutexLock lock(&mutex_);
  if (upload_ != from) return false;
  upload_ = to;
  return true;
}

void ProxyBridge::OnCallerGone() {
  gone_ = true;
  plan_.context->TryCancel();
}

void ProxyBridge::OnCallerRead(bool ok) {
  if (ok) {
    if (!Move(Upload::kReading, Upload::kWriting)) return;
    request_bytes_ += static_cast<std::int64_t>(request_.Length());
    service_->StartWrite(&request_);
  } else if (Move(Upload::kReading, Upload::kDone)) {
    // The stream of a caller that went away was not ended by it: to the service
    // it must not look whole.
    if (CallerHasGone()) {
      plan_.context->TryCancel();
    } else {
      service_->StartWritesDone();
    }
    service_->RemoveHold();
  }
}

void ProxyBridge::OnServiceWritten(bool ok) {
  bool go_on;
  {
    base::MutexLock lock(&mutex_);
    go_on = ok && !service_ended_;
    upload_ = go_on ? Upload::kReading : Upload::kDone;
  }
  if (go_on) {
    caller_->StartRead(&request_);
  } else {
    service_->RemoveHold();
  }
}

void ProxyBridge::OnServiceRead(bool ok) {
  if (ok) {
    if (PassesOn()) return caller_->StartWrite(&response_);
    // What has been cancelled is read to its end.
    return service_->StartRead(&response_);
  }
  bool release_upload;
  {
    base::MutexLock lock(&mutex_);
    service_ended_ = true;
    release_upload = upload_ == Upload::kReading;
    if (release_upload) upload_ = Upload::kDone;
  }
  if (release_upload) service_->RemoveHold();
  service_->RemoveHold();
}

void ProxyBridge::OnCallerWritten(bool ok) {
  // After a cancel the service's reads fail, which ends the flow.
  if (!ok) plan_.context->TryCancel();
  response_.Clear();
  service_->StartRead(&response_);
}

bool ProxyBridge::PassesOn() {
  {
    base::MutexLock lock(&mutex_);
    if (refused_) return false;
  }
  const absl::Status filtered = plan_.filter(&response_);
  if (filtered.ok()) return true;
  End(grpc::Status(grpc::StatusCode::INTERNAL,
                   std::string(filtered.message())));
  return false;
}

void ProxyBridge::End(const grpc::Status& status) {
  {
    base::MutexLock lock(&mutex_);
    if (!refused_) refused_ = status;
  }
  plan_.context->TryCancel();
}

void ProxyBridge::OnServiceDone(const grpc::Status& status) {
  grpc::Status outcome = status;
  {
    base::MutexLock lock(&mutex_);
    if (refused_) outcome = *refused_;
  }
  calls_->Remove(this);
  caller_->Finish(plan_.finish({*plan_.context, outcome, request_bytes_}));
}

grpc::ServerGenericBidiReactor* ProxyCalls::Start(ProxyCallPlan plan) {
  const bool streams = plan.streams;
  const auto bridge = std::make_shared<ProxyBridge>(std::move(plan), this);
  const std::optional<grpc::Status> ended =
      streams ? Add(bridge) : std::nullopt;
  grpc::ServerGenericBidiReactor* const reactor = bridge->Start();
  if (ended) bridge->End(*ended);
  return reactor;
}

std::optional<grpc::Status> ProxyCalls::Add(
    const std::shared_ptr<ProxyBridge>& bridge) {
  base::MutexLock lock(&mutex_);
  if (!ended_) streams_.emplace(bridge.get(), bridge);
  return ended_;
}

void ProxyCalls::Remove(ProxyBridge* bridge) {
  base::MutexLock lock(&mutex_);
  streams_.erase(bridge);
}

void ProxyCalls::EndStreams(const grpc::Status& status) {
  std::map<ProxyBridge*, std::weak_ptr<ProxyBridge>> streams;
  {
    base::MutexLock lock(&mutex_);
    ended_ = status;
    streams.swap(streams_);
  }
  for (const auto& [raw, weak] : streams) {
    if (const auto bridge = weak.lock()) bridge->End(status);
  }
}

}  // namespace lagesbild::gateway
