#include "lib/rpc/unary_call.h"

#include <utility>

#include "lib/rpc/status.h"

namespace lagesbild::rpc {
namespace {

// Shared by all copies of one Done; the last of them sees to an answer.
class Owed {
 public:
  explicit Owed(std::shared_ptr<UnaryCall> call) : call_(std::move(call)) {}
  ~Owed() { call_->Answer(absl::InternalError("the handler gave no answer")); }
  void Answer(const absl::Status& status) { call_->Answer(status); }

 private:
  const std::shared_ptr<UnaryCall> call_;
};

}  // namespace

grpc::ServerUnaryReactor* UnaryCall::Hand(
    const std::shared_ptr<UnaryCall>& call) {
  call->self_ = call;
  if (!call->first_done_.exchange(true)) return call.get();
  call->self_.reset();
  grpc::ServerUnaryReactor* const reactor = call->context_->DefaultReactor();
  reactor->Finish(call->outcome_);
  return reactor;
}

void UnaryCall::Answer(const absl::Status& status) {
  if (answered_.exchange(true)) return;
  if (status.ok()) Deliver();
  LeaveContext();
  Finished(status);
  outcome_ = ToGrpc(status);
  if (first_done_.exchange(true)) Finish(outcome_);
}

void UnaryCall::Expire() {
  // A handler that works on gRPC's own messages must not lose them.
  if (!StopWaiting() && !OutlivesItsAnswer()) return;
  cancelled_ = true;
  Answer(absl::DeadlineExceededError("the call's time is used up"));
}

void UnaryCall::StartWaiting() {
  waiting_ = true;
  // The cancellation may have come before there was anything to end.
  if (cancelled_ && StopWaiting()) Answer(absl::CancelledError());
}

void UnaryCall::OnCancel() noexcept {
  cancelled_ = true;
  if (StopWaiting()) Answer(absl::CancelledError());
}

Done DoneFor(std::shared_ptr<UnaryCall> call) {
  auto owed = std::make_shared<Owed>(std::move(call));
  return [owed](const absl::Status& status) { owed->Answer(status); };
}

}  // namespace lagesbild::rpc
