#ifndef LAGESBILD_LIB_RPC_IDENTITY_H_
#define LAGESBILD_LIB_RPC_IDENTITY_H_

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::rpc {

// Who is calling. Runs on an RPC thread: it must not block.
using Identify = std::function<absl::StatusOr<access::v1::Caller>(
    const grpc::ServerContextBase& context)>;

// The value of client metadata `key`, as it was sent (a "-bin" value decoded);
// empty when absent. Sent more than once: the last one.
absl::string_view MetadataValue(const grpc::ServerContextBase& context,
                                absl::string_view key);

// The single URI name in the peer's verified certificate:
// "spiffe://lagesbild/gateway"; empty for any other peer.
std::string PeerUri(const grpc::AuthContext& auth);

struct SuiteOptions {
  // Members whose certificate ("spiffe://lagesbild/<member>", exactly) may
  // speak for callers: {"gateway", "proximity", …}.
  std::set<std::string> members;
  // Calls over an in-process channel are trusted as well.
  bool trust_in_process = false;
};

// The rule of every server behind the gateway: the caller is what
// `lagesbild-caller-bin` says, provided that the peer is a suite member.
// - no member (also: no certificate): UNAUTHENTICATED BAD_CREDENTIAL
// - no caller in the metadata: UNAUTHENTICATED NO_CREDENTIAL
// - a caller whose `suite_member` is not the peer's own: UNAUTHENTICATED
//   BAD_CREDENTIAL (in process, any name is believed)
Identify SuiteIdentity(SuiteOptions options);

// "police-sodermalm", or "suite:registry" for a member's own call.
std::string CallerLabel(const access::v1::Caller& caller);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_IDENTITY_H_
