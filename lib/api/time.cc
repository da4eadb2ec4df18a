#include "lib/api/time.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of a Timestamp.
constexpr std::int64_t kMinSeconds = -62135596800;
constexpr std::int64_t kMaxSeconds = 253402300799;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
// A Duration's range: 10,000 years.
constexpr std::int64_t kMaxDurationSeconds = 315'576'000'000;

bool IsInRange(absl::Time time) {
  return time >= absl::FromUnixSeconds(kMinSeconds) &&
         time < absl::FromUnixSeconds(kMaxSeconds + 1);
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const absl::Time latest =
      absl::FromUnixSeconds(kMaxSeconds + 1) - absl::Nanoseconds(1);
  time = std::clamp(time, absl::FromUnixSeconds(kMinSeconds), latest);
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<std::int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

google::protobuf::Duration ToDuration(absl::Duration duration) {
  duration = std::clamp(duration, absl::Seconds(-kMaxDurationSeconds),
                        absl::Seconds(kMaxDurationSeconds));
  google::protobuf::Duration proto;
  const std::int64_t seconds =
      absl::IDivDuration(duration, absl::Seconds(1), &duration);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(duration)));
  return proto;
}

absl::Duration FromDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

absl::StatusOr<absl::Time> ParseTimestamp(
    absl::string_view field, const google::protobuf::Timestamp& timestamp) {
  const bool whole = timestamp.seconds() >= kMinSeconds &&
                     timestamp.seconds() <= kMaxSeconds &&
                     timestamp.nanos() >= 0 &&
                     timestamp.nanos() < kNanosPerSecond;
  if (whole) return FromTimestamp(timestamp);
  return base::InvalidField(field, "is outside the years 1 to 9999");
}

absl::StatusOr<absl::Time> ParseTime(absl::string_view field,
                                     absl::string_view text) {
  // absl takes surrounding space and "infinite-future" too.
  const bool begins =
      !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
  const bool ends =
      begins && !absl::ascii_isspace(static_cast<unsigned char>(text.back()));
  absl::Time time;
  if (ends && absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) &&
      IsInRange(time)) {
    return time;
  }
  return base::InvalidField(field, "is not a time like 2023-12-31T12:00:00Z");
}

std::string FormatTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

absl::StatusOr<base::Date> ParseDate(absl::string_view field,
                                     absl::string_view text) {
  absl::StatusOr<base::Date> date = base::ParseDate(text);
  if (date.ok()) return date;
  return base::InvalidField(field, "is not a date like 2023-12-31");
}

base::Date AsOf::Today(absl::Time now) const {
  return today ? *today : base::DateInSweden(recorded_time.value_or(now));
}

absl::StatusOr<AsOf> ParseAsOf(const access::v1::AsOf& as_of) {
  AsOf parsed;
  if (as_of.revision() < 0) {
    return base::InvalidField("as_of.revision", "must not be negative");
  }
  if (as_of.revision() > 0 && !as_of.recorded_time().empty()) {
    return base::InvalidField("as_of.revision",
                              "cannot be given with recorded_time");
  }
  if (as_of.revision() > 0) parsed.revision = as_of.revision();
  if (!as_of.recorded_time().empty()) {
    LB_ASSIGN_OR_RETURN(parsed.recorded_time, ParseTime("as_of.recorded_time",
                                                        as_of.recorded_time()));
  }
  if (!as_of.valid_date().empty()) {
    LB_ASSIGN_OR_RETURN(parsed.valid_date,
                        ParseDate("as_of.valid_date", as_of.valid_date()));
  }
  return parsed;
}

}  // namespace lagesbild::api
