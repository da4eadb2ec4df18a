#include "lib/rpc/handler.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "lib/access/caller.h"
#include "lib/base/caught.h"
#include "lib/base/status.h"
#include "lib/rpc/budget_timer.h"

namespace lagesbild::rpc {
namespace {

// What a call keeps of its time to say that a token was not reached: the client
// that gave up first hears DEADLINE_EXCEEDED, and not what to do about it.
constexpr absl::Duration kTimeToAnswer = absl::Milliseconds(50);
constexpr double kShareToAnswer = 0.1;
// Asked for rather than told, so that a call's end costs no lock.
constexpr std::chrono::milliseconds kIdlePoll(1);

absl::Duration WaitingTime(absl::Duration left) {
  const absl::Duration kept = std::max(kTimeToAnswer, left * kShareToAnswer);
  return std::max(left - kept, absl::ZeroDuration());
}

absl::Status NotCaughtUp() {
  return base::Error(absl::StatusCode::kUnavailable, base::kNotCaughtUp,
                     "this service cannot wait for consistency tokens");
}

absl::Status Unconfigured() {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     "nobody may call this server");
}

}  // namespace

Handlers::Handlers(HandlerOptions options,
                   const std::vector<std::string>& services)
    : options_(std::move(options)),
      budgets_(std::make_unique<BudgetTimer>(options_.clock)),
      unknown_("unknown", options_.metrics, options_.access_log) {
  for (const std::string& name : services) AddService(name);
}

Handlers::~Handlers() = default;

void Handlers::AddService(const std::string& name) {
  const auto* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          name);
  if (service == nullptr) {
    options_.logger->Error("service without descriptor", {{"service", name}});
    return;
  }
  for (int i = 0; i < service->method_count(); ++i) {
    AddMethod(service->method(i));
  }
}

void Handlers::AddMethod(const google::protobuf::MethodDescriptor* descriptor) {
  const auto* service = descriptor->service();
  auto state = std::make_unique<MethodState>(
      absl::StrCat(service->name(), ".", descriptor->name()), options_.metrics,
      options_.access_log);
  state->path =
      absl::StrCat("/", service->full_name(), "/", descriptor->name());
  state->descriptor = descriptor;
  state->reads = descriptor->options().idempotency_level() ==
                 google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  by_name_[state->name] = state.get();
  by_name_[state->path] = state.get();
  methods_.push_back(std::move(state));
}

void Handlers::AwaitIdle() const {
  const auto wait = [](const MethodState& method) {
    while (method.calls_alive > 0) std::this_thread::sleep_for(kIdlePoll);
  };
  for (const auto& method : methods_) wait(*method);
  wait(unknown_);
}

const MethodState* Handlers::Find(absl::string_view method) const {
  const auto found = by_name_.find(method);
  return found == by_name_.end() ? nullptr : found->second;
}

const MethodState* Handlers::FindOrUnknown(absl::string_view method) const {
  const MethodState* found = Find(method);
  return found == nullptr ? &unknown_ : found;
}

absl::Status Handlers::AdmitOrThrow(const MethodState* method,
                                    Call* call) const {
  if (method->descriptor == nullptr) {
    return absl::InternalError("the method has no descriptor");
  }
  if (!options_.identify || !options_.policy) return Unconfigured();
  LB_ASSIGN_OR_RETURN(call->caller_, options_.identify(*call->context_));
  LB_RETURN_IF_ERROR(options_.policy(*method->descriptor, call->caller_));
  const absl::string_view token =
      MetadataValue(*call->context_, access::kConsistencyTokenMetadata);
  if (token.empty()) return absl::OkStatus();
  LB_ASSIGN_OR_RETURN(call->token_, access::DecodeConsistencyToken(token));
  return absl::OkStatus();
}

absl::Status Handlers::Admit(const MethodState* method, Call* call) const {
  try {
    return AdmitOrThrow(method, call);
  } catch (...) {
    return Caught(method->name);
  }
}

absl::Status Handlers::Caught(absl::string_view method) const {
  return base::Caught(options_.logger, "handler threw",
                      {{"method", std::string(method)}});
}

bool Handlers::MustWait(const MethodState* method, const Call& call) const {
  return method->reads && call.token().positions_size() > 0;
}

void Handlers::Run(const std::shared_ptr<UnaryCall>& call,
                   const Later& handler) const {
  try {
    handler(call, DoneFor(call));
  } catch (...) {
    call->Answer(Caught(call->method()));
  }
}

void Handlers::Wait(const std::shared_ptr<UnaryCall>& call,
                    Later handler) const {
  if (!options_.reached) return call->Answer(NotCaughtUp());
  call->StartWaiting();
  const auto go_on =
      [this, call, handler = std::move(handler)](const absl::Status& reached) {
        if (!call->StopWaiting()) return;
        if (!reached.ok()) return call->Answer(reached);
        Run(call, handler);
      };
  try {
    options_.reached(call->token(), WaitingTime(call->Remaining()), go_on);
  } catch (...) {
    go_on(Caught(call->method()));
  }
}

grpc::ServerUnaryReactor* Handlers::Start(
    const std::shared_ptr<UnaryCall>& call, std::int64_t bytes, Later handler) {
  call->request_bytes_ = bytes;
  call->LimitBudget();
  const MethodState* state = call->method_;
  if (absl::Status admitted = Admit(state, call.get()); !admitted.ok()) {
    call->Answer(admitted);
  } else if (MustWait(state, *call)) {
    Wait(call, std::move(handler));
  } else {
    Run(call, handler);
  }
  grpc::ServerUnaryReactor* const reactor = UnaryCall::Hand(call);
  if (!call->answered()) budgets_->Watch(call);
  return reactor;
}

absl::StatusOr<CallPtr> Handlers::AdmitStream(
    grpc::CallbackServerContext* context, absl::string_view method,
    std::int64_t request_bytes) {
  const MethodState* state = FindOrUnknown(method);
  auto call = std::make_shared<Call>(state, context, options_.clock);
  call->request_bytes_ = request_bytes;
  call->NoteDeadline();
  absl::Status admitted = Admit(state, call.get());
  if (admitted.ok()) return call;
  call->Finished(admitted);
  return admitted;
}

}  // namespace lagesbild::rpc
