#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_CHANGES_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_CHANGES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lib/ledger/ledger.h"
#include "services/notifications/drafts.h"
#include "services/notifications/notifications_state.h"
#include "services/notifications/presenter.h"

// Decisions on contacts, subscriptions and alerts: from a state and what is
// asked for to what is written. They are pure; a decision may be made several
// times. PERMISSION_DENIED for whoever may not, ABORTED ETAG_MISMATCH for what
// has changed since it was read, NOT_FOUND for what there is not.
namespace lagesbild::notifications {

inline constexpr std::size_t kMaxContacts = 10'000;
inline constexpr std::size_t kMaxSubscriptions = 10'000;

// Who acts, and on what.
struct Scene {
  const NotificationsState& state;
  const Presenter& presenter;
  const access::v1::Caller& caller;
};

// What to write, perhaps nothing, and the record that is answered with.
struct Decided {
  ledger::Transaction transaction;
  std::string record;
};

absl::StatusOr<Decided> DecideCreateContact(const Scene& scene,
                                            const ContactDraft& draft);

// One that is disabled by it is told nothing more: what was on its way is given
// up.
absl::StatusOr<Decided> DecideUpdateContact(const Scene& scene,
                                            const ContactUpdate& update);

// FAILED_PRECONDITION for a contact that is disabled.
absl::StatusOr<Decided> DecideCreateSubscription(
    const Scene& scene, const Subscription& subscription);

struct Ending {
  std::string id;
  std::string etag;  // empty: whatever it is
};
// What was on its way is given up. Answered with no record.
absl::StatusOr<Decided> DecideDeleteSubscription(const Scene& scene,
                                                 const Ending& ending);

struct Acknowledgement {
  std::string id;
  std::string etag;  // empty: whatever it is
  std::string note;
  absl::Time time;
};
// FAILED_PRECONDITION for an alert that is over.
absl::StatusOr<Decided> DecideAcknowledge(const Scene& scene,
                                          const Acknowledgement& asked);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_CHANGES_H_
