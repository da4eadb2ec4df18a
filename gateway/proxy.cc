#include "gateway/proxy.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_join.h"
#include "lib/access/caller.h"
#include "lib/base/status.h"
#include "lib/rpc/call.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"

namespace lagesbild::gateway {
namespace {

// Ends a call that was not admitted.
class Refusal final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const absl::Status& status) { Finish(rpc::ToGrpc(status)); }
  void OnDone() override { delete this; }
};

// What is left of the client's deadline; infinite without one.
absl::Duration ClientBudget(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return absl::InfiniteDuration();
  }
  return absl::FromChrono(deadline - std::chrono::system_clock::now());
}

// What the call may take: a watch as long as the client likes.
absl::Duration Budget(const google::protobuf::MethodDescriptor& method,
                      const grpc::ServerContextBase& context) {
  const absl::Duration asked = ClientBudget(context);
  if (method.server_streaming()) return asked;
  if (method.client_streaming()) return std::min(asked, kUploadBudget);
  if (asked == absl::InfiniteDuration()) return rpc::kDefaultBudget;
  return std::min(asked, rpc::kMaxBudget);
}

// Copies one trailer of the service's answer to the caller's.
void PassTrailer(const grpc::ClientContext& from, const char* key,
                 grpc::CallbackServerContext* to) {
  const auto& trailers = from.GetServerTrailingMetadata();
  const auto found = trailers.find(key);
  if (found == trailers.end()) return;
  to->AddTrailingMetadata(
      key, std::string(found->second.data(), found->second.size()));
}

std::unique_ptr<grpc::ClientContext> ServiceContext(
    const google::protobuf::MethodDescriptor& method,
    const grpc::ServerContextBase& context, const access::v1::Caller& caller) {
  auto out = std::make_unique<grpc::ClientContext>();
  rpc::SetCaller(caller, Budget(method, context), out.get());
  const absl::string_view token =
      rpc::MetadataValue(context, access::kConsistencyTokenMetadata);
  if (!token.empty()) rpc::SetConsistencyToken(token, out.get());
  return out;
}

}  // namespace

absl::StatusOr<Proxy::Admitted> Proxy::Admit(
    const grpc::GenericCallbackServerContext& context) const {
  LB_ASSIGN_OR_RETURN(access::v1::Caller caller, options_.identify(context));
  const Route* route = options_.routes->Find(context.method());
  if (route == nullptr) {
    return absl::UnimplementedError("there is no such method");
  }
  LB_RETURN_IF_ERROR(options_.policy->Check(route->path, caller));
  return Admitted{route, std::move(caller)};
}

grpc::ServerGenericBidiReactor* Proxy::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  absl::StatusOr<Admitted> admitted = Admit(*context);
  if (!admitted.ok()) {
    const Route* route = options_.routes->Find(context->method());
    Log(route == nullptr ? "unknown" : route->label, "", absl::ZeroDuration(),
        admitted.status());
    return new Refusal(admitted.status());
  }
  return StartProxyCall(Plan(context, *std::move(admitted)));
}

ProxyCallPlan Proxy::Plan(grpc::GenericCallbackServerContext* context,
                          Admitted admitted) const {
  const Route* route = admitted.route;
  auto caller =
      std::make_shared<const access::v1::Caller>(std::move(admitted.caller));
  ProxyCallPlan plan;
  plan.method = route->path;
  plan.backend = route->backend;
  plan.context = ServiceContext(*route->method, *context, *caller);
  plan.filter = [this, route, caller](grpc::ByteBuffer* bytes) {
    return FilterResponse(*options_.redactor, *caller, options_.contracts,
                          *route->response, bytes);
  };
  const absl::Duration started = options_.clock->Monotonic();
  plan.finished = [this, route, caller, context, started](
                      const grpc::ClientContext& from,
                      const grpc::Status& status) {
    PassTrailer(from, access::kConsistencyTokenMetadata, context);
    const auto& hidden = options_.redactor->RedactedFields(
        route->method->output_type(), *caller);
    if (!hidden.empty()) {
      context->AddTrailingMetadata(access::kRedactedFieldsMetadata,
                                   absl::StrJoin(hidden, ","));
    }
    Log(route->label, caller->agency(), options_.clock->Monotonic() - started,
        rpc::FromGrpc(status));
  };
  return plan;
}

void Proxy::Log(const std::string& label, const std::string& agency,
                absl::Duration took, const absl::Status& status) const {
  rpc::AccessEntry entry;
  entry.method = label;
  entry.agency = agency;
  entry.code = status.code();
  entry.reason = base::ReasonOf(status);
  entry.took = took;
  options_.access_log->Write(entry);
}

}  // namespace lagesbild::gateway
