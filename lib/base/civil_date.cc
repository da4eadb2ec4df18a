#include "lib/base/civil_date.h"

#include "absl/strings/str_cat.h"

namespace lagesbild::base {
namespace {

absl::TimeZone Stockholm() {
  absl::TimeZone zone;
  // Without tzdata the zone falls back to UTC, which would move dates near
  // midnight; setup.sh installs it.
  absl::LoadTimeZone("Europe/Stockholm", &zone);
  return zone;
}

}  // namespace

absl::StatusOr<Date> ParseDate(absl::string_view text) {
  Date date;
  if (text.size() == 10 && absl::ParseCivilTime(text, &date) &&
      FormatDate(date) == text) {
    return date;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not a date like 2023-12-31: '", text.substr(0, 20), "'"));
}

std::string FormatDate(Date date) { return absl::FormatCivilTime(date); }

std::string FormatDate(const std::optional<Date>& date) {
  return date ? FormatDate(*date) : "";
}

Date DateInSweden(absl::Time time) {
  return absl::ToCivilDay(time, Stockholm());
}

}  // namespace lagesbild::base
