#include "lib/api/names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lib/api/utf8.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

constexpr std::size_t kDigestDigits = 10;
constexpr char kAny[] = "-";

bool IsAlnum(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c));
}

bool IsIdChar(char c) { return IsAlnum(c) || c == '-' || c == '.' || c == '_'; }

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdLength && IsAlnum(id[0]) &&
         std::all_of(id.begin(), id.end(), IsIdChar);
}

absl::Status OtherRegion(absl::string_view field) {
  return absl::NotFoundError(
      absl::StrCat(field, ": no such region is kept here"));
}

bool IsPlaceholder(absl::string_view segment) {
  return absl::StartsWith(segment, "{");
}

absl::Status WrongShape(absl::string_view pattern, absl::string_view field) {
  return base::InvalidField(field,
                            absl::StrCat("is not of the form ", pattern));
}

absl::StatusOr<std::vector<std::string>> Parse(absl::string_view pattern,
                                               absl::string_view name,
                                               absl::string_view field,
                                               bool any_allowed) {
  const std::vector<absl::string_view> wanted = absl::StrSplit(pattern, '/');
  const std::vector<absl::string_view> given = absl::StrSplit(name, '/');
  if (given.size() != wanted.size()) return WrongShape(pattern, field);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!IsPlaceholder(wanted[i])) {
      if (given[i] != wanted[i]) return WrongShape(pattern, field);
      continue;
    }
    if (!any_allowed || given[i] != kAny) {
      LB_RETURN_IF_ERROR(CheckId(given[i], field));
    }
    ids.emplace_back(given[i]);
  }
  return ids;
}

// The letter a reader would take for it, '-' when there is none.
char AsIdChar(int code) {
  if (code >= 0 && code < 128) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(code));
    return IsIdChar(lower) ? lower : '-';
  }
  switch (code) {
    case 0xC4:
    case 0xC5:
    case 0xE4:
    case 0xE5:
      return 'a';
    case 0xC9:
    case 0xE9:
      return 'e';
    case 0xD6:
    case 0xF6:
      return 'o';
    case 0xDC:
    case 0xFC:
      return 'u';
    default:
      return '-';
  }
}

std::string Readable(absl::string_view external) {
  constexpr std::size_t kRoom = kMaxIdLength - 1 - kDigestDigits;
  std::string id;
  while (!external.empty() && id.size() < kRoom) {
    const char c = AsIdChar(TakeCodePoint(&external));
    const bool fits = IsAlnum(c) || (!id.empty() && IsAlnum(id.back()));
    if (fits) id.push_back(c);
  }
  while (!id.empty() && !IsAlnum(id.back())) id.pop_back();
  return id;
}

// Ends as a mapped id does, so it might be the image of another.
bool LooksMapped(absl::string_view id) {
  if (id.size() < kDigestDigits) return false;
  const absl::string_view tail = id.substr(id.size() - kDigestDigits);
  const bool hex = std::all_of(tail.begin(), tail.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  return hex && (id.size() == kDigestDigits ||
                 id[id.size() - kDigestDigits - 1] == '-');
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view pattern,
                                                   absl::string_view name,
                                                   absl::string_view field) {
  return Parse(pattern, name, field, false);
}

absl::StatusOr<std::vector<std::string>> ParseNameOrAny(
    absl::string_view pattern, absl::string_view name,
    absl::string_view field) {
  return Parse(pattern, name, field, true);
}

std::string FormatName(absl::string_view pattern,
                       const std::vector<std::string>& ids) {
  std::vector<absl::string_view> segments = absl::StrSplit(pattern, '/');
  std::size_t next = 0;
  for (absl::string_view& segment : segments) {
    if (IsPlaceholder(segment) && next < ids.size()) segment = ids[next++];
  }
  return absl::StrJoin(segments, "/");
}

absl::Status CheckRegion(absl::string_view region, absl::string_view parent) {
  LB_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                      ParseName(kRegionPattern, parent, "parent"));
  return ids[0] == region ? absl::OkStatus() : OtherRegion("parent");
}

absl::StatusOr<std::string> IdInRegion(absl::string_view region,
                                       absl::string_view pattern,
                                       absl::string_view name,
                                       absl::string_view field) {
  LB_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                      ParseName(pattern, name, field));
  if (ids[0] != region) return OtherRegion(field);
  return ids[1];
}

absl::Status CheckId(absl::string_view id, absl::string_view field) {
  if (IsId(id)) return absl::OkStatus();
  return base::InvalidField(
      field,
      "an id is 1 to 63 characters of a-z, 0-9, '-', '.', '_' and begins with "
      "a letter or digit");
}

std::string IdForExternal(absl::string_view external) {
  if (IsId(external) && !LooksMapped(external)) return std::string(external);
  const std::string digest =
      absl::BytesToHexString(base::Sha256(external)).substr(0, kDigestDigits);
  const std::string readable = Readable(external);
  return readable.empty() ? digest : absl::StrCat(readable, "-", digest);
}

}  // namespace lagesbild::api
