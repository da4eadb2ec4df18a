#include "gateway/proxy.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/service_error.h"
#include "lib/access/caller.h"
#include "lib/base/status.h"
#include "lib/rpc/call.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/identity.h"
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

// Of the time of a call: who waits in vain is to hear for whom.
constexpr double kShareForService = 0.95;

// What the call may take: a watch as long as the client likes and its
// credential lasts.
absl::Duration Budget(const google::protobuf::MethodDescriptor& method,
                      const grpc::ServerContextBase& context,
                      absl::Duration credential) {
  const absl::Duration asked = ClientBudget(context);
  if (method.server_streaming()) return std::min(asked, credential);
  if (method.client_streaming()) return std::min(asked, kUploadBudget);
  if (asked == absl::InfiniteDuration()) return rpc::kDefaultBudget;
  return std::min(asked, rpc::kMaxBudget) * kShareForService;
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
    const grpc::ServerContextBase& context, const access::v1::Caller& caller,
    absl::Duration budget) {
  auto out = std::make_unique<grpc::ClientContext>();
  rpc::SetCaller(caller, budget, out.get());
  const absl::string_view token =
      rpc::MetadataValue(context, access::kConsistencyTokenMetadata);
  if (!token.empty()) rpc::SetConsistencyToken(token, out.get());
  return out;
}

absl::Status Draining() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the gateway is draining");
}

// Counts and logs a call that was not admitted, and ends it.
grpc::ServerGenericBidiReactor* Refuse(const rpc::MethodState& calls,
                                       absl::string_view agency,
                                       const absl::Status& status) {
  calls.Ended(agency, status, absl::ZeroDuration(), 0);
  return new Refusal(status);
}

}  // namespace

absl::Status Proxy::Allow(const Route* route,
                          const access::v1::Caller& caller) const {
  if (route == nullptr) {
    return absl::UnimplementedError("there is no such method");
  }
  return options_.rules->Check(route->path, caller);
}

grpc::ServerGenericBidiReactor* Proxy::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const Route* route = options_.routes->Find(context->method());
  const rpc::MethodState& calls =
      route == nullptr ? options_.routes->unknown() : *route->calls;
  if (draining_) return Refuse(calls, "", Draining());
  absl::StatusOr<Identified> who = options_.rules->Identify(*context);
  if (!who.ok()) return Refuse(calls, "", who.status());
  const absl::Status allowed = Allow(route, who->caller);
  if (!allowed.ok()) return Refuse(calls, who->caller.agency(), allowed);
  return calls_.Start(Plan(context, *route, *std::move(who)));
}

void Proxy::Drain() {
  draining_ = true;
  calls_.EndStreams(rpc::ToGrpc(Draining()));
}

ProxyCallPlan Proxy::Plan(grpc::GenericCallbackServerContext* context,
                          const Route& route, Identified who) const {
  const absl::Duration credential = who.expires - options_.clock->Now();
  const auto shared = std::make_shared<const Identified>(std::move(who));
  ProxyCallPlan plan;
  plan.method = route.path;
  plan.streams = route.method->server_streaming();
  plan.caller = context;
  plan.backend = route.backend;
  plan.context = ServiceContext(*context, shared->caller,
                                Budget(*route.method, *context, credential));
  plan.filter = [this, &route, shared](grpc::ByteBuffer* bytes) {
    return FilterResponse(*options_.redactor, shared->caller,
                          options_.contracts, *route.response, bytes);
  };
  plan.finish = Finish(context, route, shared);
  return plan;
}

std::function<grpc::Status(const ProxyCallEnd&)> Proxy::Finish(
    grpc::GenericCallbackServerContext* context, const Route& route,
    std::shared_ptr<const Identified> who) const {
  return [this, context, &route, who = std::move(who),
          started = options_.clock->Monotonic()](const ProxyCallEnd& end) {
    PassTrailer(end.context, access::kConsistencyTokenMetadata, context);
    const auto& hidden = options_.redactor->RedactedFields(
        route.method->output_type(), who->caller);
    if (!hidden.empty()) {
      context->AddTrailingMetadata(access::kRedactedFieldsMetadata,
                                   absl::StrJoin(hidden, ","));
    }
    absl::Status told = ServiceError(route.member, end.status);
    if (absl::IsDeadlineExceeded(told) && route.method->server_streaming() &&
        options_.clock->Now() >= who->expires) {
      told = CredentialExpired();
    }
    route.calls->Ended(who->caller.agency(), told,
                       options_.clock->Monotonic() - started,
                       end.request_bytes);
    // What the service said goes on to the letter.
    return told == rpc::FromGrpc(end.status) ? end.status : rpc::ToGrpc(told);
  };
}

}  // namespace lagesbild::gateway
