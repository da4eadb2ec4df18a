#ifndef LAGESBILD_LIB_BASE_EXECUTOR_H_
#define LAGESBILD_LIB_BASE_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "lib/base/mutex.h"

namespace lagesbild::base {

// Runs tasks that may block, so that RPC threads never do. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `task` later on another thread. Tasks must not throw.
  virtual void Run(std::function<void()> task) = 0;
};

// A fixed number of threads; with one, tasks run in the order given. The
// destructor runs what is queued, then joins.
class ThreadPool final : public Executor {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  void Run(std::function<void()> task) override;

  // As Run; but false, and the task is dropped, where `limit` tasks are waiting
  // for a thread already.
  bool TryRun(std::function<void()> task, std::size_t limit);

 private:
  void Work();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace lagesbild::base

#endif  // LAGESBILD_LIB_BASE_EXECUTOR_H_
