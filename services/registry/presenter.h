#ifndef LAGESBILD_SERVICES_REGISTRY_PRESENTER_H_
#define LAGESBILD_SERVICES_REGISTRY_PRESENTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/registry/v1/area.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/access/redactor.h"
#include "lib/api/filter.h"
#include "lib/base/civil_date.h"
#include "services/registry/registry.h"

namespace lagesbild::registry {

inline constexpr char kSitePattern[] = "regions/{region}/sites/{site}";
inline constexpr char kAreaPattern[] = "regions/{region}/areas/{area}";

// The id of an area in its name: "municipality-0180".
std::string AreaId(AreaKind kind, absl::string_view code);

// Shows domain values as messages of the contract, to one caller at a time.
// Immutable, thread-safe; the redactor must outlive it.
class Presenter {
 public:
  Presenter(absl::string_view region, const access::Redactor* redactor)
      : region_(region), redactor_(redactor) {}

  const std::string& region() const { return region_; }
  const access::Redactor& redactor() const { return *redactor_; }

  // OK when `parent` is this region; INVALID_ARGUMENT for no region's name,
  // NOT_FOUND for another's.
  absl::Status CheckParent(absl::string_view parent) const;
  // The site's id, with the same errors for `field`.
  absl::StatusOr<std::string> SiteId(absl::string_view name,
                                     absl::string_view field) const;

  // A filter over messages of `type`, matched against what the caller sees.
  // INVALID_ARGUMENT when it does not parse or names a field that the caller
  // can see of no record.
  absl::StatusOr<api::Filter> ReadFilter(
      const std::string& text, const google::protobuf::Descriptor* type,
      const access::v1::Caller& caller) const;

  std::string SiteName(absl::string_view id) const;

  // Everything, as of `on`; no etag.
  registry::v1::Site Whole(const Site& site, base::Date on) const;
  registry::v1::Area Whole(const Area& area) const;

  // What `caller` may see of it, with its etag.
  registry::v1::Site For(const access::v1::Caller& caller, const Site& site,
                         base::Date on) const;
  // For() gives the same for the same site and key.
  std::string ShownKey(const access::v1::Caller& caller, base::Date on) const;
  // What For() gives, but without etag.
  registry::v1::Site Redacted(const access::v1::Caller& caller,
                              const Site& site, base::Date on) const;
  // Gives what Redacted() made for the caller its etag.
  void SetEtag(const access::v1::Caller& caller,
               registry::v1::Site* redacted) const;

 private:
  const std::string region_;
  const access::Redactor* const redactor_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_PRESENTER_H_
