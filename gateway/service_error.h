#ifndef LAGESBILD_GATEWAY_SERVICE_ERROR_H_
#define LAGESBILD_GATEWAY_SERVICE_ERROR_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lagesbild::gateway {

// What a caller is told when a call to `service` ("registry") failed. What the
// service itself said stays as it is. That it could not be reached, or did not
// answer in time, is gRPC's word, which names nobody but addresses of ours:
// the caller is told which service it was.
absl::Status ServiceError(absl::string_view service,
                          const grpc::Status& status);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_SERVICE_ERROR_H_
