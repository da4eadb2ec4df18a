#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "lib/api/text.h"
#include "lib/api/utf8.h"

// Skatteverket, SKV 704: YYMMDD or YYYYMMDD, a sign ('+' from the year one
// turns 100), three digits and a check digit by the Luhn algorithm over the
// last ten. A coordination number (SKV 707) has 60 added to the day.
namespace lagesbild::api {
namespace {

constexpr std::size_t kTail = 4;
constexpr int kCoordination = 60;
// " – ": people put spaces around the sign.
constexpr int kMaxSeparators = 3;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

int TwoDigits(absl::string_view digits) {
  return (digits[0] - '0') * 10 + (digits[1] - '0');
}

bool IsSeparator(int code) {
  return code == ' ' || code == '-' || code == '+' || code == 0xA0 ||
         (code >= 0x2009 && code <= 0x2014) || code == 0x202F || code == 0x2212;
}

bool LuhnHolds(absl::string_view ten) {
  int sum = 0;
  for (std::size_t i = 0; i < ten.size(); ++i) {
    const int doubled = (ten[i] - '0') * (i % 2 == 0 ? 2 : 1);
    sum += doubled / 10 + doubled % 10;
  }
  return sum % 10 == 0;
}

bool IsDate(int year, int month, int day) {
  if (day > kCoordination) day -= kCoordination;
  const absl::CivilDay date(year, month, day);
  return month >= 1 && month <= 12 && day >= 1 && date.month() == month &&
         date.day() == day;
}

// `date` is six or eight digits, `tail` four.
bool IsIdentityNumber(absl::string_view date, absl::string_view tail) {
  int century = 20;
  if (date.size() == 8) {
    century = TwoDigits(date);
    if (century < 18 || century > 20) return false;
    date.remove_prefix(2);
  }
  // Without a century, 2000 has the 29 February that 1900 lacks.
  const int year = century * 100 + TwoDigits(date);
  if (!IsDate(year, TwoDigits(date.substr(2)), TwoDigits(date.substr(4)))) {
    return false;
  }
  return LuhnHolds(std::string(date) + std::string(tail));
}

std::size_t DigitRun(absl::string_view text) {
  std::size_t run = 0;
  while (run < text.size() && IsDigit(text[run])) ++run;
  return run;
}

absl::string_view SkipSeparators(absl::string_view text) {
  for (int i = 0; i < kMaxSeparators && !text.empty(); ++i) {
    absl::string_view after = text;
    if (!IsSeparator(TakeCodePoint(&after))) break;
    text = after;
  }
  return text;
}

// `text` begins with a whole run of `run` digits.
bool BeginsWithNumber(absl::string_view text, std::size_t run) {
  if (run == 10 || run == 12) {
    return IsIdentityNumber(text.substr(0, run - kTail),
                            text.substr(run - kTail, kTail));
  }
  if (run != 6 && run != 8) return false;
  const absl::string_view rest = SkipSeparators(text.substr(run));
  return DigitRun(rest) == kTail &&
         IsIdentityNumber(text.substr(0, run), rest.substr(0, kTail));
}

}  // namespace

bool HasPersonalIdentityNumber(absl::string_view text) {
  while (!text.empty()) {
    const std::size_t run = DigitRun(text);
    if (run > 0 && BeginsWithNumber(text, run)) return true;
    text.remove_prefix(run == 0 ? 1 : run);
  }
  return false;
}

}  // namespace lagesbild::api
