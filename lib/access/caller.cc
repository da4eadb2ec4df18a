#include "lib/access/caller.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/access/base64url.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

template <typename M>
absl::StatusOr<M> DecodeToken(absl::string_view text, absl::string_view field) {
  M message;
  if (text.size() <= kMaxTokenChars) {
    const std::optional<std::string> bytes = DecodeBase64Url(text);
    if (bytes.has_value() && message.ParseFromString(*bytes)) return message;
  }
  return base::InvalidField(field, "not one that this service gave out");
}

}  // namespace

v1::Caller SuiteMember(absl::string_view service) {
  v1::Caller caller;
  caller.set_suite_member(std::string(service));
  return caller;
}

bool IsSuiteMember(const v1::Caller& caller) {
  return !caller.suite_member().empty();
}

bool IsAgency(const v1::Caller& caller) {
  return !caller.agency().empty() &&
         caller.kind() != v1::AGENCY_KIND_UNSPECIFIED &&
         v1::AgencyKind_IsValid(caller.kind());
}

bool IsLawEnforcement(const v1::Caller& caller) {
  if (!IsAgency(caller)) return false;
  return caller.kind() == v1::AGENCY_KIND_POLICE ||
         caller.kind() == v1::AGENCY_KIND_CUSTOMS ||
         caller.kind() == v1::AGENCY_KIND_PRISON_PROBATION;
}

bool HasRole(const v1::Caller& caller, v1::Role role) {
  return role != v1::ROLE_UNSPECIFIED &&
         std::find(caller.roles().begin(), caller.roles().end(), role) !=
             caller.roles().end();
}

bool CoversArea(const v1::Caller& caller, absl::string_view code) {
  for (const std::string& area : caller.areas()) {
    if (area == kWholeRegion) return true;
    if (!area.empty() && area == code) return true;
  }
  return false;
}

v1::Role RoleNamed(absl::string_view name) {
  v1::Role role;
  const absl::string_view bare = absl::StripPrefix(name, "ROLE_");
  return v1::Role_Parse(absl::StrCat("ROLE_", bare), &role)
             ? role
             : v1::ROLE_UNSPECIFIED;
}

std::string EncodeCaller(const v1::Caller& caller) {
  return caller.SerializeAsString();
}

absl::StatusOr<v1::Caller> DecodeCaller(absl::string_view bytes) {
  v1::Caller caller;
  if (bytes.size() > kMaxCallerBytes ||
      !caller.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::InvalidField(kCallerMetadata, "not a caller");
  }
  return caller;
}

std::string EncodeConsistencyToken(const v1::ConsistencyToken& token) {
  return EncodeBase64Url(token.SerializeAsString());
}

std::string EncodeWatchCursor(const v1::WatchCursor& cursor) {
  return EncodeBase64Url(cursor.SerializeAsString());
}

absl::StatusOr<v1::ConsistencyToken> DecodeConsistencyToken(
    absl::string_view text) {
  return DecodeToken<v1::ConsistencyToken>(text, "consistency_token");
}

absl::StatusOr<v1::WatchCursor> DecodeWatchCursor(absl::string_view text) {
  return DecodeToken<v1::WatchCursor>(text, "cursor");
}

}  // namespace lagesbild::access
