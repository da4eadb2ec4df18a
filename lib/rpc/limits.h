#ifndef LAGESBILD_LIB_RPC_LIMITS_H_
#define LAGESBILD_LIB_RPC_LIMITS_H_

#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/time/time.h"

// What both ends of a connection must agree on.
namespace lagesbild::rpc {

inline constexpr int kMaxMessageBytes = 64 << 20;

// A connection is renewed after this, so that clients find new replicas.
inline constexpr absl::Duration kMaxConnectionAge = absl::Minutes(30);
// A watch ends its streams before this age (UNAVAILABLE: resume at once); an
// old connection is cut only after its last stream had time to.
inline constexpr absl::Duration kMaxStreamAge = absl::Hours(1);
inline constexpr absl::Duration kMaxConnectionAgeGrace = absl::Minutes(65);
static_assert(kMaxStreamAge < kMaxConnectionAgeGrace);

// Keepalive and message sizes, one function for both sides: a client that pings
// more often than its server allows is cut off with too_many_pings.
void ApplyLimits(grpc::ChannelArguments* arguments);
void ApplyLimits(grpc::ServerBuilder* builder);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_LIMITS_H_
