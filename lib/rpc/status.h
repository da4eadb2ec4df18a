#ifndef LAGESBILD_LIB_RPC_STATUS_H_
#define LAGESBILD_LIB_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

// The one table between statuses inside a process and on the wire. A
// base::ErrorDetail becomes google.rpc.ErrorInfo (domain "lagesbild") and
// google.rpc.BadRequest in grpc-status-details-bin, and comes back from there.
namespace lagesbild::rpc {

inline constexpr char kErrorDomain[] = "lagesbild";

// More violations than this, or a longer message, are cut off: an error must
// fit into the 8 KiB that a client accepts as metadata.
inline constexpr int kMaxWireViolations = 20;
inline constexpr int kMaxWireMessageBytes = 1024;

// A refusal without a reason of its own gets the general one of its code
// (INVALID_REQUEST, RESOURCE_NOT_FOUND, RESOURCE_EXISTS, NOT_ALLOWED,
// BAD_CREDENTIAL, LIMIT_PASSED, WRONG_STATE, CONFLICT, OUT_OF_RANGE).
grpc::Status ToGrpc(const absl::Status& status);

// Details of another domain, or that do not parse, are left out.
absl::Status FromGrpc(const grpc::Status& status);

// `status` with the hint that trying again is of use after `delay`; travels as
// google.rpc.RetryInfo.
absl::Status WithRetryAfter(absl::Status status, absl::Duration delay);
std::optional<absl::Duration> RetryAfter(const absl::Status& status);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_STATUS_H_
