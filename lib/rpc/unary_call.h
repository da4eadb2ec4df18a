#ifndef LAGESBILD_LIB_RPC_UNARY_CALL_H_
#define LAGESBILD_LIB_RPC_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <memory>

#include "lib/rpc/call.h"

namespace lagesbild::rpc {

// A unary call as gRPC sees it. Owns itself until OnDone; everything else holds
// a reference. Thread-safe.
class UnaryCall final : public Call, public grpc::ServerUnaryReactor {
 public:
  // `deliver` puts what the handler has made into gRPC's response; it owns what
  // the handler works on, so that this may outlive the answer. Null where the
  // handler works on gRPC's own.
  static std::shared_ptr<UnaryCall> New(const MethodState* method,
                                        grpc::CallbackServerContext* context,
                                        const base::Clock* clock,
                                        std::function<void()> deliver);
  using Call::Call;

  // Ends the call; only the first answer counts. The caller holds a reference.
  void Answer(const absl::Status& status);
  bool answered() const { return answered_; }

  // On the clock's monotonic time.
  absl::Duration ends() const { return ends_; }
  // The budget is used up: answers, unless the handler would lose what it works
  // on.
  void Expire();

  // From StartWaiting until StopWaiting gives true, a cancellation answers the
  // call at once; StopWaiting gives true to one asker only, and never after a
  // cancellation.
  void StartWaiting();
  bool StopWaiting() { return waiting_.exchange(false); }

  void OnCancel() noexcept override;
  void OnDone() noexcept override { self_.reset(); }

 private:
  std::shared_ptr<UnaryCall> self_;
  std::function<void()> deliver_;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> waiting_ = false;
};

// A Done for `call`, which answers INTERNAL when it is dropped unused.
Done DoneFor(std::shared_ptr<UnaryCall> call);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_UNARY_CALL_H_
