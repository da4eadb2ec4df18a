#ifndef LAGESBILD_LIB_BASE_TURNSTILE_H_
#define LAGESBILD_LIB_BASE_TURNSTILE_H_

#include <deque>
#include <functional>
#include <memory>

#include "lib/base/executor.h"
#include "lib/base/mutex.h"

namespace lagesbild::base {

// Lets one asynchronous task through at a time, in the order they came, so that
// tasks which would undo each other's work need not race. No thread waits.
// Thread-safe. The executor must outlive the last task.
class Turnstile {
 public:
  explicit Turnstile(Executor* executor)
      : line_(std::make_shared<Line>(executor)) {}

  // Runs `task(leave)` on the executor when its turn has come; the next one's
  // comes when `leave` is called, or when its last copy is gone. Tasks and
  // `leave` must not throw; later calls of `leave` do nothing.
  using Leave = std::function<void()>;
  void Enter(std::function<void(Leave leave)> task);

  // Blocks until all that have entered by now have left. Not from within a
  // task.
  void AwaitLeft();

 private:
  using Task = std::function<void(Leave)>;

  struct Line {
    explicit Line(Executor* e) : executor(e) {}
    Executor* const executor;
    Mutex mutex;
    bool taken ABSL_GUARDED_BY(mutex) = false;
    std::deque<Task> waiting ABSL_GUARDED_BY(mutex);
  };

  static void Admit(const std::shared_ptr<Line>& line, Task task);
  static void Next(const std::shared_ptr<Line>& line);

  const std::shared_ptr<Line> line_;
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_TURNSTILE_H_
