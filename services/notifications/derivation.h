#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_DERIVATION_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_DERIVATION_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/cursor.h"
#include "lib/watch/delivery_queue.h"
#include "lib/watch/followed.h"
#include "services/notifications/decision.h"
#include "services/notifications/notifications_state.h"

// From what an upstream told to what is written: effects, cursor and what is
// kept, in one transaction.
namespace lagesbild::notifications {

// One delivery of an upstream, without its message type.
struct Told {
  watch::DeliveryKind kind = watch::DeliveryKind::kBookmark;
  std::string cursor;
  absl::Time recorded_time;
  watch::Basis reached;
  // Tells the decision what the delivery says.
  std::function<void(const Origin&, Decision*)> words;
};

// Which ledgers each upstream's stream reflects.
const std::map<std::string, std::vector<std::string>>& Reflections();

// How far all upstreams together reflect each ledger: the lowest word of those
// that reflect it. What some of them has not told of yet is left out.
watch::Basis BasisOf(const std::map<std::string, watch::Followed>& followed);

// What follows from `told`. Deliveries that another replica has taken are left
// out; with none left there is nothing to write. `refused` is the cursor that
// the stream was opened with.
//
// The very first delivery of an upstream is the county as it is: it is kept and
// nobody is told of it. A suite that starts from nothing follows from the
// beginning, so that everything comes as a change. A later snapshot is compared
// with what is kept: a catch-up.
//
// The writes state the revisions of the upstream's cursor, of the roster and of
// the alerts that they were decided on. ABORTED when the deliveries do not
// follow from the stored cursor.
absl::StatusOr<ledger::Transaction> Derive(const NotificationsState& state,
                                           const std::string& upstream,
                                           const std::vector<Told>& told,
                                           const std::string& refused,
                                           absl::Time now);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_DERIVATION_H_
