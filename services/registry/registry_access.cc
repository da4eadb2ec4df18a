#include "services/registry/registry_access.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lib/access/audience.h"
#include "lib/access/caller.h"
#include "lib/base/status.h"

namespace lagesbild::registry {
namespace {

using access::v1::Caller;

absl::Status Denied(absl::string_view message) {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     message);
}

bool IsParty(const Caller& caller) {
  return caller.kind() == access::v1::AGENCY_KIND_MUNICIPALITY ||
         caller.kind() == access::v1::AGENCY_KIND_POLICE;
}

Party PartyOf(const Caller& caller) {
  return caller.kind() == access::v1::AGENCY_KIND_POLICE ? Party::kPolice
                                                         : Party::kMunicipality;
}

// Area codes never collide with the empty text, which covers nothing.
bool AnswersFor(const Caller& caller, const Site& site) {
  const bool municipality =
      access::CoversArea(caller, site.responsible_municipality);
  const bool police = access::CoversArea(caller, site.responsible_police);
  if (!IsParty(caller)) return municipality || police;
  return PartyOf(caller) == Party::kPolice ? police : municipality;
}

// The most that a caller's standing towards a record can be, for this audience.
access::Standing BestStanding(const Caller& caller,
                              access::v1::Audience audience) {
  access::Standing standing;
  standing.scoped = true;
  standing.owner = audience == access::v1::AUDIENCE_OWNER;
  standing.responsible = !caller.areas().empty();
  return standing;
}

bool CanSeeSome(const Caller& caller,
                const google::protobuf::FieldDescriptor& field) {
  const access::v1::Audience audience = access::AudienceOf(field);
  return access::Sees(caller, audience, BestStanding(caller, audience));
}

bool CanSeePath(const Caller& caller, const google::protobuf::Descriptor* type,
                const std::string& path) {
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    if (type == nullptr || access::IsTransparent(*type)) return true;
    const auto* field = type->FindFieldByName(std::string(part));
    if (field == nullptr || !CanSeeSome(caller, *field)) return false;
    type = field->message_type();
  }
  return true;
}

}  // namespace

bool IsCoordinationAdmin(const Caller& caller) {
  return caller.kind() == access::v1::AGENCY_KIND_COORDINATION_OFFICE &&
         access::HasRole(caller, access::v1::ROLE_ADMIN) &&
         access::CoversArea(caller, access::kWholeRegion);
}

absl::Status CheckMayWriteSome(const Caller& caller) {
  if (access::IsAgency(caller) && !caller.areas().empty()) {
    return absl::OkStatus();
  }
  return Denied("the agency answers for no area");
}

absl::Status CheckMayWrite(const Caller& caller, const Site& site) {
  if (IsCoordinationAdmin(caller) || AnswersFor(caller, site)) {
    return absl::OkStatus();
  }
  return Denied("the agency does not answer for the site");
}

absl::Status CheckMayAssessSome(const Caller& caller) {
  if (IsCoordinationAdmin(caller)) return absl::OkStatus();
  if (IsParty(caller) && !caller.areas().empty()) return absl::OkStatus();
  return Denied("only municipalities and police assess sites");
}

absl::StatusOr<Speaker> SpeakerFor(const Caller& caller, const Site& site,
                                   Party requested) {
  if (IsCoordinationAdmin(caller)) {
    if (requested != Party::kUnspecified) return Speaker{requested, true};
    return base::InvalidField("assessment.party",
                              "is required: whose verdict is recorded?");
  }
  LB_RETURN_IF_ERROR(CheckMayAssessSome(caller));
  const Party own = PartyOf(caller);
  if (requested != Party::kUnspecified && requested != own) {
    return Denied("only the coordination office records for another party");
  }
  if (!AnswersFor(caller, site)) {
    return Denied("the agency does not answer for the site");
  }
  return Speaker{own, false};
}

bool SeesField(const Caller& caller, const Site& site,
               const google::protobuf::FieldDescriptor& field) {
  access::Standing standing;
  standing.scoped = true;
  standing.owner = site.owner_agency == caller.agency();
  standing.responsible =
      access::CoversArea(caller, site.responsible_municipality) ||
      access::CoversArea(caller, site.responsible_police);
  return access::Sees(caller, access::AudienceOf(field), standing);
}

absl::Status CheckFilterFields(const Caller& caller,
                               const google::protobuf::Descriptor& type,
                               const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (CanSeePath(caller, &type, path)) continue;
    return base::InvalidField("filter",
                              absl::StrCat(path, " is not for this caller"));
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::registry
