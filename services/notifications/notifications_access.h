#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_ACCESS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_ACCESS_H_

#include <string>

#include "absl/status/status.h"
#include "lagesbild/access/v1/access.pb.h"
#include "services/notifications/notifications.h"

// Who may do what. The method's rule has been checked before.
namespace lagesbild::notifications {

// Contacts and alerts are for every agency. What a contact subscribes to and
// what was sent to it, try by try, is for its own agency and the coordination
// office.
bool MaySeeWhatIsOf(const access::v1::Caller& caller, const Facts& facts,
                    const std::string& contact_id);
inline bool MaySee(const access::v1::Caller&, const Facts&, const Contact&) {
  return true;
}
inline bool MaySee(const access::v1::Caller&, const Facts&, const Alert&) {
  return true;
}
inline bool MaySee(const access::v1::Caller& caller, const Facts& facts,
                   const Subscription& subscription) {
  return MaySeeWhatIsOf(caller, facts, subscription.contact);
}
inline bool MaySee(const access::v1::Caller& caller, const Facts& facts,
                   const Delivery& delivery) {
  return MaySeeWhatIsOf(caller, facts, delivery.contact);
}

// PERMISSION_DENIED unless the caller acts for `agency`: its own, or any one as
// the coordination office's ADMIN.
absl::Status CheckMayActFor(const access::v1::Caller& caller,
                            const std::string& agency);

// PERMISSION_DENIED unless the caller's agency answers for the alert's
// municipality.
absl::Status CheckMayAcknowledge(const access::v1::Caller& caller,
                                 const Alert& alert);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_ACCESS_H_
