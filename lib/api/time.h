#ifndef LAGESBILD_LIB_API_TIME_H_
#define LAGESBILD_LIB_API_TIME_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/civil_date.h"

namespace lagesbild::api {

// Times outside the years 1 to 9999 come out as the nearest that is inside.
google::protobuf::Timestamp ToTimestamp(absl::Time time);
google::protobuf::Duration ToDuration(absl::Duration duration);

absl::Duration FromDuration(const google::protobuf::Duration& duration);
// For timestamps of our own making, which are valid.
absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp);

// INVALID_ARGUMENT naming `field` when the timestamp is outside its range.
absl::StatusOr<absl::Time> ParseTimestamp(
    absl::string_view field, const google::protobuf::Timestamp& timestamp);

// RFC 3339 with an offset ("2023-12-31T12:00:00Z"); INVALID_ARGUMENT naming
// `field` otherwise.
absl::StatusOr<absl::Time> ParseTime(absl::string_view field,
                                     absl::string_view text);

// RFC 3339 in UTC, with the fraction only where there is one.
std::string FormatTime(absl::Time time);

// "2023-12-31"; INVALID_ARGUMENT naming `field` otherwise.
absl::StatusOr<base::Date> ParseDate(absl::string_view field,
                                     absl::string_view text);

// Which version a read asks for; unset where the request does not say.
struct AsOf {
  std::optional<absl::Time> recorded_time;
  std::optional<std::int64_t> revision;
  std::optional<base::Date> valid_date;
  // The date to take for today's, where that is not the clock's or
  // recorded_time's.
  std::optional<base::Date> today;

  // Neither an older revision nor a time: the live records answer it.
  bool IsHead() const { return !recorded_time && !revision; }

  // Today, or the day of recorded_time.
  base::Date Today(absl::Time now) const;
  // The day on which a record has to hold.
  base::Date ValidDate(absl::Time now) const {
    return valid_date.value_or(Today(now));
  }
};

// INVALID_ARGUMENT naming as_of.… for what does not parse, for a negative
// revision, and when both recorded_time and revision are given.
absl::StatusOr<AsOf> ParseAsOf(const access::v1::AsOf& as_of);

}  // namespace lagesbild::api

#endif  // LAGESBILD_LIB_API_TIME_H_
