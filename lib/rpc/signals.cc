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

sigset_t WithHangup(sigset_t set) {
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void HoldTerminationSignals() {
  const sigset_t set = WithHangup(Termination());
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int WaitForTermination(const std::function<void()>& reload) {
  const sigset_t ending = Termination();
  const sigset_t held = WithHangup(ending);
  int got = SIGHUP;
  while (got == SIGHUP) {
    if (sigwait(&held, &got) == 0 && got == SIGHUP) reload();
  }
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
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
  WaitForTermination([&servers] {
    for (Server* server : servers) server->Reload();
  });
  for (Server* server : servers) server->Drain();
}

}  // namespace lagesbild::rpc
