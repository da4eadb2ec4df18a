#include "lib/base/status.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"

namespace lagesbild::base {
namespace {

constexpr char kPayloadUrl[] = "lagesbild/error-detail";

std::string Encode(const ErrorDetail& detail) {
  nlohmann::json violations = nlohmann::json::array();
  for (const FieldViolation& v : detail.violations) {
    violations.push_back({v.field, v.description});
  }
  const nlohmann::json json = {{"reason", detail.reason},
                               {"metadata", detail.metadata},
                               {"violations", std::move(violations)}};
  // Text from outside may hold broken UTF-8: replace rather than throw.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ErrorDetail Decode(const std::string& text) {
  ErrorDetail detail;
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return detail;
  detail.reason = json.value("reason", "");
  detail.metadata =
      json.value("metadata", std::map<std::string, std::string>());
  for (const nlohmann::json& v : json["violations"]) {
    detail.violations.push_back({v[0], v[1]});
  }
  return detail;
}

}  // namespace

absl::Status WithDetail(absl::Status status, const ErrorDetail& detail) {
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

absl::Status Error(absl::StatusCode code, absl::string_view reason,
                   absl::string_view message,
                   std::map<std::string, std::string> metadata) {
  return WithDetail(absl::Status(code, message),
                    {std::string(reason), std::move(metadata), {}});
}

absl::Status InvalidField(absl::string_view field,
                          absl::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status InvalidFields(std::vector<FieldViolation> violations) {
  if (violations.empty()) return absl::OkStatus();
  std::string message;
  for (const FieldViolation& v : violations) {
    absl::StrAppend(&message, message.empty() ? "" : "; ", v.field, ": ",
                    v.description);
  }
  return WithDetail(absl::InvalidArgumentError(message),
                    {kInvalidField, {}, std::move(violations)});
}

ErrorDetail DetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  return payload ? Decode(std::string(*payload)) : ErrorDetail();
}

std::string ReasonOf(const absl::Status& status) {
  return DetailOf(status).reason;
}

}  // namespace lagesbild::base
