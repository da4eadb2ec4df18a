#ifndef LAGESBILD_LIB_RPC_CHANNEL_H_
#define LAGESBILD_LIB_RPC_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::rpc {

struct ChannelOptions {
  std::string target;  // "dns:///registry:9001", "127.0.0.1:41234"
  std::shared_ptr<grpc::ChannelCredentials> credentials;  // see tls.h
  // The name to expect in the server's certificate where it is not the target's
  // host.
  std::string server_name;
  // Full names of services whose NO_SIDE_EFFECTS unary methods are retried on
  // UNAVAILABLE, up to kMaxAttempts, within the deadline.
  std::vector<std::string> retried_services;
};

inline constexpr int kMaxAttempts = 4;

// round_robin over all addresses of the target, keepalive, retries. Connects
// when first used.
std::shared_ptr<grpc::Channel> MakeChannel(const ChannelOptions& options);

// The service config that MakeChannel uses, as JSON.
std::string ServiceConfig(const std::vector<std::string>& retried_services);

// Sets who calls and the deadline; an infinite budget sets none (streams).
void SetCaller(const access::v1::Caller& caller, absl::Duration budget,
               grpc::ClientContext* context);

// As above for a member's call on its own behalf: `member` is its name,
// "proximity".
void SetMember(absl::string_view member, absl::Duration budget,
               grpc::ClientContext* context);

// The read that carries it waits until the service has reached its positions.
void SetConsistencyToken(absl::string_view token, grpc::ClientContext* context);

// What a write left in the trailers, after the call: to hand to
// SetConsistencyToken; empty when there is none.
std::string ConsistencyTokenOf(const grpc::ClientContext& context);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_CHANNEL_H_
