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

void UnaryCall::Answer(const absl::Status& status) {
  if (answered_.exchange(true)) return;
  if (status.ok()) Deliver();
  LeaveContext();
  Finished(status);
  Finish(ToGrpc(status));
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
  return [owed](absl::Status status) { owed->Answer(status); };
}

}  // namespace lagesbild::rpc
