#ifndef LAGESBILD_LIB_RPC_COLLECT_H_
#define LAGESBILD_LIB_RPC_COLLECT_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/rpc/call.h"
#include "lib/rpc/handler.h"
#include "lib/rpc/status.h"

// Client streams that are answered once, after everything was sent: imports.
namespace lagesbild::rpc {

struct CollectLimits {
  std::int64_t max_bytes = 256 << 20;  // all messages together
};

// One such call as gRPC sees it. Owns itself until OnDone. Not for direct use;
// see Collect.
template <typename Request>
class CollectedCall final : public grpc::ServerReadReactor<Request> {
 public:
  using Handler =
      std::function<void(const CallPtr&, std::vector<Request>, Done)>;

  static CollectedCall* Start(const Handlers* handlers,
                              absl::StatusOr<CallPtr> admitted,
                              grpc::CallbackServerContext* context,
                              CollectLimits limits, Handler handler) {
    auto call = std::make_shared<CollectedCall>(handlers, context, limits);
    call->self_ = call;
    call->handler_ = std::move(handler);
    if (admitted.ok()) {
      call->call_ = *std::move(admitted);
      call->StartRead(&call->message_);
    } else {
      call->Answer(admitted.status());
    }
    return call.get();
  }

  CollectedCall(const Handlers* handlers, grpc::CallbackServerContext* context,
                CollectLimits limits)
      : handlers_(handlers), context_(context), limits_(limits) {}

  void OnReadDone(bool ok) noexcept override {
    if (ok) return Take();
    // A stream that broke off is not one that was ended: half an import is
    // none.
    if (cancelled_ || context_->IsCancelled()) {
      return Answer(absl::CancelledError("the client has gone"));
    }
    Run();
  }

  void OnCancel() noexcept override { cancelled_ = true; }
  void OnDone() noexcept override { self_.reset(); }

  // Only the first answer counts.
  void Answer(const absl::Status& status) {
    if (answered_.exchange(true)) return;
    if (call_ != nullptr) {
      call_->LeaveContext();
      call_->Finished(status);
    }
    this->Finish(ToGrpc(status));
  }

 private:
  // Shared by all copies of one Done; the last of them sees to an answer.
  struct Owed {
    ~Owed() { call->Answer(absl::InternalError("the handler gave no answer")); }
    std::shared_ptr<CollectedCall> call;
  };

  void Take() noexcept {
    bytes_ += static_cast<std::int64_t>(message_.ByteSizeLong());
    if (bytes_ > limits_.max_bytes) {
      return Answer(absl::ResourceExhaustedError(
          "the import is larger than the server takes at once"));
    }
    messages_.push_back(std::move(message_));
    message_.Clear();
    this->StartRead(&message_);
  }

  void Run() noexcept {
    auto owed = std::make_shared<Owed>();
    owed->call = self_;
    try {
      handler_(call_, std::move(messages_),
               [owed](absl::Status status) { owed->call->Answer(status); });
    } catch (...) {
      Answer(handlers_->Caught(call_->method()));
    }
  }

  const Handlers* const handlers_;
  grpc::CallbackServerContext* const context_;
  const CollectLimits limits_;
  CallPtr call_;
  Handler handler_;
  Request message_;
  std::vector<Request> messages_;
  std::int64_t bytes_ = 0;
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> answered_ = false;
  std::shared_ptr<CollectedCall> self_;
};

// As Handlers::Unary for a client stream: admits the caller, reads everything,
// then runs `handler(CallPtr, std::vector<Request>, Response*, Done)`, which
// must not block. A stream that breaks off is never handed on.
//   RESOURCE_EXHAUSTED   more than `limits` allow
template <typename Request, typename Response, typename HandlerFn>
grpc::ServerReadReactor<Request>* Collect(Handlers* handlers,
                                          grpc::CallbackServerContext* context,
                                          Response* response,
                                          absl::string_view method,
                                          CollectLimits limits,
                                          HandlerFn handler) {
  return CollectedCall<Request>::Start(
      handlers, handlers->AdmitStream(context, method, 0), context, limits,
      [handler = std::move(handler), response](const CallPtr& call,
                                               std::vector<Request> messages,
                                               Done done) mutable {
        handler(call, std::move(messages), response, std::move(done));
      });
}

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_COLLECT_H_
