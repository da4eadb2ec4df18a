#ifndef LAGESBILD_LIB_BASE_CIVIL_DATE_H_
#define LAGESBILD_LIB_BASE_CIVIL_DATE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace lagesbild::base {

// A calendar date in Swedish civil time. Intervals of dates are half-open.
using Date = absl::CivilDay;

// "2023-12-31", and nothing laxer; INVALID_ARGUMENT otherwise.
absl::StatusOr<Date> ParseDate(absl::string_view text);

std::string FormatDate(Date date);
// "" for none.
std::string FormatDate(const std::optional<Date>& date);

// The date in Europe/Stockholm at `time`. The zone's rules come from the
// system's tzdata.
Date DateInSweden(absl::Time time);

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_CIVIL_DATE_H_
