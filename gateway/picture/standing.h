#ifndef LAGESBILD_GATEWAY_PICTURE_STANDING_H_
#define LAGESBILD_GATEWAY_PICTURE_STANDING_H_

#include <functional>

#include "absl/status/statusor.h"
#include "gateway/picture/inquiry.h"
#include "gateway/upstreams.h"
#include "lagesbild/access/v1/access.pb.h"

namespace lagesbild::gateway {

// Asks the four services at once how far their ledgers are. A picture that
// reflects the answer holds everything that was there to be seen when it was
// asked. `done` hears one position for each, or the error of a service, by its
// name; on an RPC thread.
void AskStanding(
    const Upstreams& upstreams, const Inquiry& inquiry,
    std::function<void(absl::StatusOr<access::v1::ConsistencyToken>)> done);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_STANDING_H_
