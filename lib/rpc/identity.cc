#include "lib/rpc/identity.h"

#include <grpc/grpc_security_constants.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/access/caller.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

constexpr char kMemberUri[] = "spiffe://lagesbild/";
constexpr char kNoAddress[] = "unknown";

absl::Status NotAMember() {
  return base::Error(absl::StatusCode::kUnauthenticated, base::kBadCredential,
                     "the peer is not a member of the suite");
}

// Every connection through a port, secured or not, names its kind of security
// and its address; gRPC has neither to say of a channel in the process.
bool IsInProcess(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  return auth != nullptr && context.peer() == kNoAddress &&
         auth->FindPropertyValues(GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME)
             .empty();
}

// The member's name; empty for an in-process peer that is trusted.
absl::StatusOr<std::string> MemberOf(const grpc::ServerContextBase& context,
                                     const SuiteOptions& options) {
  const auto auth = context.auth_context();
  const std::string uri = auth == nullptr ? "" : PeerUri(*auth);
  absl::string_view member = uri;
  if (absl::ConsumePrefix(&member, kMemberUri) &&
      options.members.count(std::string(member)) > 0) {
    return std::string(member);
  }
  if (options.trust_in_process && IsInProcess(context)) return std::string();
  return NotAMember();
}

absl::StatusOr<access::v1::Caller> CallerFrom(
    const grpc::ServerContextBase& context, const std::string& member) {
  const absl::string_view bytes =
      MetadataValue(context, access::kCallerMetadata);
  if (bytes.empty()) {
    return base::Error(absl::StatusCode::kUnauthenticated, base::kNoCredential,
                       "the call names no caller");
  }
  LB_ASSIGN_OR_RETURN(auto caller, access::DecodeCaller(bytes));
  if (!caller.suite_member().empty() && !member.empty() &&
      caller.suite_member() != member) {
    return NotAMember();
  }
  return caller;
}

}  // namespace

absl::string_view MetadataValue(const grpc::ServerContextBase& context,
                                absl::string_view key) {
  const auto& metadata = context.client_metadata();
  const auto range =
      metadata.equal_range(grpc::string_ref(key.data(), key.size()));
  absl::string_view value;
  for (auto it = range.first; it != range.second; ++it) {
    value = absl::string_view(it->second.data(), it->second.size());
  }
  return value;
}

std::string PeerUri(const grpc::AuthContext& auth) {
  const std::vector<grpc::string_ref> uris =
      auth.FindPropertyValues(GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
  if (uris.size() != 1) return "";
  return std::string(uris[0].data(), uris[0].size());
}

Identify SuiteIdentity(SuiteOptions options) {
  return [options = std::move(options)](const grpc::ServerContextBase& context)
             -> absl::StatusOr<access::v1::Caller> {
    LB_ASSIGN_OR_RETURN(const std::string member, MemberOf(context, options));
    return CallerFrom(context, member);
  };
}

std::string CallerLabel(const access::v1::Caller& caller) {
  return caller.suite_member().empty()
             ? caller.agency()
             : absl::StrCat("suite:", caller.suite_member());
}

}  // namespace lagesbild::rpc
