#include "lib/api/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kBindingBytes = 12;
constexpr std::size_t kMaxTokenChars = 4096;

std::string Prefix(absl::string_view query_digest) {
  return absl::StrCat(absl::string_view(&kVersion, 1),
                      query_digest.substr(0, kBindingBytes));
}

}  // namespace

absl::StatusOr<int> PageSize(std::int64_t requested) {
  if (requested < 0) {
    return base::InvalidField("page_size", "must not be negative");
  }
  if (requested == 0) return kDefaultPageSize;
  return static_cast<int>(std::min<std::int64_t>(requested, kMaxPageSize));
}

std::string QueryDigest(const google::protobuf::Message& request) {
  return MessageDigest(request, {"page_size", "page_token"});
}

std::string PageToken(absl::string_view query_digest,
                      absl::string_view position) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(Prefix(query_digest), position));
}

absl::StatusOr<std::string> ParsePageToken(absl::string_view token,
                                           absl::string_view query_digest) {
  if (token.empty()) return std::string();
  std::string bytes;
  if (token.size() > kMaxTokenChars ||
      !absl::WebSafeBase64Unescape(token, &bytes)) {
    return base::InvalidField("page_token", "is not a page token");
  }
  const std::string prefix = Prefix(query_digest);
  if (bytes.size() < prefix.size() || bytes[0] != kVersion) {
    return base::InvalidField("page_token", "is not a page token");
  }
  if (bytes.compare(0, prefix.size(), prefix) != 0) {
    return base::InvalidField("page_token", "belongs to another query");
  }
  return bytes.substr(prefix.size());
}

}  // namespace lagesbild::api
