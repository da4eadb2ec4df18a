#include "lib/api/paging.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "lib/api/digest.h"
#include "lib/base/civil_date.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

constexpr char kVersion = 2;
constexpr std::size_t kBindingBytes = 12;
// Finds a token that was cut or mistyped; it is no signature.
constexpr std::size_t kCheckBytes = 4;
constexpr std::size_t kMaxTokenChars = 4096;

std::string Prefix(absl::string_view query_digest) {
  return absl::StrCat(absl::string_view(&kVersion, 1),
                      query_digest.substr(0, kBindingBytes));
}

std::string CheckOf(absl::string_view body) {
  return base::Sha256(body).substr(0, kCheckBytes);
}

absl::Status NoToken() {
  return base::InvalidField("page_token", "is not a page token");
}

// "17 2026-11-27", "" where there is none, and then the position.
std::string BodyOf(const PageStart& start) {
  const std::string pin = start.pin
                              ? absl::StrCat(start.pin->revision, " ",
                                             base::FormatDate(start.pin->today))
                              : "";
  return absl::StrCat(pin, "\n", start.after);
}

absl::StatusOr<Pin> PinIn(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits(' ', 1));
  Pin pin;
  if (!absl::SimpleAtoi(parts.first, &pin.revision) || pin.revision < 0) {
    return NoToken();
  }
  LB_ASSIGN_OR_RETURN(pin.today, base::ParseDate(parts.second));
  return pin;
}

absl::StatusOr<PageStart> StartIn(absl::string_view body) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(body, absl::MaxSplits('\n', 1));
  PageStart start{std::string(parts.second), std::nullopt};
  if (parts.first.empty()) return start;
  LB_ASSIGN_OR_RETURN(start.pin, PinIn(parts.first));
  return start;
}

}  // namespace

absl::StatusOr<int> PageSize(std::int64_t requested) {
  if (requested < 0) {
    return base::InvalidField("page_size", "must not be negative");
  }
  if (requested == 0) return kDefaultPageSize;
  return static_cast<int>(std::min<std::int64_t>(requested, kMaxPageSize));
}

std::string QueryDigest(const google::protobuf::Message& request,
                        absl::string_view store_id) {
  return base::Sha256(absl::StrCat(
      MessageDigest(request, {"page_size", "page_token"}), store_id));
}

std::string PageToken(absl::string_view query_digest, const PageStart& start) {
  const std::string body = BodyOf(start);
  return absl::WebSafeBase64Escape(
      absl::StrCat(Prefix(query_digest), CheckOf(body), body));
}

absl::StatusOr<PageStart> ParsePageToken(absl::string_view token,
                                         absl::string_view query_digest) {
  if (token.empty()) return PageStart();
  std::string text;
  if (token.size() > kMaxTokenChars ||
      !absl::WebSafeBase64Unescape(token, &text)) {
    return NoToken();
  }
  absl::string_view bytes = text;
  const std::string prefix = Prefix(query_digest);
  if (bytes.size() < prefix.size() + kCheckBytes || bytes[0] != kVersion) {
    return NoToken();
  }
  const absl::string_view body = bytes.substr(prefix.size() + kCheckBytes);
  if (bytes.substr(prefix.size(), kCheckBytes) != CheckOf(body)) {
    return NoToken();
  }
  if (bytes.substr(0, prefix.size()) != prefix) {
    return base::InvalidField("page_token", "belongs to another query");
  }
  return StartIn(body);
}

}  // namespace lagesbild::api
