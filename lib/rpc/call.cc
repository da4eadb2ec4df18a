#include "lib/rpc/call.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "lib/access/caller.h"
#include "lib/rpc/identity.h"
#include "lib/rpc/method.h"

namespace lagesbild::rpc {
namespace {

// gRPC has turned the client's timeout into a point on the system's clock, so
// what is left must be read off the same one.
absl::Duration UntilDeadline(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return absl::InfiniteDuration();
  }
  return absl::FromChrono(deadline - std::chrono::system_clock::now());
}

}  // namespace

Call::Call(const MethodState* method, grpc::CallbackServerContext* context,
           const base::Clock* clock)
    : method_(method),
      context_(context),
      clock_(clock),
      started_(clock->Monotonic()) {
  ++method_->calls_alive;
}

Call::~Call() {
  if (!ended_) Finished(absl::CancelledError());
  --method_->calls_alive;  // last: the method may go now
}

const std::string& Call::method() const { return method_->name; }

absl::Duration Call::Remaining() const {
  return std::max(ends_ - clock_->Monotonic(), absl::ZeroDuration());
}

void Call::NoteDeadline() { ends_ = started_ + UntilDeadline(*context_); }

void Call::LimitBudget() {
  const absl::Duration left = UntilDeadline(*context_);
  ends_ = started_ + (left == absl::InfiniteDuration()
                          ? kDefaultBudget
                          : std::min(left, kMaxBudget));
}

std::unique_ptr<grpc::ClientContext> Call::NewClientContext() {
  base::MutexLock lock(&mutex_);
  if (!left_) return grpc::ClientContext::FromCallbackServerContext(*context_);
  auto cancelled = std::make_unique<grpc::ClientContext>();
  cancelled->TryCancel();
  return cancelled;
}

void Call::AddTrailer(absl::string_view key, absl::string_view value) {
  base::MutexLock lock(&mutex_);
  trailers_.emplace_back(key, value);
}

void Call::LeaveContext() {
  base::MutexLock lock(&mutex_);
  if (std::exchange(left_, true)) return;
  for (const auto& [key, value] : trailers_) {
    context_->AddTrailingMetadata(key, value);
  }
}

void Call::SetConsistencyToken(const access::v1::ConsistencyToken& token) {
  AddTrailer(access::kConsistencyTokenMetadata,
             access::EncodeConsistencyToken(token));
}

void Call::Finished(const absl::Status& status) {
  if (ended_.exchange(true)) return;
  method_->Ended(CallerLabel(caller_), status, clock_->Monotonic() - started_,
                 request_bytes_);
}

}  // namespace lagesbild::rpc
