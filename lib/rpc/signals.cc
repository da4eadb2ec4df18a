#include "lib/rpc/signals.h"

#include <signal.h>

namespace lagesbild::rpc {
namespace {

sigset_t Termination() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void HoldTerminationSignals() {
  const sigset_t set = Termination();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int WaitForTermination() {
  const sigset_t set = Termination();
  int got = 0;
  while (sigwait(&set, &got) != 0) {
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return got;
}

bool HoldsBeforeTermination(const std::function<bool()>& condition,
                            absl::Duration pause) {
  const sigset_t set = Termination();
  const timespec wait = absl::ToTimespec(pause);
  while (!condition()) {
    if (sigtimedwait(&set, nullptr, &wait) < 0) continue;
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    return false;
  }
  return true;
}

void ServeUntilSignal(const std::vector<Server*>& servers) {
  WaitForTermination();
  for (Server* server : servers) server->Drain();
}

}  // namespace lagesbild::rpc
