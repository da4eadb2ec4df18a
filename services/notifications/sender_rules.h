#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_RULES_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_RULES_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/ledger/ledger.h"
#include "services/notifications/notifications_state.h"
#include "services/notifications/retry_schedule.h"

// What the sender sends next and what it records, without threads or network.
namespace lagesbild::notifications {

// Where a delivery stands that the sender has taken up.
enum class Taken {
  kUnderWay,  // posted, or its failure is not recorded yet: holds up its line
  kAccepted,  // a 2xx that is not recorded yet: the next may go
};
using TakenById = std::map<std::string, Taken>;

// One delivery to post.
struct Due {
  std::shared_ptr<const Delivery> delivery;
  std::string url;  // empty: its contact cannot be read
  std::string secret;
};

struct DueNow {
  std::vector<Due> due;
  absl::Time next = absl::InfiniteFuture();  // when something more gets due
};

// What may be posted now, at most `limit`. Of each subscription only the first
// pending delivery in the order of events: while the receiver is away, the
// later ones wait behind it, and arrive in order. Deliveries that step aside
// hold up none and are posted when they are due.
DueNow FindDue(const NotificationsState& state, const TakenById& taken,
               absl::Time now, std::size_t limit);

// An attempt that was made and is not recorded yet.
struct Made {
  std::size_t attempt = 0;  // how many the delivery had before
  Outcome outcome;
  absl::Time time;
  double random = 0;  // in [0, 1), the jitter of the next
};
using MadeById = std::map<std::string, Made>;

// The writes that record the attempts, each with its expected revision. What is
// not pending any more, or has another attempt recorded, is left alone. A 410
// disables the contact and gives up all that is pending for it.
ledger::Transaction RecordAttempts(const NotificationsState& state,
                                   const MadeById& made);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_SENDER_RULES_H_
