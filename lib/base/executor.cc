#include "lib/base/executor.h"

#include <utility>

namespace lagesbild::base {

ThreadPool::ThreadPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

ThreadPool::~ThreadPool() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.SignalAll();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Run(std::function<void()> task) {
  {
    MutexLock lock(&mutex_);
    queue_.push_back(std::move(task));
  }
  wake_.Signal();
}

bool ThreadPool::TryRun(std::function<void()> task, std::size_t limit) {
  {
    MutexLock lock(&mutex_);
    if (queue_.size() >= limit) return false;
    queue_.push_back(std::move(task));
  }
  wake_.Signal();
  return true;
}

void ThreadPool::Work() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) wake_.Wait(&mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace lagesbild::base
