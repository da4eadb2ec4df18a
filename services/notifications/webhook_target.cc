#include "services/notifications/webhook_target.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::notifications {
namespace {

using V6 = std::array<std::uint8_t, 16>;

struct Block4 {
  std::uint32_t prefix;
  int bits;
};
struct Block6 {
  V6 prefix;
  int bits;
};

constexpr std::uint32_t V4(int a, int b, int c, int d) {
  return static_cast<std::uint32_t>(a) << 24 | b << 16 | c << 8 | d;
}

// IANA's special-purpose registry: everything not globally reachable, and
// multicast.
constexpr Block4 kNotPublic4[] = {
    {V4(0, 0, 0, 0), 8},      {V4(10, 0, 0, 0), 8},
    {V4(100, 64, 0, 0), 10},  {V4(127, 0, 0, 0), 8},
    {V4(169, 254, 0, 0), 16}, {V4(172, 16, 0, 0), 12},
    {V4(192, 0, 0, 0), 24},   {V4(192, 0, 2, 0), 24},
    {V4(192, 88, 99, 0), 24}, {V4(192, 168, 0, 0), 16},
    {V4(198, 18, 0, 0), 15},  {V4(198, 51, 100, 0), 24},
    {V4(203, 0, 113, 0), 24}, {V4(224, 0, 0, 0), 4},
    {V4(240, 0, 0, 0), 4}};

// Of IPv6 only 2000::/3 is global unicast; within it, these are not public.
// 6to4 and Teredo (2001::/23 holds it) lead to any IPv4 address.
constexpr Block6 kGlobalUnicast = {{0x20}, 3};
constexpr Block6 kNotPublic6[] = {{{0x20, 0x01}, 23},
                                  {{0x20, 0x01, 0x0d, 0xb8}, 32},
                                  {{0x20, 0x02}, 16},
                                  {{0x3f, 0xff}, 20}};
// ::ffff:a.b.c.d and 64:ff9b::a.b.c.d stand for IPv4 addresses.
constexpr Block6 kMapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Block6 kNat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};

bool In(std::uint32_t address, const Block4& block) {
  return ((address ^ block.prefix) >> (32 - block.bits)) == 0;
}

bool In(const V6& address, const Block6& block) {
  const int bytes = block.bits / 8;
  if (!std::equal(address.begin(), address.begin() + bytes,
                  block.prefix.begin())) {
    return false;
  }
  const int rest = block.bits % 8;
  return rest == 0 ||
         ((address[bytes] ^ block.prefix[bytes]) >> (8 - rest)) == 0;
}

bool IsPublic4(std::uint32_t address) {
  return std::none_of(std::begin(kNotPublic4), std::end(kNotPublic4),
                      [&](const Block4& b) { return In(address, b); });
}

bool IsPublic6(const V6& address) {
  if (In(address, kMapped) || In(address, kNat64)) {
    return IsPublic4(V4(address[12], address[13], address[14], address[15]));
  }
  return In(address, kGlobalUnicast) &&
         std::none_of(std::begin(kNotPublic6), std::end(kNotPublic6),
                      [&](const Block6& b) { return In(address, b); });
}

std::optional<bool> IsPublicLiteral(const std::string& host) {
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return IsPublic4(ntohl(v4.s_addr));
  }
  if (host.size() < 2 || host.front() != '[') return std::nullopt;
  V6 v6;
  const std::string inner = host.substr(1, host.size() - 2);
  // With a zone ("fe80::1%eth0") it does not parse: not public.
  return inet_pton(AF_INET6, inner.c_str(), v6.data()) == 1 && IsPublic6(v6);
}

bool IsLocalName(absl::string_view host) {
  std::string name = absl::AsciiStrToLower(host);
  if (absl::EndsWith(name, ".")) name.pop_back();
  return name == "localhost" || absl::EndsWith(name, ".localhost");
}

class Url {
 public:
  Url() : url_(curl_url()) {}
  ~Url() { curl_url_cleanup(url_); }
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;

  bool Set(const std::string& text) {
    return curl_url_set(url_, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  }
  // Empty when there is none.
  std::string Part(CURLUPart part) const {
    char* text = nullptr;
    if (curl_url_get(url_, part, &text, 0) != CURLUE_OK) return "";
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
    return text;
  }

 private:
  CURLU* const url_;
};

absl::Status Wrong(absl::string_view why) {
  return base::InvalidField("contact.webhook_url", why);
}

absl::Status CheckHost(const std::string& host, const TargetPolicy& policy) {
  if (host.empty()) return Wrong("names no host");
  if (policy.allow_private) return absl::OkStatus();
  if (IsLocalName(host) || !IsPublicLiteral(host).value_or(true)) {
    return Wrong("leads to a private or local address");
  }
  return absl::OkStatus();
}

bool IsPlainText(absl::string_view url) {
  return std::all_of(url.begin(), url.end(), absl::ascii_isgraph);
}

}  // namespace

absl::Status CheckUrl(absl::string_view url, const TargetPolicy& policy) {
  if (url.empty()) return Wrong("is missing");
  if (url.size() > kMaxUrlBytes) {
    return Wrong(absl::StrCat("is longer than ", kMaxUrlBytes, " bytes"));
  }
  Url parsed;
  if (!IsPlainText(url) || !parsed.Set(std::string(url))) {
    return Wrong("is not a URL");
  }
  const std::string scheme = parsed.Part(CURLUPART_SCHEME);
  if (scheme != "https" && !(scheme == "http" && policy.allow_http)) {
    return Wrong(policy.allow_http ? "must be https or http" : "must be https");
  }
  if (!parsed.Part(CURLUPART_USER).empty() ||
      !parsed.Part(CURLUPART_PASSWORD).empty()) {
    return Wrong("must not hold a user or password");
  }
  if (!parsed.Part(CURLUPART_FRAGMENT).empty()) {
    return Wrong("must not have a fragment");
  }
  if (parsed.Part(CURLUPART_PORT) == "0") return Wrong("has no usable port");
  return CheckHost(parsed.Part(CURLUPART_HOST), policy);
}

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof(v4));
    return IsPublic4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof(v6));
    V6 bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IsPublic6(bytes);
  }
  return false;
}

bool MayConnect(const sockaddr* address, const TargetPolicy& policy) {
  if (address->sa_family != AF_INET && address->sa_family != AF_INET6) {
    return false;
  }
  return policy.allow_private || IsPublicAddress(address);
}

}  // namespace lagesbild::notifications
