#include "gateway/service_error.h"

#include "absl/strings/str_cat.h"
#include "lib/rpc/status.h"

namespace lagesbild::gateway {

absl::Status ServiceError(absl::string_view service,
                          const grpc::Status& status) {
  absl::Status said = rpc::FromGrpc(status);
  // Only a service gives reasons.
  if (!status.error_details().empty()) return said;
  if (absl::IsUnavailable(said)) {
    return absl::UnavailableError(absl::StrCat(service, " cannot be reached"));
  }
  if (absl::IsDeadlineExceeded(said)) {
    return absl::DeadlineExceededError(
        absl::StrCat(service, " did not answer in time"));
  }
  return said;
}

}  // namespace lagesbild::gateway
