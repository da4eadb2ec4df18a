#ifndef LAGESBILD_LIB_RPC_TESTING_PROBE_SERVICE_H_
#define LAGESBILD_LIB_RPC_TESTING_PROBE_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lagesbild/testing/v1/probe.grpc.pb.h"
#include "lib/rpc/collect.h"
#include "lib/rpc/handler.h"

namespace lagesbild::rpc {

inline constexpr char kProbe[] = "lagesbild.testing.v1.Probe";

using testing::v1::GetRequest;
using testing::v1::Probe;
using testing::v1::PutRequest;
using testing::v1::Record;

using ProbeBase = Probe::WithCallbackMethod_Get<
    Probe::WithCallbackMethod_Put<Probe::WithCallbackMethod_PutAll<
        Probe::WithRawCallbackMethod_Watch<Probe::Service>>>>;

// The test's own handlers behind the wrapper; set them before the first call.
class ProbeService final : public ProbeBase {
 public:
  template <typename Request>
  using Handler = std::function<void(CallPtr, const Request&, Record*, Done)>;
  using Streamer =
      std::function<grpc::ServerWriteReactor<grpc::ByteBuffer>*(CallPtr)>;

  explicit ProbeService(Handlers* handlers) : handlers_(handlers) {}

  Handler<GetRequest> get = [](const CallPtr&, const GetRequest& request,
                               Record* record, Done done) {
    record->set_name(request.name());
    done(absl::OkStatus());
  };
  Handler<PutRequest> put = [](const CallPtr&, const PutRequest& request,
                               Record* record, Done done) {
    *record = request.record();
    done(absl::OkStatus());
  };
  std::function<void(CallPtr, std::vector<PutRequest>, Record*, Done)> put_all;
  // Answers Get instead, when set.
  std::function<absl::Status(Call&, const GetRequest&, Record*)> get_now;
  Streamer watch;
  // The name under which Get asks the wrapper.
  std::string get_name = "Probe.Get";

  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context,
                                const GetRequest* request,
                                Record* response) override {
    if (get_now) {
      return handlers_->UnaryNow(context, request, response, get_name, get_now);
    }
    return handlers_->Unary(context, request, response, get_name, get);
  }
  grpc::ServerUnaryReactor* Put(grpc::CallbackServerContext* context,
                                const PutRequest* request,
                                Record* response) override {
    return handlers_->Unary(context, request, response, "Probe.Put", put);
  }
  grpc::ServerReadReactor<PutRequest>* PutAll(
      grpc::CallbackServerContext* context, Record* response) override {
    return Collect<PutRequest>(handlers_, context, response, "Probe.PutAll", {},
                               put_all);
  }
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override {
    auto call = handlers_->AdmitStream(
        context, "Probe.Watch", static_cast<std::int64_t>(request->Length()));
    if (!call.ok()) return FinishedStream<grpc::ByteBuffer>(call.status());
    return watch(*std::move(call));
  }

 private:
  Handlers* const handlers_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_TESTING_PROBE_SERVICE_H_
