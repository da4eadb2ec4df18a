#include "services/notifications/retry_schedule.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::notifications {
namespace {

constexpr int kRequestTimeout = 408;
constexpr int kGone = 410;
constexpr int kTooEarly = 425;
constexpr int kTooManyRequests = 429;
// Seconds beyond this are only more of the same.
constexpr int kMaxSecondsDigits = 12;

// The wait before the next attempt, and what it uses up.
absl::Duration TakeWait(const Outcome& outcome, Delivery* delivery) {
  const int next = delivery->steps + 1;
  const absl::Duration step =
      next < kMaxSteps ? kRetrySchedule[next] : absl::ZeroDuration();
  if (outcome.retry_after) {
    const absl::Duration hint = std::min(*outcome.retry_after, kMaxRetryAfter);
    if (hint < step && delivery->hints < kMaxShortHints) {
      ++delivery->hints;
      return hint;
    }
    ++delivery->steps;
    return std::max(hint, step);
  }
  ++delivery->steps;
  return step;
}

bool AllDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

bool Accepted(const Outcome& outcome) {
  return outcome.http_status >= 200 && outcome.http_status < 300;
}

bool Gone(const Outcome& outcome) { return outcome.http_status == kGone; }

bool Refused(const Outcome& outcome) {
  const int status = outcome.http_status;
  return status >= 400 && status < 500 && status != kRequestTimeout &&
         status != kTooEarly && status != kTooManyRequests;
}

Delivery Attempted(const Delivery& delivery, const Outcome& outcome,
                   absl::Time time, double random) {
  Delivery next = delivery;
  Attempt attempt;
  attempt.time = time;
  attempt.http_status = outcome.http_status;
  if (Accepted(outcome)) {
    next.attempts.push_back(std::move(attempt));
    next.state = DeliveryState::kDelivered;
    next.next_attempt.reset();
    return next;
  }
  attempt.error = outcome.error;
  if (attempt.error.empty()) {
    attempt.error = absl::StrCat("HTTP status ", outcome.http_status);
  }
  next.attempts.push_back(std::move(attempt));
  const absl::Duration wait = TakeWait(outcome, &next);
  if (Gone(outcome) || next.steps >= kMaxSteps ||
      time - next.create_time >= kMaxAge) {
    return GivenUp(next);
  }
  next.aside = Refused(outcome);
  next.next_attempt = time + wait * (1 + kJitter * random);
  return next;
}

Delivery GivenUp(const Delivery& delivery) {
  Delivery next = delivery;
  next.state = DeliveryState::kDead;
  next.next_attempt.reset();
  return next;
}

std::optional<absl::Duration> ParseRetryAfter(absl::string_view value,
                                              absl::Time now) {
  const absl::string_view text = absl::StripAsciiWhitespace(value);
  if (AllDigits(text)) {
    std::int64_t seconds = 0;
    if (text.size() > kMaxSecondsDigits) return kMaxRetryAfter;
    if (!absl::SimpleAtoi(text, &seconds)) return std::nullopt;
    return std::min(absl::Seconds(seconds), kMaxRetryAfter);
  }
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y"}) {
    absl::Time then;
    if (!absl::ParseTime(form, text, &then, nullptr)) continue;
    return std::clamp(then - now, absl::ZeroDuration(), kMaxRetryAfter);
  }
  return std::nullopt;
}

}  // namespace lagesbild::notifications
