#include "services/interventions/interventions_access.h"

#include <algorithm>

#include "lib/access/caller.h"
#include "lib/base/status.h"

namespace lagesbild::interventions {
namespace {

using access::v1::Caller;

absl::Status Denied(absl::string_view message) {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     message);
}

bool IsCoordination(const Caller& caller) {
  return caller.kind() == access::v1::AGENCY_KIND_COORDINATION_OFFICE &&
         access::CoversArea(caller, access::kWholeRegion);
}

}  // namespace

absl::Status CheckMayWriteSome(const Caller& caller) {
  if (access::IsAgency(caller) && !caller.areas().empty()) {
    return absl::OkStatus();
  }
  return Denied("the agency answers for no area");
}

absl::Status CheckMayWriteAt(const Caller& caller, const Site& site) {
  if (access::CoversArea(caller, site.municipality) ||
      access::CoversArea(caller, site.responsible)) {
    return absl::OkStatus();
  }
  return Denied("the agency does not answer for the site's municipality");
}

absl::Status CheckMayWrite(const Caller& caller,
                           const Intervention& intervention) {
  const auto& codes = intervention.municipalities;
  const bool covers =
      IsCoordination(caller) ||
      (!codes.empty() &&
       std::all_of(codes.begin(), codes.end(), [&](const std::string& code) {
         return access::CoversArea(caller, code);
       }));
  if (covers) return absl::OkStatus();
  return Denied("the agency does not answer for the sites' municipalities");
}

absl::Status CheckMayMakeResponsible(const Caller& caller,
                                     absl::string_view agency) {
  if (agency == caller.agency() || IsCoordination(caller)) {
    return absl::OkStatus();
  }
  return Denied("only the coordination office records for another agency");
}

}  // namespace lagesbild::interventions
