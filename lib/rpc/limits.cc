#include "lib/rpc/limits.h"

#include <grpc/impl/codegen/grpc_types.h>

namespace lagesbild::rpc {
namespace {

constexpr int kPingEveryMs = 20'000;
constexpr int kPingTimeoutMs = 10'000;
// What a server tolerates must be less than what its clients do.
constexpr int kMinPingIntervalMs = 10'000;
static_assert(kMinPingIntervalMs < kPingEveryMs);

template <typename Set>
void SetCommon(Set set) {
  set(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMs);
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  set(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  set(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, kMaxMessageBytes);
  set(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, kMaxMessageBytes);
}

}  // namespace

void ApplyLimits(grpc::ChannelArguments* arguments) {
  SetCommon(
      [&](const char* name, int value) { arguments->SetInt(name, value); });
}

void ApplyLimits(grpc::ServerBuilder* builder) {
  const auto set = [&](const char* name, int value) {
    builder->AddChannelArgument(name, value);
  };
  SetCommon(set);
  builder->SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder->SetMaxSendMessageSize(kMaxMessageBytes);
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kMinPingIntervalMs);
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS,
      static_cast<int>(absl::ToInt64Milliseconds(kMaxConnectionAge)));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
      static_cast<int>(absl::ToInt64Milliseconds(kMaxConnectionAgeGrace)));
  // Else a second server starts on the same port and takes half the calls.
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

}  // namespace lagesbild::rpc
