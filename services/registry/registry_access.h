#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_ACCESS_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_ACCESS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "lagesbild/access/v1/access.pb.h"
#include "services/registry/registry.h"

// Who may do what to which site. The method's rule has been checked before.
namespace lagesbild::registry {

// The coordination office's ADMIN, for the whole region: writes every site and
// records verdicts on the parties' behalf.
bool IsCoordinationAdmin(const access::v1::Caller& caller);

// PERMISSION_DENIED unless there can be a site that the caller may write. Asked
// before any site is looked up, so that a refusal tells nothing.
absl::Status CheckMayWriteSome(const access::v1::Caller& caller);

// PERMISSION_DENIED unless the caller answers for the site: a municipality for
// responsible_municipality, police for responsible_police, others for either.
absl::Status CheckMayWrite(const access::v1::Caller& caller, const Site& site);

// PERMISSION_DENIED unless there can be a site on which the caller may speak
// for a party.
absl::Status CheckMayAssessSome(const access::v1::Caller& caller);

// For whom the caller speaks on this site, when it asks to speak for
// `requested` (kUnspecified: its own party). PERMISSION_DENIED when it is
// another's party; INVALID_ARGUMENT when one who may speak for both names none.
struct Speaker {
  Party party = Party::kUnspecified;
  bool on_behalf = false;
};
absl::StatusOr<Speaker> SpeakerFor(const access::v1::Caller& caller,
                                   const Site& site, Party requested);

// Whether the caller sees this field of the site, and so may set it.
bool SeesField(const access::v1::Caller& caller, const Site& site,
               const google::protobuf::FieldDescriptor& field);

// INVALID_ARGUMENT naming `filter` when a path of a filter over `type` leads
// through a field that the caller can see of no record. Filters are matched
// against what the caller sees, so that others tell nothing either.
absl::Status CheckFilterFields(const access::v1::Caller& caller,
                               const google::protobuf::Descriptor& type,
                               const std::vector<std::string>& paths);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_ACCESS_H_
