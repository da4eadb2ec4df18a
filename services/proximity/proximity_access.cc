#include "services/proximity/proximity_access.h"

#include "lib/access/caller.h"
#include "lib/base/status.h"

namespace lagesbild::proximity {
namespace {

absl::Status NotAllowed(const char* why) {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     why);
}

}  // namespace

absl::Status CheckMayArrange(const access::v1::Caller& caller) {
  if (access::HasRole(caller, access::v1::ROLE_ADMIN) &&
      access::CoversArea(caller, access::kWholeRegion)) {
    return absl::OkStatus();
  }
  return NotAllowed(
      "places and layers are arranged by an ADMIN of the whole region");
}

absl::Status CheckMayCorrectSome(const access::v1::Caller& caller) {
  if ((access::HasRole(caller, access::v1::ROLE_COORDINATOR) ||
       access::HasRole(caller, access::v1::ROLE_ADMIN)) &&
      caller.areas_size() > 0) {
    return absl::OkStatus();
  }
  return NotAllowed("places are corrected by a COORDINATOR or an ADMIN");
}

absl::Status CheckMayCorrect(const access::v1::Caller& caller,
                             const Place& place) {
  if (access::CoversArea(caller, place.municipality)) return absl::OkStatus();
  return NotAllowed(
      "the caller's agency does not answer for the place's municipality");
}

}  // namespace lagesbild::proximity
