#ifndef LAGESBILD_GATEWAY_PROXY_CALL_H_
#define LAGESBILD_GATEWAY_PROXY_CALL_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "lib/base/mutex.h"

namespace lagesbild::gateway {

// How one proxied call ended.
struct ProxyCallEnd {
  const grpc::ClientContext& context;  // of the call to the service
  const grpc::Status& status;
  std::int64_t request_bytes = 0;  // that the caller sent
};

// What one proxied call needs to know.
struct ProxyCallPlan {
  std::string method;  // "/package.Service/Method"
  // The answer is a stream, which may last.
  bool streams = false;
  // The caller's call; valid until it is answered.
  const grpc::CallbackServerContext* caller = nullptr;
  std::shared_ptr<grpc::GenericStub> backend;
  // Set up by the proxy: deadline, caller, consistency token.
  std::unique_ptr<grpc::ClientContext> context;
  // Rewrites one response in place. An error ends the call with INTERNAL, and
  // nothing of that response leaves the gateway.
  std::function<absl::Status(grpc::ByteBuffer*)> filter;
  // Hears the outcome once, just before the caller does, and says what the
  // caller is told. Adds trailers, counts, writes the access log.
  std::function<grpc::Status(const ProxyCallEnd&)> finish;
};

class ProxyBridge;

// The calls that are carried between callers and services, of any shape and
// message by message: the next message of a direction is read when the last one
// has been written, so a slow side slows the other down and nothing piles up
// here. A caller that goes away cancels the service's call. Outlives its calls.
// Thread-safe.
class ProxyCalls {
 public:
  // The reactor for CreateReactor to return; it owns itself.
  grpc::ServerGenericBidiReactor* Start(ProxyCallPlan plan);

  // Ends all streams to callers with `status`; from now on also those that are
  // started.
  void EndStreams(const grpc::Status& status);

 private:
  friend class ProxyBridge;
  // What the stream is to end with at once.
  std::optional<grpc::Status> Add(const std::shared_ptr<ProxyBridge>& bridge);
  void Remove(ProxyBridge* bridge);

  base::Mutex mutex_;
  std::optional<grpc::Status> ended_ ABSL_GUARDED_BY(mutex_);
  std::map<ProxyBridge*, std::weak_ptr<ProxyBridge>> streams_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PROXY_CALL_H_
