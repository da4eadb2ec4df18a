#ifndef LAGESBILD_LIB_WATCH_REACH_H_
#define LAGESBILD_LIB_WATCH_REACH_H_

#include <functional>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/base/clock.h"
#include "lib/base/mutex.h"
#include "lib/watch/cursor.h"

namespace lagesbild::watch {

// How far a service reflects its own ledger and the ones it follows, and who
// waits for that: the other end of every consistency token.
//
// A service is made of parts that move on by themselves: its own view, and each
// stream that it follows. A part names the ledgers it reflects; a position is
// reached when every part that reflects its ledger has reached it. A ledger
// that no part reflects has nothing to say here and is not waited for.
//
// Fits rpc::Reached. Thread-safe.
class Reach {
 public:
  using Done = std::function<void(absl::Status)>;
  // Part → the services whose ledgers it reflects:
  // {{"view", {"proximity"}}, {"sites", {"registry"}}, …}.
  using Parts = std::map<std::string, std::vector<std::string>>;

  Reach(Parts parts, const base::Clock* clock);
  ~Reach() { Stop(); }
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;

  // `part` reflects `reached` now; services it does not name stay as they were.
  // Who waited for that is answered on this thread.
  void Update(const std::string& part, const Basis& reached);

  // `done` hears OK as soon as every position of `token` is reached (at once,
  // on this thread, when it is), else UNAVAILABLE NOT_CAUGHT_UP after `within`.
  // No thread waits; `done` must not block.
  void WhenReached(const access::v1::ConsistencyToken& token,
                   absl::Duration within, Done done);

  // Those who wait, and who would have to from now on, hear UNAVAILABLE
  // DRAINING. Idempotent; not from two threads at once.
  void Stop();

  // For each ledger the lowest position of the parts that reflect it; what some
  // part has not heard of yet is left out.
  access::v1::ConsistencyToken Current() const;

 private:
  struct Waiter {
    access::v1::ConsistencyToken token;
    absl::Duration deadline;  // by the monotonic clock
    Done done;
  };
  using ByService = std::map<std::string, access::v1::Position>;

  bool Holds(const access::v1::ConsistencyToken& token) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What `part` reflects of a ledger; null: nothing yet.
  const access::v1::Position* Find(const std::string& part,
                                   const std::string& service) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The parts that have not reached what the token names, in words.
  std::string Behind(const access::v1::ConsistencyToken& token) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Waiter> Take(std::function<bool(const Waiter&)> which)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Duration NextDeadline() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<std::pair<Done, absl::Status>> TakeLate()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Expire();

  const Parts parts_;
  const base::Clock* const clock_;
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::map<std::string, ByService> reached_ ABSL_GUARDED_BY(mutex_);
  std::list<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread expirer_;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_REACH_H_
