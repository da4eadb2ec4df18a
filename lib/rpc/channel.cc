#include "lib/rpc/channel.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "lib/access/caller.h"
#include "lib/rpc/limits.h"

namespace lagesbild::rpc {
namespace {

constexpr int kInitialReconnectMs = 100;
constexpr int kMaxReconnectMs = 5'000;

std::vector<std::string> RetriedMethods(const std::string& service) {
  std::vector<std::string> names;
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          service);
  if (descriptor == nullptr) return names;
  for (int i = 0; i < descriptor->method_count(); ++i) {
    const auto* method = descriptor->method(i);
    // A stream is resumed by its follower, which knows the cursor.
    if (method->server_streaming() ||
        method->options().idempotency_level() !=
            google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
      continue;
    }
    names.push_back(absl::StrCat(R"({"service":")", service, R"(","method":")",
                                 method->name(), R"("})"));
  }
  return names;
}

std::string RetryPolicy() {
  return absl::StrCat(
      R"("retryPolicy":{"maxAttempts":)", kMaxAttempts,
      R"(,"initialBackoff":"0.05s","maxBackoff":"1s","backoffMultiplier":2,)"
      R"("retryableStatusCodes":["UNAVAILABLE"]})");
}

}  // namespace

std::string ServiceConfig(const std::vector<std::string>& retried_services) {
  std::vector<std::string> names;
  for (const std::string& service : retried_services) {
    for (std::string& name : RetriedMethods(service)) {
      names.push_back(std::move(name));
    }
  }
  std::string config = R"({"loadBalancingConfig":[{"round_robin":{}}])";
  if (!names.empty()) {
    absl::StrAppend(&config, R"(,"methodConfig":[{"name":[)",
                    absl::StrJoin(names, ","), "],", RetryPolicy(), "}]");
  }
  return config + "}";
}

std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  ApplyLimits(&arguments);
  arguments.SetServiceConfigJSON(ServiceConfig(options.retried_services));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kInitialReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectMs);
  if (!options.server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.server_name);
  }
  return grpc::CreateCustomChannel(options.target, options.credentials,
                                   arguments);
}

void SetCaller(const access::v1::Caller& caller, absl::Duration budget,
               grpc::ClientContext* context) {
  context->AddMetadata(access::kCallerMetadata, access::EncodeCaller(caller));
  if (budget == absl::InfiniteDuration()) return;
  context->set_deadline(std::chrono::system_clock::now() +
                        absl::ToChronoMicroseconds(budget));
}

void SetMember(absl::string_view member, absl::Duration budget,
               grpc::ClientContext* context) {
  SetCaller(access::SuiteMember(member), budget, context);
}

void SetConsistencyToken(absl::string_view token,
                         grpc::ClientContext* context) {
  if (token.empty()) return;
  context->AddMetadata(access::kConsistencyTokenMetadata, std::string(token));
}

std::string ConsistencyTokenOf(const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(access::kConsistencyTokenMetadata);
  if (found == trailers.end()) return "";
  return std::string(found->second.data(), found->second.size());
}

}  // namespace lagesbild::rpc
