#include "lib/watch/reach.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::watch {
namespace {

// How long the expiring thread sleeps at most: the injected clock may run
// faster than the system's.
constexpr absl::Duration kMaxNap = absl::Milliseconds(100);

absl::Status NotCaughtUp(const std::string& behind) {
  return base::Error(
      absl::StatusCode::kUnavailable, base::kNotCaughtUp,
      absl::StrCat("what the consistency token names has not arrived yet: ",
                   behind));
}

absl::Status Draining() {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                     "the service is shutting down");
}

bool Reflects(const std::vector<std::string>& services,
              const std::string& service) {
  return std::find(services.begin(), services.end(), service) != services.end();
}

bool Includes(const access::v1::Position* now,
              const access::v1::Position& asked) {
  return now != nullptr && now->store_id() == asked.store_id() &&
         now->revision() >= asked.revision();
}

}  // namespace

Reach::Reach(Parts parts, const base::Clock* clock)
    : parts_(std::move(parts)), clock_(clock), expirer_([this] { Expire(); }) {}

void Reach::Stop() {
  std::vector<Waiter> left;
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    left = Take([](const Waiter&) { return true; });
  }
  wake_.SignalAll();
  if (expirer_.joinable()) expirer_.join();
  for (const Waiter& waiter : left) waiter.done(Draining());
}

void Reach::Update(const std::string& part, const Basis& reached) {
  std::vector<Waiter> ready;
  {
    base::MutexLock lock(&mutex_);
    ByService& now = reached_[part];
    for (const access::v1::Position& p : reached) now[p.service()] = p;
    ready = Take([this](const Waiter& w)
                     ABSL_NO_THREAD_SAFETY_ANALYSIS { return Holds(w.token); });
  }
  for (const Waiter& waiter : ready) waiter.done(absl::OkStatus());
}

void Reach::WhenReached(const access::v1::ConsistencyToken& token,
                        absl::Duration within, Done done) {
  absl::Status status;
  {
    base::MutexLock lock(&mutex_);
    if (!Holds(token)) {
      if (!stopping_) {
        waiters_.push_back(
            {token, clock_->Monotonic() + within, std::move(done)});
        wake_.SignalAll();
        return;
      }
      status = Draining();
    }
  }
  done(status);
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

const access::v1::Position* Reach::Find(const std::string& part,
                                        const std::string& service) const {
  const auto reached = reached_.find(part);
  if (reached == reached_.end()) return nullptr;
  const auto now = reached->second.find(service);
  return now == reached->second.end() ? nullptr : &now->second;
}

bool Reach::Holds(const access::v1::ConsistencyToken& token) const {
  return Behind(token).empty();
}

std::string Reach::Behind(const access::v1::ConsistencyToken& token) const {
  std::string behind;
  for (const access::v1::Position& asked : token.positions()) {
    for (const auto& [part, services] : parts_) {
      if (!Reflects(services, asked.service())) continue;
      const access::v1::Position* now = Find(part, asked.service());
      if (Includes(now, asked)) continue;
      absl::StrAppend(&behind, behind.empty() ? "" : ", ", part, " is at ",
                      asked.service(), " ", now ? now->revision() : 0, " of ",
                      asked.revision());
    }
  }
  return behind;
}

std::vector<Reach::Waiter> Reach::Take(
    std::function<bool(const Waiter&)> which) {
  std::vector<Waiter> taken;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    if (!which(*it)) {
      ++it;
      continue;
    }
    taken.push_back(std::move(*it));
    it = waiters_.erase(it);
  }
  return taken;
}

absl::Duration Reach::NextDeadline() const {
  absl::Duration next = absl::InfiniteDuration();
  for (const Waiter& waiter : waiters_) next = std::min(next, waiter.deadline);
  return next;
}

std::vector<std::pair<Reach::Done, absl::Status>> Reach::TakeLate() {
  const absl::Duration now = clock_->Monotonic();
  std::vector<std::pair<Done, absl::Status>> late;
  for (Waiter& waiter :
       Take([now](const Waiter& w) { return w.deadline <= now; })) {
    late.emplace_back(std::move(waiter.done),
                      NotCaughtUp(Behind(waiter.token)));
  }
  return late;
}

void Reach::Expire() {
  mutex_.Lock();
  while (!stopping_) {
    const auto late = TakeLate();
    if (!late.empty()) {
      mutex_.Unlock();
      for (const auto& [done, status] : late) done(status);
      mutex_.Lock();
    } else if (waiters_.empty()) {
      wake_.Wait(&mutex_);
    } else {
      wake_.WaitFor(&mutex_,
                    std::min(NextDeadline() - clock_->Monotonic(), kMaxNap));
    }
  }
  mutex_.Unlock();
}

}  // namespace lagesbild::watch
