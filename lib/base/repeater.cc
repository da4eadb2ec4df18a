#include "lib/base/repeater.h"

#include <utility>

namespace lagesbild::base {

Repeater::Repeater(absl::Duration pause, std::function<void()> call)
    : pause_(pause), call_(std::move(call)), thread_([this] { Run(); }) {}

Repeater::~Repeater() {
  Stop();
  thread_.join();
}

void Repeater::Stop() {
  MutexLock lock(&mutex_);
  stopping_ = true;
  wake_.SignalAll();
}

void Repeater::Run() {
  absl::Duration pause;
  while (WaitFor(pause)) {
    call_();
    pause = pause_;
  }
}

bool Repeater::WaitFor(absl::Duration pause) {
  MutexLock lock(&mutex_);
  if (!stopping_) wake_.WaitFor(&mutex_, pause);
  return !stopping_;
}

}  // namespace lagesbild::base
