#ifndef LAGESBILD_SERVICES_REGISTRY_SITE_INPUT_H_
#define LAGESBILD_SERVICES_REGISTRY_SITE_INPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/field_mask.pb.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/base/civil_date.h"
#include "lib/geo/shape.h"
#include "lib/input/faults.h"
#include "services/registry/placement.h"
#include "services/registry/registry.h"

// What a client says of a site, checked and turned into the domain's terms.
namespace lagesbild::registry {

inline constexpr int kMaxSiteVertices = 20'000;
inline constexpr int kMaxExternalRefs = 20;
inline constexpr int kMaxCodeCharacters = 80;
inline constexpr int kMaxIdCharacters = 200;  // of ids in other systems

// Who writes, and when.
struct Act {
  access::v1::Caller caller;
  absl::Time now;
  base::Date today;
};

// Some fields of a site, valid by themselves.
struct SiteDraft {
  std::vector<std::string> fields;  // names in v1::Site, those given
  Site values;
  std::optional<geo::Shape> shape;  // where `fields` has "geometry"
  std::optional<Placed> placed;     // where `shape` lies, found ahead

  bool Has(absl::string_view field) const;
};

// The draft of the fields that are set in `message`; output-only ones are not
// read. Faults name the field below `prefix` ("site", "rows[3].site").
SiteDraft ReadSetFields(const v1::Site& message, absl::string_view prefix,
                        base::Date today, input::Faults* faults);

// The draft for an update: the fields of `mask`, or those that are set where it
// is empty. "*" stands for every field that the caller may set on `before`. A
// mask that names an output-only field is a fault.
SiteDraft ReadMaskedFields(const v1::Site& message,
                           const google::protobuf::FieldMask& mask,
                           const std::vector<std::string>& settable,
                           base::Date today, input::Faults* faults);

// The fields that the caller may see of `site`, of those that can be set.
std::vector<std::string> SettableFor(const access::v1::Caller& caller,
                                     const Site& site);

// PERMISSION_DENIED when the draft names a field that the caller may not see.
absl::Status CheckMaySet(const access::v1::Caller& caller, const Site& site,
                         const SiteDraft& draft);

// Takes the draft's fields over into `site`.
void Apply(const SiteDraft& draft, Site* site);

// A verdict; create_time, agency and on_behalf are the act's.
Assessment ReadAssessment(const v1::Assessment& message,
                          absl::string_view prefix, const Act& act,
                          input::Faults* faults);

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_SITE_INPUT_H_
