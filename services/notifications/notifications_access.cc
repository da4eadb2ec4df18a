#include "services/notifications/notifications_access.h"

#include "lib/access/caller.h"
#include "lib/base/status.h"

namespace lagesbild::notifications {
namespace {

using access::v1::Caller;

absl::Status Denied(absl::string_view message) {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     message);
}

bool IsCoordinationOffice(const Caller& caller) {
  return caller.kind() == access::v1::AGENCY_KIND_COORDINATION_OFFICE &&
         access::CoversArea(caller, access::kWholeRegion);
}

bool IsCoordinationAdmin(const Caller& caller) {
  return IsCoordinationOffice(caller) &&
         access::HasRole(caller, access::v1::ROLE_ADMIN);
}

}  // namespace

bool MaySeeWhatIsOf(const Caller& caller, const Facts& facts,
                    const std::string& contact_id) {
  if (access::IsSuiteMember(caller) || IsCoordinationOffice(caller)) {
    return true;
  }
  const auto contact = facts.contacts.find(contact_id);
  return access::IsAgency(caller) && contact != facts.contacts.end() &&
         contact->second.value->agency == caller.agency();
}

absl::Status CheckMayActFor(const Caller& caller, const std::string& agency) {
  if (access::IsAgency(caller) && caller.agency() == agency) {
    return absl::OkStatus();
  }
  if (IsCoordinationAdmin(caller)) return absl::OkStatus();
  return Denied("only the coordination office acts for another agency");
}

absl::Status CheckMayAcknowledge(const Caller& caller, const Alert& alert) {
  if (access::IsAgency(caller) &&
      access::CoversArea(caller, alert.municipality)) {
    return absl::OkStatus();
  }
  return Denied("the agency does not answer for the alert's municipality");
}

}  // namespace lagesbild::notifications
