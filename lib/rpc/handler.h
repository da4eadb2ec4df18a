#ifndef LAGESBILD_LIB_RPC_HANDLER_H_
#define LAGESBILD_LIB_RPC_HANDLER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message_lite.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/rpc/access_log.h"
#include "lib/rpc/call.h"
#include "lib/rpc/finished_stream.h"  // IWYU pragma: export
#include "lib/rpc/identity.h"
#include "lib/rpc/method.h"
#include "lib/rpc/metrics.h"
#include "lib/rpc/unary_call.h"

namespace lagesbild::rpc {

// May this caller call this method at all? Must not block.
using Policy =
    std::function<absl::Status(const google::protobuf::MethodDescriptor& method,
                               const access::v1::Caller& caller)>;

// Calls `done` once, on any thread, as soon as what the service reads from
// includes every position of `token`; after `within` at the latest, with
// UNAVAILABLE NOT_CAUGHT_UP (`within` is less than the call has left, so that
// the client hears it). Must not block.
using Reached = std::function<void(const access::v1::ConsistencyToken& token,
                                   absl::Duration within,
                                   std::function<void(absl::Status)> done)>;

// None is owned. Without `identify` or `policy` every call is refused; without
// `reached` a read that carries a token is UNAVAILABLE.
struct HandlerOptions {
  const base::Clock* clock = nullptr;
  base::Logger* logger = nullptr;
  AccessLog* access_log = nullptr;
  Metrics* metrics = nullptr;
  Identify identify;
  Policy policy;
  Reached reached;
};

class BudgetTimer;

// The one wrapper around every handler: finds out who calls, asks the policy,
// sets the time budget, waits for the consistency token of a read, runs the
// handler, catches what it throws, answers exactly once, counts and logs. One
// object for all services of a server; it outlives the server. Thread-safe.
//
//   grpc::ServerUnaryReactor* GetSite(grpc::CallbackServerContext* context,
//                                     const GetSiteRequest* request,
//                                     Site* response) override {
//     return handlers_->Unary(context, request, response,
//                             "SiteRegistry.GetSite",
//                             std::bind_front(&RegistryService::DoGet, this));
//   }
class Handlers {
 public:
  // `services`: full names, "lagesbild.registry.v1.SiteRegistry"; their
  // generated code is linked in. A name that is not known is logged and its
  // methods answer INTERNAL.
  Handlers(HandlerOptions options, const std::vector<std::string>& services);
  ~Handlers();

  // `handler(CallPtr, const Request&, Response*, Done)` answers now or later,
  // from any thread. It must not block. When the call's budget is used up the
  // client is answered without it; what it works on lives as long as it keeps
  // the CallPtr or the Done.
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context,
                                  const Request* request, Response* response,
                                  absl::string_view method, Handler handler) {
    auto call = std::make_shared<WorkingCall<Request, Response>>(
        FindOrUnknown(method), context, options_.clock, *request, response);
    auto* const work = call.get();
    return Start(call, SizeOf(*request),
                 [handler = std::move(handler), work](const CallPtr& admitted,
                                                      Done done) mutable {
                   handler(admitted, work->request(), work->response(),
                           std::move(done));
                 });
  }

  // `absl::Status handler(Call&, const Request&, Response*)` answers at once:
  // for reads from memory.
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* UnaryNow(grpc::CallbackServerContext* context,
                                     const Request* request, Response* response,
                                     absl::string_view method,
                                     Handler handler) {
    return Start(std::make_shared<UnaryCall>(FindOrUnknown(method), context,
                                             options_.clock),
                 SizeOf(*request),
                 [handler = std::move(handler), request, response](
                     const CallPtr& call, const Done& done) mutable {
                   done(absl::Status(handler(*call, *request, response)));
                 });
  }

  // For streams: identifies, asks the policy, notes the token. On refusal the
  // call is already logged; return FinishedStream(status) to gRPC. Else keep
  // the Call with the stream and call Finished on it in OnDone.
  absl::StatusOr<CallPtr> AdmitStream(grpc::CallbackServerContext* context,
                                      absl::string_view method,
                                      std::int64_t request_bytes);

  // Within a catch (...), for what was thrown while a method was served:
  // logged; the status is to end the call with.
  absl::Status Caught(absl::string_view method) const;

  // Blocks until nobody works on any call: a handler may be at work long after
  // its client was answered, with all that it was made from. Called when the
  // server is gone, and when all that calls wait for answers at once.
  void AwaitIdle() const;

  // By short name or by path; null when not one of the services'.
  const MethodState* Find(absl::string_view method) const;

 private:
  using Later = std::function<void(const CallPtr&, Done)>;

  static std::int64_t SizeOf(const google::protobuf::MessageLite& message) {
    return static_cast<std::int64_t>(message.ByteSizeLong());
  }
  static std::int64_t SizeOf(const grpc::ByteBuffer& bytes) {
    return static_cast<std::int64_t>(bytes.Length());
  }

  grpc::ServerUnaryReactor* Start(const std::shared_ptr<UnaryCall>& call,
                                  std::int64_t bytes, Later handler);

  void AddService(const std::string& name);
  void AddMethod(const google::protobuf::MethodDescriptor* descriptor);
  const MethodState* FindOrUnknown(absl::string_view method) const;
  absl::Status Admit(const MethodState* method, Call* call) const;
  absl::Status AdmitOrThrow(const MethodState* method, Call* call) const;
  bool MustWait(const MethodState* method, const Call& call) const;
  void Wait(const std::shared_ptr<UnaryCall>& call, Later handler) const;
  void Run(const std::shared_ptr<UnaryCall>& call, const Later& handler) const;

  const HandlerOptions options_;
  const std::unique_ptr<BudgetTimer> budgets_;
  std::vector<std::unique_ptr<MethodState>> methods_;
  absl::flat_hash_map<std::string, const MethodState*> by_name_;
  const MethodState unknown_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_HANDLER_H_
