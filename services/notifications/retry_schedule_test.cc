#include "services/notifications/retry_schedule.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lagesbild::notifications {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

Delivery Fresh() {
  Delivery delivery;
  delivery.id = "d1";
  delivery.create_time = kNow;
  delivery.next_attempt = kNow;
  return delivery;
}

Outcome Status(int status) {
  return {.http_status = status, .error = "", .retry_after = std::nullopt};
}

// A receiver that is away over a weekend would lose its alerts, or be hammered.
TEST(RetryTest, FollowsTheScheduleThenGivesUp) {
  Delivery delivery = Fresh();
  absl::Time now = kNow;
  const absl::Duration waits[] = {
      absl::Seconds(5), absl::Minutes(5), absl::Minutes(30),
      absl::Hours(2),   absl::Hours(5),   absl::Hours(10),
      absl::Hours(14),  absl::Hours(20),  absl::Hours(24)};
  for (absl::Duration wait : waits) {
    delivery = Attempted(delivery, Status(500), now, 0);
    ASSERT_EQ(delivery.state, DeliveryState::kPending);
    ASSERT_EQ(*delivery.next_attempt - now, wait);
    now = *delivery.next_attempt;
  }
  delivery = Attempted(delivery, Status(500), now, 0);
  EXPECT_EQ(delivery.state, DeliveryState::kDead);
  EXPECT_EQ(delivery.attempts.size(), 10u);
  EXPECT_FALSE(delivery.next_attempt.has_value());
  EXPECT_EQ(delivery.attempts[0].error, "HTTP status 500");
}

// All receivers of one outage at one instant would bring it down again.
TEST(RetryTest, JitterOnlyLengthens) {
  const Delivery next = Attempted(Fresh(), Status(500), kNow, 0.5);
  EXPECT_EQ(*next.next_attempt - kNow, absl::Seconds(5.25));
}

TEST(RetryTest, TheLongestScheduleFitsIntoTheAgeLimit) {
  absl::Duration sum;
  for (absl::Duration wait : kRetrySchedule) sum += wait;
  EXPECT_LT(sum * (1 + kJitter), kMaxAge);
}

TEST(RetryTest, AnySuccessDelivers) {
  for (int status : {200, 201, 202, 204, 299}) {
    const Delivery next = Attempted(Fresh(), Status(status), kNow, 0);
    EXPECT_EQ(next.state, DeliveryState::kDelivered) << status;
    EXPECT_EQ(next.attempts.at(0).error, "") << status;
    EXPECT_EQ(next.attempts.at(0).http_status, status);
  }
}

// Following a redirect would send an alert where nobody checked the address.
TEST(RetryTest, ARedirectIsAFailure) {
  for (int status : {300, 301, 302, 307, 308}) {
    EXPECT_EQ(Attempted(Fresh(), Status(status), kNow, 0).state,
              DeliveryState::kPending);
  }
}

TEST(RetryTest, GoneGivesUpAtOnce) {
  EXPECT_EQ(Attempted(Fresh(), Status(410), kNow, 0).state,
            DeliveryState::kDead);
  EXPECT_TRUE(Gone(Status(410)));
  EXPECT_FALSE(Gone(Status(404)));
}

// One event that its receiver cannot read would hold up all that follow.
TEST(RetryTest, OnlyWhatIsRefusedStepsAside) {
  for (int status : {400, 401, 403, 404, 413, 422}) {
    EXPECT_TRUE(Attempted(Fresh(), Status(status), kNow, 0).aside) << status;
  }
  for (int status : {0, 301, 408, 425, 429, 500, 502, 503}) {
    EXPECT_FALSE(Attempted(Fresh(), Status(status), kNow, 0).aside) << status;
  }
}

// A receiver that asks for a second's patience would wait for minutes.
TEST(RetryAfterTest, ReplacesTheStepWithoutUsingItUp) {
  Delivery delivery = Fresh();
  const Outcome soon = {
      .http_status = 503, .error = "", .retry_after = absl::Seconds(1)};
  for (int i = 0; i < kMaxShortHints; ++i) {
    delivery = Attempted(delivery, soon, kNow, 0);
    ASSERT_EQ(*delivery.next_attempt - kNow, absl::Seconds(1));
    ASSERT_EQ(delivery.steps, 0);
  }
  // A receiver that says so for ever is asked as rarely as any other.
  delivery = Attempted(delivery, soon, kNow, 0);
  EXPECT_EQ(*delivery.next_attempt - kNow, absl::Seconds(5));
  EXPECT_EQ(delivery.steps, 1);
}

TEST(RetryAfterTest, ALongerOneIsHonouredUpToTheLimit) {
  const Outcome later = {
      .http_status = 429, .error = "", .retry_after = absl::Hours(3)};
  EXPECT_EQ(*Attempted(Fresh(), later, kNow, 0).next_attempt - kNow,
            absl::Hours(3));
  const Outcome never = {
      .http_status = 429, .error = "", .retry_after = absl::Hours(24 * 365)};
  EXPECT_EQ(*Attempted(Fresh(), never, kNow, 0).next_attempt - kNow,
            kMaxRetryAfter);
}

TEST(RetryTest, WhatWaitedForAWholeScheduleGetsOneAttempt) {
  EXPECT_EQ(Attempted(Fresh(), Status(500), kNow + kMaxAge, 0).state,
            DeliveryState::kDead);
  EXPECT_EQ(Attempted(Fresh(), Status(200), kNow + kMaxAge, 0).state,
            DeliveryState::kDelivered);
}

TEST(RetryAfterTest, SecondsAndAllThreeFormsOfDates) {
  absl::Time now;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "1994-11-06T08:49:00Z", &now,
                              nullptr));
  const absl::Duration wait = absl::Seconds(37);
  EXPECT_EQ(ParseRetryAfter("120", now), absl::Seconds(120));
  EXPECT_EQ(ParseRetryAfter(" 0 ", now), absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", now), wait);
  EXPECT_EQ(ParseRetryAfter("Sunday, 06-Nov-94 08:49:37 GMT", now), wait);
  EXPECT_EQ(ParseRetryAfter("Sun Nov  6 08:49:37 1994", now), wait);
}

TEST(RetryAfterTest, WhatIsNoneIsIgnoredAndThePastIsNow) {
  for (const char* bad : {"", "soon", "-5", "1.5", "0x10", "12 s",
                          "Sun, 06 Nov 1994 08:49:37 CET"}) {
    EXPECT_FALSE(ParseRetryAfter(bad, kNow).has_value()) << bad;
  }
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", kNow),
            absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter("99999999999999999999999", kNow), kMaxRetryAfter);
  EXPECT_EQ(ParseRetryAfter("4000000000", kNow), kMaxRetryAfter);
}

}  // namespace
}  // namespace lagesbild::notifications
