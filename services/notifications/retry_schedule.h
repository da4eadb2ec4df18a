#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_RETRY_SCHEDULE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_RETRY_SCHEDULE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/notifications/notifications.h"

// When a delivery is tried again, and when it is given up.
namespace lagesbild::notifications {

// The wait before each attempt; the first goes at once. Ten attempts in some
// three days, as the Standard Webhooks specification recommends.
inline constexpr absl::Duration kRetrySchedule[] = {
    absl::ZeroDuration(), absl::Seconds(5), absl::Minutes(5), absl::Minutes(30),
    absl::Hours(2),       absl::Hours(5),   absl::Hours(10),  absl::Hours(14),
    absl::Hours(20),      absl::Hours(24)};
inline constexpr int kMaxSteps = 10;
static_assert(sizeof(kRetrySchedule) / sizeof(absl::Duration) == kMaxSteps);

// A wait is lengthened by up to this share of itself, at random.
inline constexpr double kJitter = 0.1;
// A receiver cannot put off a delivery for longer than this at a time.
inline constexpr absl::Duration kMaxRetryAfter = absl::Hours(24);
// A Retry-After that is shorter than the schedule's step replaces it without
// using it up, so often; then the step counts again. A receiver that answers
// "Retry-After: 1" for an hour neither loses its events nor is hammered.
inline constexpr int kMaxShortHints = 5;
// What has waited behind others for longer than a whole schedule gets one
// attempt, not a schedule of its own.
inline constexpr absl::Duration kMaxAge = absl::Hours(84);

// What an attempt came to.
struct Outcome {
  int http_status = 0;  // 0: no answer
  std::string error;    // for a delivery's readers: no address, no secret
  std::optional<absl::Duration> retry_after;
};

bool Accepted(const Outcome& outcome);  // any 2xx
bool Gone(const Outcome& outcome);      // 410: disables the contact
// Refused for what it is (4xx but 408, 425 and 429), not because the receiver
// is ill: such a delivery steps aside for those behind it.
bool Refused(const Outcome& outcome);

// The delivery after one more attempt at `time` with this outcome. `random` in
// [0, 1) is the jitter.
Delivery Attempted(const Delivery& delivery, const Outcome& outcome,
                   absl::Time time, double random);

// The delivery given up without another attempt.
Delivery GivenUp(const Delivery& delivery);

// A Retry-After header's wait, counted from `now`: seconds, or an HTTP date
// (RFC 9110, all three forms). Never negative, at most kMaxRetryAfter; nullopt
// for anything else.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value,
                                              absl::Time now);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_RETRY_SCHEDULE_H_
