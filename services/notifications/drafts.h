#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_DRAFTS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_DRAFTS_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/notifications/v1/contact.pb.h"
#include "services/notifications/notifications.h"
#include "services/notifications/presenter.h"
#include "services/notifications/webhook_target.h"

// What clients send, checked and in the domain's words. Errors name the field
// and never repeat an address or a secret.
namespace lagesbild::notifications {

inline constexpr int kMaxAreas = 400;
inline constexpr int kMaxAreaCodeBytes = 32;

// A contact without id, and the key that its webhooks are signed with: given,
// or minted. PERMISSION_DENIED for another agency's.
struct ContactDraft {
  Contact contact;
  std::string key;
};
absl::StatusOr<ContactDraft> ReadContact(const v1::Contact& contact,
                                         const access::v1::Caller& caller,
                                         const TargetPolicy& targets,
                                         absl::Time now);

// What is to change of a contact.
struct ContactUpdate {
  std::string id;
  std::string etag;  // empty: whatever it is
  std::set<std::string> fields;
  Contact values;   // those of `fields` hold
  std::string key;  // empty: stays
};
// INVALID_ARGUMENT for what cannot be set: the agency is given for good.
absl::StatusOr<ContactUpdate> ReadContactUpdate(
    const v1::UpdateContactRequest& request, const Presenter& presenter,
    const TargetPolicy& targets);
Contact Updated(const Contact& contact, const ContactUpdate& update);

// A subscription without id. Whether its contact exists is not checked here.
absl::StatusOr<Subscription> ReadSubscription(
    const v1::Subscription& subscription, const Presenter& presenter,
    absl::Time now);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_DRAFTS_H_
