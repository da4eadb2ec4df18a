#ifndef LAGESBILD_SERVICES_INTERVENTIONS_PRESENTER_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_PRESENTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/interventions/v1/interventions.pb.h"
#include "lib/access/redactor.h"
#include "lib/api/filter.h"
#include "services/interventions/gaps.h"
#include "services/interventions/interventions.h"

namespace lagesbild::interventions {

inline constexpr char kInterventionPattern[] =
    "regions/{region}/interventions/{intervention}";
inline constexpr char kGapPattern[] = "regions/{region}/coverageGaps/{site}";
inline constexpr char kSitePattern[] = "regions/{region}/sites/{site}";
inline constexpr char kPlacePattern[] = "regions/{region}/places/{place}";
inline constexpr char kLayerPattern[] = "regions/{region}/layers/{layer}";

// Shows domain values as messages of the contract, to one caller at a time.
// Immutable, thread-safe; the redactor must outlive it.
class Presenter {
 public:
  Presenter(absl::string_view region, const access::Redactor* redactor)
      : region_(region), redactor_(redactor) {}

  const access::Redactor& redactor() const { return *redactor_; }

  // OK when `parent` is this region; INVALID_ARGUMENT for no region's name,
  // NOT_FOUND for another's.
  absl::Status CheckParent(absl::string_view parent) const;
  // The intervention's id, with the same errors for `name`.
  absl::StatusOr<std::string> InterventionId(absl::string_view name) const;
  // The site's id, with the same errors for `field`.
  absl::StatusOr<std::string> SiteId(absl::string_view name,
                                     absl::string_view field) const;

  // A filter over messages of `type`, matched against what the caller sees.
  // INVALID_ARGUMENT when it does not parse or names a field that the caller
  // is not sure to see.
  absl::StatusOr<api::Filter> ReadFilter(
      const std::string& text, const google::protobuf::Descriptor* type,
      const access::v1::Caller& caller) const;

  std::string RegionName() const;
  std::string InterventionName(absl::string_view id) const;
  std::string LayerName(absl::string_view id) const;

  // What `caller` may see of it; of an intervention with its etag.
  v1::Intervention For(const access::v1::Caller& caller,
                       const Intervention& intervention) const;
  v1::CoverageGap For(const access::v1::Caller& caller, const Gap& gap) const;

 private:
  const std::string region_;
  const access::Redactor* const redactor_;
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_PRESENTER_H_
