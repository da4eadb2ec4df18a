#ifndef LAGESBILD_SERVICES_PROXIMITY_PRESENTER_H_
#define LAGESBILD_SERVICES_PROXIMITY_PRESENTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/proximity/v1/exposure.pb.h"
#include "lagesbild/proximity/v1/layer.pb.h"
#include "lagesbild/proximity/v1/place.pb.h"
#include "lib/access/redactor.h"
#include "lib/api/filter.h"
#include "services/proximity/proximity.h"

namespace lagesbild::proximity {

inline constexpr char kPlacePattern[] = "regions/{region}/places/{place}";
inline constexpr char kSitePattern[] = "regions/{region}/sites/{site}";
inline constexpr char kLayerPattern[] = "regions/{region}/layers/{layer}";
inline constexpr char kExposurePattern[] =
    "regions/{region}/exposures/{exposure}";

// What is said of a rule that was refused.
inline constexpr char kTooManyExposures[] =
    "the rule has more pairs of a site and a place than a layer may have: ask "
    "for fewer kinds or a smaller radius";

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
  // The id in a name, with the same errors for `field`.
  absl::StatusOr<std::string> PlaceId(absl::string_view name,
                                      absl::string_view field = "name") const;
  absl::StatusOr<std::string> SiteId(absl::string_view name,
                                     absl::string_view field) const;
  absl::StatusOr<std::string> LayerId(absl::string_view name,
                                      absl::string_view field) const;

  // A filter over messages of `type`, matched against what the caller sees.
  // INVALID_ARGUMENT when it does not parse or names a field that the caller
  // is not sure to see.
  absl::StatusOr<api::Filter> ReadFilter(
      const std::string& text, const google::protobuf::Descriptor* type,
      const access::v1::Caller& caller) const;

  std::string RegionName() const;
  std::string PlaceName(absl::string_view id) const;
  std::string SiteName(absl::string_view id) const;
  std::string LayerName(absl::string_view id) const;
  std::string ExposureName(absl::string_view id) const;

  // What `caller` may see of it; of a place and a layer with their etags.
  v1::Place For(const access::v1::Caller& caller, const Place& place,
                absl::Time recorded) const;
  // The same without the etag, which costs more than all the rest.
  v1::Place WithoutEtag(const access::v1::Caller& caller, const Place& place,
                        absl::Time recorded) const;
  v1::Layer For(const access::v1::Caller& caller, const Layer& layer) const;
  v1::Exposure For(const access::v1::Caller& caller,
                   const Exposure& exposure) const;

 private:
  absl::StatusOr<std::string> IdIn(const char* pattern, absl::string_view name,
                                   absl::string_view field) const;

  const std::string region_;
  const access::Redactor* const redactor_;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_PRESENTER_H_
