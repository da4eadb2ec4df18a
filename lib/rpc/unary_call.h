#ifndef LAGESBILD_LIB_RPC_UNARY_CALL_H_
#define LAGESBILD_LIB_RPC_UNARY_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>
#include <utility>

#include "lib/rpc/call.h"

namespace lagesbild::rpc {

// A unary call. One that is answered later is gRPC's reactor and owns itself
// until OnDone; everything else holds a reference. Thread-safe.
class UnaryCall : public Call, public grpc::ServerUnaryReactor {
 public:
  using Call::Call;

  // What gRPC gets, once the handler was started; to be asked for once. A call
  // that was answered by then needs no reactor of its own: gRPC ends its
  // default one on the spot, any other on one more thread.
  static grpc::ServerUnaryReactor* Hand(const std::shared_ptr<UnaryCall>& call);

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

 protected:
  // May the handler work on when the call was answered?
  virtual bool OutlivesItsAnswer() const { return false; }
  // Puts what the handler has made into gRPC's response.
  virtual void Deliver() {}

 private:
  std::shared_ptr<UnaryCall> self_;
  grpc::Status outcome_;  // until handed
  // Handed to gRPC, or answered: what comes second tells gRPC of the answer.
  std::atomic<bool> first_done_ = false;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> waiting_ = false;
};

// One that owns what its handler works on.
template <typename Request, typename Response>
class WorkingCall final : public UnaryCall {
 public:
  WorkingCall(const MethodState* method, grpc::CallbackServerContext* context,
              const base::Clock* clock, const Request& request,
              Response* answer)
      : UnaryCall(method, context, clock), request_(request), answer_(answer) {}

  const Request& request() const { return request_; }
  Response* response() { return &response_; }

 private:
  bool OutlivesItsAnswer() const override { return true; }
  void Deliver() override { answer_->Swap(&response_); }

  const Request request_;
  Response response_;
  Response* const answer_;  // gRPC's
};

// A Done for `call`, which answers INTERNAL when it is dropped unused.
Done DoneFor(std::shared_ptr<UnaryCall> call);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_UNARY_CALL_H_
