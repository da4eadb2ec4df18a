#include "lib/base/turnstile.h"

#include <atomic>
#include <utility>

namespace lagesbild::base {
namespace {

// Calls `left` once: when told to, or when nobody can tell it any more.
class Pass {
 public:
  explicit Pass(std::function<void()> left) : left_(std::move(left)) {}
  ~Pass() { Leave(); }
  void Leave() {
    if (!gone_.exchange(true)) left_();
  }

 private:
  const std::function<void()> left_;
  std::atomic<bool> gone_ = false;
};

}  // namespace

void Turnstile::Enter(std::function<void(Leave)> task) {
  {
    MutexLock lock(&line_->mutex);
    if (line_->taken) {
      line_->waiting.push_back(std::move(task));
      return;
    }
    line_->taken = true;
  }
  Admit(line_, std::move(task));
}

void Turnstile::AwaitLeft() {
  Mutex mutex;
  CondVar changed;
  bool left = false;
  Enter([&](const Leave& leave) {
    leave();
    MutexLock lock(&mutex);
    left = true;
    changed.SignalAll();
  });
  MutexLock lock(&mutex);
  while (!left) changed.Wait(&mutex);
}

void Turnstile::Admit(const std::shared_ptr<Line>& line, Task task) {
  auto pass = std::make_shared<Pass>([line] { Next(line); });
  line->executor->Run([task = std::move(task), pass = std::move(pass)] {
    task([pass] { pass->Leave(); });
  });
}

void Turnstile::Next(const std::shared_ptr<Line>& line) {
  Task next;
  {
    MutexLock lock(&line->mutex);
    if (line->waiting.empty()) {
      line->taken = false;
      return;
    }
    next = std::move(line->waiting.front());
    line->waiting.pop_front();
  }
  Admit(line, std::move(next));
}

}  // namespace lagesbild::base
