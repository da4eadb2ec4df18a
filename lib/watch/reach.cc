#include "lib/watch/reach.h"

#include <algorithm>
#include <utility>

#include "lib/base/status.h"

namespace lagesbild::watch {
namespace {

// How long the expiring thread sleeps at most: the injected clock may run
// faster than the system's.
constexpr absl::Duration kMaxNap = absl::Milliseconds(100);

absl::Status NotCaughtUp() {
  return base::Error(absl::StatusCode::kUnavailable, base::kNotCaughtUp,
                     "what the consistency token names has not arrived yet");
}

void AnswerAll(const std::vector<Reach::Done>& dones, const absl::Status& with) {
  for (const Reach::Done& done : dones) done(with);
}

}  // namespace

Reach::Reach(Parts parts, const base::Clock* clock)
    : parts_(std::move(parts)), clock_(clock), expirer_([this] { Expire(); }) {}

Reach::~Reach() {
  std::vector<Done> left;
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    left = Take([](const Waiter&) { return true; });
  }
  wake_.SignalAll();
  expirer_.join();
  AnswerAll(left, base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                              "the service is shutting down"));
}

void Reach::Update(const std::string& part, const Basis& reached) {
  std::vector<Done> ready;
  {
    base::MutexLock lock(&mutex_);
    ByService& now = reached_[part];
    for (const access::v1::Position& p : reached) now[p.service()] = p;
    ready = Take([this](const Waiter& w) ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return Holds(w.token);
    });
  }
  AnswerAll(ready, absl::OkStatus());
}

void Reach::WhenReached(const access::v1::ConsistencyToken& token,
                        absl::Duration within, Done done) {
  {
    base::MutexLock lock(&mutex_);
    if (!Holds(token)) {
      waiters_.push_back(
          {token, clock_->Monotonic() + within, std::move(done)});
      wake_.SignalAll();
      return;
    }
  }
  done(absl::OkStatus());
}

access::v1::ConsistencyToken Reach::Current() const {
  base::MutexLock lock(&mutex_);
  std::map<std::string, access::v1::Position> lowest;
  std::map<std::string, bool> missing;
  for (const auto& [part, services] : parts_) {
    const auto found = reached_.find(part);
    for (const std::string& service : services) {
      if (found == reached_.end() || found->second.count(service) == 0) {
        missing[service] = true;
        continue;
      }
      const access::v1::Position& p = found->second.at(service);
      auto [it, first] = lowest.emplace(service, p);
      if (!first && p.revision() < it->second.revision()) it->second = p;
    }
  }
  access::v1::ConsistencyToken token;
  for (const auto& [service, position] : lowest) {
    if (!missing[service]) *token.add_positions() = position;
  }
  return token;
}

bool Reach::Holds(const access::v1::ConsistencyToken& token) const {
  for (const access::v1::Position& position : token.positions()) {
    if (!Holds(position)) return false;
  }
  return true;
}

bool Reach::Holds(const access::v1::Position& position) const {
  for (const auto& [part, services] : parts_) {
    if (std::find(services.begin(), services.end(), position.service()) ==
        services.end()) {
      continue;
    }
    const auto reached = reached_.find(part);
    if (reached == reached_.end()) return false;
    const auto now = reached->second.find(position.service());
    if (now == reached->second.end() ||
        now->second.store_id() != position.store_id() ||
        now->second.revision() < position.revision()) {
      return false;
    }
  }
  return true;
}

std::vector<Reach::Done> Reach::Take(
    std::function<bool(const Waiter&)> which) {
  std::vector<Done> taken;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (!which(*it)) {
      ++it;
      continue;
    }
    taken.push_back(std::move(it->done));
    it = waiters_.erase(it);
  }
  return taken;
}

absl::Duration Reach::NextDeadline() const {
  absl::Duration next = absl::InfiniteDuration();
  for (const Waiter& waiter : waiters_) next = std::min(next, waiter.deadline);
  return next;
}

void Reach::Expire() {
  mutex_.Lock();
  while (!stopping_) {
    const absl::Duration now = clock_->Monotonic();
    const std::vector<Done> late =
        Take([now](const Waiter& w) { return w.deadline <= now; });
    if (!late.empty()) {
      mutex_.Unlock();
      AnswerAll(late, NotCaughtUp());
      mutex_.Lock();
    } else if (waiters_.empty()) {
      wake_.Wait(&mutex_);
    } else {
      wake_.WaitFor(&mutex_, std::min(NextDeadline() - now, kMaxNap));
    }
  }
  mutex_.Unlock();
}

}  // namespace lagesbild::watch
