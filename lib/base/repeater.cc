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
  do {
    call_();
  } while (Pause());
}

bool Repeater::Pause() {
  MutexLock lock(&mutex_);
  if (!stopping_) wake_.WaitFor(&mutex_, pause_);
  return !stopping_;
}

}  // namespace lagesbild::base
