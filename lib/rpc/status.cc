#include "lib/rpc/status.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "lib/api/time.h"
#include "lib/api/utf8.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

constexpr char kRetryUrl[] = "lagesbild/retry-after";
// In base64, with the message and what else is in the trailers, below 8 KiB.
constexpr std::size_t kMaxDetailBytes = 4000;

std::string WireMessage(absl::string_view message) {
  std::string text = api::ValidUtf8(message);
  if (text.size() <= kMaxWireMessageBytes) return text;
  return api::ValidUtf8(
      absl::string_view(text).substr(0, kMaxWireMessageBytes));
}

// What a client may switch on when nobody gave a reason of its own.
absl::string_view GeneralReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_REQUEST";
    case absl::StatusCode::kNotFound:
      return "RESOURCE_NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "RESOURCE_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return base::kNotAllowed;
    case absl::StatusCode::kUnauthenticated:
      return base::kBadCredential;
    case absl::StatusCode::kResourceExhausted:
      return "LIMIT_PASSED";
    case absl::StatusCode::kFailedPrecondition:
      return "WRONG_STATE";
    case absl::StatusCode::kAborted:
      return "CONFLICT";
    case absl::StatusCode::kOutOfRange:
      return "OUT_OF_RANGE";
    default:
      // The others are about the call, not about what was asked: the code says
      // it all.
      return "";
  }
}

google::rpc::ErrorInfo InfoOf(const base::ErrorDetail& detail) {
  google::rpc::ErrorInfo info;
  info.set_reason(detail.reason);
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : detail.metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  if (info.ByteSizeLong() > kMaxDetailBytes) info.clear_metadata();
  return info;
}

google::rpc::BadRequest BadRequestOf(const base::ErrorDetail& detail,
                                     std::size_t room) {
  google::rpc::BadRequest bad;
  for (const base::FieldViolation& violation : detail.violations) {
    if (bad.field_violations_size() == kMaxWireViolations) break;
    auto* added = bad.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
    if (bad.ByteSizeLong() <= room) continue;
    bad.mutable_field_violations()->RemoveLast();
    break;
  }
  return bad;
}

google::rpc::Status DetailsOf(const absl::Status& status) {
  google::rpc::Status wire;
  base::ErrorDetail detail = base::DetailOf(status);
  if (detail.reason.empty()) {
    detail.reason = std::string(GeneralReason(status.code()));
  }
  std::size_t room = kMaxDetailBytes;
  if (!detail.reason.empty()) {
    const google::rpc::ErrorInfo info = InfoOf(detail);
    room -= info.ByteSizeLong();
    wire.add_details()->PackFrom(info);
  }
  const google::rpc::BadRequest bad = BadRequestOf(detail, room);
  if (bad.field_violations_size() > 0) wire.add_details()->PackFrom(bad);
  if (const auto delay = RetryAfter(status)) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = api::ToDuration(*delay);
    wire.add_details()->PackFrom(retry);
  }
  return wire;
}

// What one status' details add up to.
struct Read {
  base::ErrorDetail detail;
  std::optional<absl::Duration> retry_after;
};

void Take(const google::rpc::ErrorInfo& info, base::ErrorDetail* detail) {
  if (info.domain() != kErrorDomain) return;
  detail->reason = info.reason();
  detail->metadata = {info.metadata().begin(), info.metadata().end()};
}

void Take(const google::rpc::BadRequest& bad, base::ErrorDetail* detail) {
  for (const auto& violation : bad.field_violations()) {
    detail->violations.push_back({violation.field(), violation.description()});
  }
}

Read ReadDetails(const google::rpc::Status& wire) {
  Read read;
  for (const google::protobuf::Any& any : wire.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::RetryInfo retry;
    if (any.UnpackTo(&info)) {
      Take(info, &read.detail);
    } else if (any.UnpackTo(&bad)) {
      Take(bad, &read.detail);
    } else if (any.UnpackTo(&retry)) {
      read.retry_after = api::FromDuration(retry.retry_delay());
    }
  }
  return read;
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status wire = DetailsOf(status);
  const std::string message = WireMessage(status.message());
  std::string details;
  if (wire.details_size() > 0) {
    wire.set_code(static_cast<int>(status.code()));
    wire.set_message(message);
    details = wire.SerializeAsString();
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      details);
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
  google::rpc::Status wire;
  if (status.error_details().empty() ||
      !wire.ParseFromString(status.error_details())) {
    return result;
  }
  const Read read = ReadDetails(wire);
  if (!read.detail.reason.empty() || !read.detail.violations.empty()) {
    result = base::WithDetail(std::move(result), read.detail);
  }
  return read.retry_after ? WithRetryAfter(std::move(result), *read.retry_after)
                          : result;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration delay) {
  status.SetPayload(kRetryUrl,
                    absl::Cord(absl::StrCat(absl::ToInt64Milliseconds(delay))));
  return status;
}

std::optional<absl::Duration> RetryAfter(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryUrl);
  std::int64_t ms = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &ms)) {
    return std::nullopt;
  }
  return absl::Milliseconds(ms);
}

}  // namespace lagesbild::rpc
