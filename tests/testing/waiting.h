#ifndef LAGESBILD_TESTS_TESTING_WAITING_H_
#define LAGESBILD_TESTS_TESTING_WAITING_H_

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace lagesbild::testing {

// Long enough for the slowest machine; reached only by a test that fails.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

// Waits until `condition` holds; false when it never did.
inline bool Eventually(const std::function<bool()>& condition) {
  const absl::Time end = absl::Now() + kPatience;
  while (!condition()) {
    if (absl::Now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// A callback and what it was called with:
//   Heard<absl::Status> heard;
//   view.WhenReached(3, budget, heard.callback());
//   EXPECT_THAT(heard.Wait(), IsOk());
template <typename T>
class Heard {
 public:
  std::function<void(T)> callback() {
    return [promise = promise_](T value) { promise->set_value(value); };
  }
  T Wait() { return future_.get(); }
  bool Ready() const {
    return future_.wait_for(std::chrono::seconds(0)) ==
           std::future_status::ready;
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ =
      std::make_shared<std::promise<T>>();
  std::future<T> future_ = promise_->get_future();
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WAITING_H_
