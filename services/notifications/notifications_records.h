#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_RECORDS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_RECORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/notifications/notifications.h"

// Domain values as bytes in the ledger
// (protos/lagesbild/notifications/store/v1). Keys:
//   contact/<id>        a contact, without its secret
//   secret/<contact id> what its webhooks are signed with
//   subscription/<id>   a subscription
//   roster              written with every contact and subscription; whoever
//                       decides who is told checks its revision
//   alert/<id>          an alert
//   delivery/<id>       a delivery with its attempts
//   kept/site/<id>      what is kept of a site, an exposure, a gap: to compare
//   kept/exposure/<id>  the upstream's next word with
//   kept/gap/<id>
//   cursor/<upstream>   how far the upstream was followed (watch::Followed);
//                       every commit that derives from it states its revision
// `extra` of a value holds the fields that a newer version stored.
namespace lagesbild::notifications {

inline constexpr char kContactPrefix[] = "contact/";
inline constexpr char kSecretPrefix[] = "secret/";
inline constexpr char kSubscriptionPrefix[] = "subscription/";
inline constexpr char kRosterKey[] = "roster";
inline constexpr char kAlertPrefix[] = "alert/";
inline constexpr char kDeliveryPrefix[] = "delivery/";
inline constexpr char kKeptSitePrefix[] = "kept/site/";
inline constexpr char kKeptExposurePrefix[] = "kept/exposure/";
inline constexpr char kKeptGapPrefix[] = "kept/gap/";
inline constexpr char kCursorPrefix[] = "cursor/";

inline constexpr char kRegistry[] = "registry";
inline constexpr char kProximity[] = "proximity";
inline constexpr char kInterventions[] = "interventions";

std::string Encode(const Contact& contact);
std::string Encode(const Subscription& subscription);
std::string Encode(const Alert& alert);
std::string Encode(const Delivery& delivery);
std::string Encode(const KeptSite& site);
std::string Encode(const KeptExposure& exposure);
std::string Encode(const KeptGap& gap);
std::string EncodeSecret(absl::string_view key);
std::string EncodeRoster(absl::string_view last);

// DATA_LOSS when the bytes are no such record; the message holds none of them.
// The id comes from the key.
absl::StatusOr<Contact> DecodeContact(absl::string_view id,
                                      absl::string_view bytes);
absl::StatusOr<std::string> DecodeSecret(absl::string_view bytes);
absl::StatusOr<Subscription> DecodeSubscription(absl::string_view id,
                                                absl::string_view bytes);
absl::StatusOr<Alert> DecodeAlert(absl::string_view id,
                                  absl::string_view bytes);
absl::StatusOr<Delivery> DecodeDelivery(absl::string_view id,
                                        absl::string_view bytes);
absl::StatusOr<KeptSite> DecodeKeptSite(absl::string_view bytes);
absl::StatusOr<KeptExposure> DecodeKeptExposure(absl::string_view bytes);
absl::StatusOr<KeptGap> DecodeKeptGap(absl::string_view bytes);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_RECORDS_H_
