#ifndef LAGESBILD_LIB_RPC_UNARY_CALL_H_
#define LAGESBILD_LIB_RPC_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>

#include "lib/rpc/call.h"

namespace lagesbild::rpc {

// A unary call as gRPC sees it. Owns itself until OnDone; everything else holds
// a reference. Thread-safe.
class UnaryCall final : public Call, public grpc::ServerUnaryReactor {
 public:
  static std::shared_ptr<UnaryCall> New(const MethodState* method,
                                        grpc::CallbackServerContext* context,
                                        const base::Clock* clock);
  using Call::Call;

  // Ends the call; only the first answer counts. The caller holds a reference.
  void Answer(const absl::Status& status);

  // From StartWaiting until StopWaiting gives true, a cancellation answers the
  // call at once; StopWaiting gives true to one asker only, and never after a
  // cancellation.
  void StartWaiting();
  bool StopWaiting() { return waiting_.exchange(false); }

  void OnCancel() noexcept override;
  void OnDone() noexcept override { self_.reset(); }

 private:
  std::shared_ptr<UnaryCall> self_;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> waiting_ = false;
};

// A Done for `call`, which answers INTERNAL when it is dropped unused.
Done DoneFor(std::shared_ptr<UnaryCall> call);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_UNARY_CALL_H_
