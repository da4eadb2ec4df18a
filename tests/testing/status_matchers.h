#ifndef LAGESBILD_TESTS_TESTING_STATUS_MATCHERS_H_
#define LAGESBILD_TESTS_TESTING_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lib/base/status.h"

namespace lagesbild::testing {

inline const absl::Status& AsStatus(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& AsStatus(const absl::StatusOr<T>& status) {
  return status.status();
}

// EXPECT_THAT(F(), IsOk()); for a Status or a StatusOr.
MATCHER(IsOk, "is OK") {
  *result_listener << AsStatus(arg).ToString();
  return arg.ok();
}

// EXPECT_THAT(F(), StatusIs(absl::StatusCode::kAborted)).
MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << AsStatus(arg).ToString();
  return AsStatus(arg).code() == code;
}

// As StatusIs, and the machine-readable reason as well.
MATCHER_P2(ErrorIs, code, reason,
           "has code " + absl::StatusCodeToString(code) + " and reason " +
               std::string(reason)) {
  *result_listener << AsStatus(arg).ToString() << " reason "
                   << base::ReasonOf(AsStatus(arg));
  return AsStatus(arg).code() == code &&
         base::ReasonOf(AsStatus(arg)) == std::string(reason);
}

}  // namespace lagesbild::testing

// ASSERT_OK_AND_ASSIGN(auto x, F()): the test ends when F fails.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_IMPL(LB_CONCAT(lb_tested_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                              \
  ASSERT_THAT(tmp, ::lagesbild::testing::IsOk()); \
  lhs = *std::move(tmp)

#endif  // LAGESBILD_TESTS_TESTING_STATUS_MATCHERS_H_
