#include "lib/access/agencies.h"

#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "lib/access/caller.h"
#include "lib/access/config_file.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

using config::v1::Agency;

constexpr size_t kMaxIdChars = 63;
// "202100-0076": ten digits of which the last is a check digit.
constexpr size_t kOrgNumberChars = 11;
constexpr size_t kOrgNumberHyphen = 6;

absl::Status Fault(absl::string_view agency, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("agency \"", agency, "\": ", what));
}

bool IsId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdChars) return false;
  for (const char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-') {
      return false;
    }
  }
  return id.front() != '-' && id.back() != '-';
}

// Luhn's check over the ten digits, as Skatteverket defines the number.
bool IsOrgNumber(absl::string_view number) {
  if (number.size() != kOrgNumberChars || number[kOrgNumberHyphen] != '-') {
    return false;
  }
  int sum = 0;
  bool doubled = true;
  for (size_t i = 0; i < number.size(); ++i) {
    if (i == kOrgNumberHyphen) continue;
    if (!absl::ascii_isdigit(number[i])) return false;
    const int digit = (number[i] - '0') * (doubled ? 2 : 1);
    sum += digit / 10 + digit % 10;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

absl::Status CheckAreas(const Agency& agency) {
  std::set<std::string> seen;
  for (const std::string& area : agency.areas()) {
    if (area.empty()) return Fault(agency.id(), "an area without a code");
    if (!seen.insert(area).second) {
      return Fault(agency.id(), absl::StrCat("area ", area, " twice"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAgency(const Agency& agency) {
  if (!IsId(agency.id())) {
    return Fault(agency.id(),
                 "the id must be 1 to 63 lower-case letters, digits and "
                 "hyphens");
  }
  if (agency.kind() == v1::AGENCY_KIND_UNSPECIFIED) {
    return Fault(agency.id(), "has no kind");
  }
  if (agency.display_name().empty()) {
    return Fault(agency.id(), "has no display name");
  }
  if (!agency.org_number().empty() && !IsOrgNumber(agency.org_number())) {
    return Fault(agency.id(), "not an organisation number: NNNNNN-NNNN");
  }
  if (agency.roles().empty()) return Fault(agency.id(), "has no role");
  for (const int role : agency.roles()) {
    if (role == v1::ROLE_UNSPECIFIED) {
      return Fault(agency.id(), "an unspecified role");
    }
  }
  return CheckAreas(agency);
}

absl::Status NotAllowed() {
  return base::Error(absl::StatusCode::kPermissionDenied, base::kNotAllowed,
                     "the caller's agency does not take part");
}

}  // namespace

absl::StatusOr<Agencies> Agencies::Parse(absl::string_view textproto) {
  Agencies agencies;
  LB_RETURN_IF_ERROR(ParseTextproto(textproto, &agencies.file_));
  for (int i = 0; i < agencies.file_.agencies_size(); ++i) {
    const Agency& agency = agencies.file_.agencies(i);
    LB_RETURN_IF_ERROR(CheckAgency(agency));
    if (!agencies.by_id_.emplace(agency.id(), i).second) {
      return Fault(agency.id(), "twice");
    }
    for (const std::string& uri : agency.certificate_uris()) {
      if (uri.empty()) return Fault(agency.id(), "an empty certificate name");
      if (!agencies.by_certificate_.emplace(uri, i).second) {
        return Fault(agency.id(),
                     absl::StrCat("certificate name ", uri, " is taken"));
      }
    }
  }
  return agencies;
}

absl::StatusOr<Agencies> Agencies::Load(const std::string& path) {
  LB_ASSIGN_OR_RETURN(const std::string text,
                      ReadSmallFile(path, kMaxConfigBytes));
  return WithPath(path, Parse(text));
}

const Agency* Agencies::Find(absl::string_view id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &file_.agencies(it->second);
}

const Agency* Agencies::FindByCertificate(absl::string_view uri) const {
  const auto it = by_certificate_.find(uri);
  return it == by_certificate_.end() ? nullptr : &file_.agencies(it->second);
}

absl::StatusOr<v1::Caller> Agencies::CallerFor(
    absl::string_view agency, const std::vector<std::string>& role_names,
    absl::string_view subject) const {
  const Agency* const found = Find(agency);
  if (found == nullptr) return NotAllowed();
  std::set<int> wanted;
  for (const std::string& name : role_names) wanted.insert(RoleNamed(name));
  v1::Caller caller;
  caller.set_agency(found->id());
  caller.set_kind(found->kind());
  *caller.mutable_areas() = found->areas();
  caller.set_subject(std::string(subject));
  for (const int role : found->roles()) {
    if (!role_names.empty() && wanted.count(role) == 0) continue;
    caller.add_roles(static_cast<v1::Role>(role));
  }
  return caller;
}

}  // namespace lagesbild::access
