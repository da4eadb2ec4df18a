#include "lib/access/jwt.h"

#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "lib/access/base64url.h"
#include "lib/access/strict_json.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

using nlohmann::json;

// A time far beyond any token's, and well within what absl::Time holds.
constexpr double kMaxUnixSeconds = 1e12;

// Members of a header that would let the token choose its own key, or change
// what its bytes mean.
constexpr const char* kRefusedMembers[] = {"crit", "jku", "jwk",
                                           "x5u",  "x5c", "b64"};

// A token taken apart; nothing in it is believed yet.
struct Parts {
  absl::string_view signed_text;
  json header;
  json payload;
  std::string signature;
};

absl::Status Bad(absl::string_view why) {
  return base::Error(absl::StatusCode::kUnauthenticated, base::kBadCredential,
                     why);
}

std::optional<json> ObjectIn(absl::string_view segment) {
  const std::optional<std::string> text = DecodeBase64Url(segment);
  return text ? ParseStrictObject(*text) : std::nullopt;
}

absl::StatusOr<Parts> TakeApart(absl::string_view token) {
  if (token.size() > kMaxTokenBytes) return Bad("the token is too long");
  const std::vector<absl::string_view> segments = absl::StrSplit(token, '.');
  if (segments.size() != 3) return Bad("the token does not have three parts");
  std::optional<json> header = ObjectIn(segments[0]);
  if (!header) return Bad("the token's header is malformed");
  std::optional<json> payload = ObjectIn(segments[1]);
  if (!payload) return Bad("the token's claims are malformed");
  std::optional<std::string> signature = DecodeBase64Url(segments[2]);
  if (!signature) return Bad("the token's signature is malformed");
  const size_t signed_size = segments[0].size() + 1 + segments[1].size();
  return Parts{token.substr(0, signed_size), *std::move(header),
               *std::move(payload), *std::move(signature)};
}

absl::Status CheckHeader(const json& header) {
  for (const char* member : kRefusedMembers) {
    if (header.contains(member)) {
      return Bad("the token's header asks for what is not supported");
    }
  }
  // A token inside a token.
  if (header.contains("cty")) return Bad("the token is nested");
  return absl::OkStatus();
}

absl::Status CheckSignature(const Parts& parts, const TrustedIssuer& issuer) {
  Algorithm algorithm;
  if (!AlgorithmNamed(StringMember(parts.header, "alg"), &algorithm) ||
      issuer.algorithms.count(algorithm) == 0) {
    return Bad("the token's algorithm is not allowed");
  }
  const std::string kid = StringMember(parts.header, "kid");
  if (kid.empty() || kid.size() > kMaxKeyIdChars) {
    return Bad("the token names no key");
  }
  const std::shared_ptr<const VerificationKey> key = issuer.keys->Find(kid);
  if (key == nullptr) return Bad("the token's key is not known");
  if (key->algorithm() != algorithm) {
    return Bad("the token's key is for another algorithm");
  }
  return key->Verify(parts.signed_text, parts.signature)
             ? absl::OkStatus()
             : Bad("the token's signature is wrong");
}

bool HasAudience(const json& payload, const std::string& audience) {
  const auto aud = payload.find("aud");
  if (aud == payload.end()) return false;
  if (aud->is_string()) return *aud == audience;
  if (!aud->is_array()) return false;
  bool found = false;
  for (const json& entry : *aud) {
    if (!entry.is_string()) return false;
    found |= entry == audience;
  }
  return found;
}

std::optional<absl::Time> TimeMember(const json& payload, const char* name) {
  const auto it = payload.find(name);
  if (it == payload.end() || !it->is_number()) return std::nullopt;
  const double seconds = it->get<double>();
  if (!(seconds >= 0 && seconds <= kMaxUnixSeconds)) return std::nullopt;
  return absl::FromUnixSeconds(static_cast<int64_t>(std::floor(seconds)));
}

absl::Status CheckTimes(const json& payload, absl::Time now) {
  const std::optional<absl::Time> expires = TimeMember(payload, "exp");
  if (!expires) return Bad("the token does not say when it expires");
  if (now >= *expires + kTokenLeeway) return Bad("the token has expired");
  if (!payload.contains("nbf")) return absl::OkStatus();
  const std::optional<absl::Time> not_before = TimeMember(payload, "nbf");
  if (!not_before || now < *not_before - kTokenLeeway) {
    return Bad("the token is not valid yet");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> RolesOf(const json& payload) {
  std::vector<std::string> roles;
  const auto it = payload.find("roles");
  if (it == payload.end()) return roles;
  // An empty list would read as "does not narrow".
  if (!it->is_array() || it->empty()) return Bad("the token's roles are wrong");
  for (const json& role : *it) {
    if (!role.is_string()) return Bad("the token's roles are wrong");
    roles.push_back(role.get<std::string>());
  }
  return roles;
}

absl::StatusOr<TokenClaims> ClaimsOf(const json& payload) {
  TokenClaims claims;
  LB_ASSIGN_OR_RETURN(claims.roles, RolesOf(payload));
  claims.issuer = StringMember(payload, "iss");
  claims.subject = StringMember(payload, "sub");
  claims.agency = StringMember(payload, "agency");
  claims.expires = TimeMember(payload, "exp").value_or(absl::UnixEpoch());
  if (claims.subject.empty() || claims.agency.empty()) {
    return Bad("the token does not say whose it is");
  }
  return claims;
}

}  // namespace

const TrustedIssuer* TokenVerifier::FindIssuer(absl::string_view issuer) const {
  for (const TrustedIssuer& trusted : issuers_) {
    if (!issuer.empty() && trusted.issuer == issuer) return &trusted;
  }
  return nullptr;
}

absl::StatusOr<TokenClaims> TokenVerifier::Verify(
    absl::string_view token) const {
  if (token.empty()) {
    return base::Error(absl::StatusCode::kUnauthenticated, base::kNoCredential,
                       "no token");
  }
  LB_ASSIGN_OR_RETURN(const Parts parts, TakeApart(token));
  LB_RETURN_IF_ERROR(CheckHeader(parts.header));
  const TrustedIssuer* issuer = FindIssuer(StringMember(parts.payload, "iss"));
  if (issuer == nullptr) return Bad("the token's issuer is not trusted");
  LB_RETURN_IF_ERROR(CheckSignature(parts, *issuer));
  if (!HasAudience(parts.payload, issuer->audience)) {
    return Bad("the token is not meant for this service");
  }
  LB_RETURN_IF_ERROR(CheckTimes(parts.payload, clock_->Now()));
  return ClaimsOf(parts.payload);
}

}  // namespace lagesbild::access
