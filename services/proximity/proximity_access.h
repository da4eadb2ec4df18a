#ifndef LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_ACCESS_H_
#define LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_ACCESS_H_

#include "absl/status/status.h"
#include "lagesbild/access/v1/access.pb.h"
#include "services/proximity/proximity.h"

// Who may do what. The method's rule has been checked before.
namespace lagesbild::proximity {

// PERMISSION_DENIED unless the caller is an ADMIN of the whole region: what
// places and layers there are is everybody's.
absl::Status CheckMayArrange(const access::v1::Caller& caller);

// PERMISSION_DENIED unless there can be a place that the caller may correct.
// Asked before anything is looked up, so that a refusal tells nothing.
absl::Status CheckMayCorrectSome(const access::v1::Caller& caller);

// PERMISSION_DENIED unless the caller's agency answers for the municipality
// that the register names, or for the whole region.
absl::Status CheckMayCorrect(const access::v1::Caller& caller,
                             const Place& place);

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PROXIMITY_ACCESS_H_
