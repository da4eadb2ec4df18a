#ifndef LAGESBILD_LIB_RPC_FINISHED_STREAM_H_
#define LAGESBILD_LIB_RPC_FINISHED_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "lib/rpc/status.h"

namespace lagesbild::rpc {

// Ends a server stream before it began, for a refusal:
//   return FinishedStream<grpc::ByteBuffer>(status);
template <typename Message>
grpc::ServerWriteReactor<Message>* FinishedStream(const absl::Status& status) {
  class Refusal final : public grpc::ServerWriteReactor<Message> {
   public:
    explicit Refusal(const absl::Status& status) {
      this->Finish(ToGrpc(status));
    }
    void OnDone() override { delete this; }
  };
  return new Refusal(status);
}

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_FINISHED_STREAM_H_
