#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_PRESENTER_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_PRESENTER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lagesbild/access/v1/access.pb.h"
#include "lagesbild/notifications/v1/alert.pb.h"
#include "lagesbild/notifications/v1/contact.pb.h"
#include "lib/access/redactor.h"
#include "lib/api/filter.h"
#include "services/notifications/notifications.h"

namespace lagesbild::notifications {

inline constexpr char kContactPattern[] = "regions/{region}/contacts/{contact}";
inline constexpr char kSubscriptionPattern[] =
    "regions/{region}/subscriptions/{subscription}";
inline constexpr char kAlertPattern[] = "regions/{region}/alerts/{alert}";
inline constexpr char kDeliveryPattern[] =
    "regions/{region}/deliveries/{delivery}";

// NOT_FOUND naming the resource.
absl::Status NoSuch(absl::string_view name);

// Shows domain values as messages of the contract, to one caller at a time:
// redacted, with an etag where the message has one. A contact's secret is never
// among them. Immutable, thread-safe; the redactor must outlive it.
class Presenter {
 public:
  Presenter(absl::string_view region, const access::Redactor* redactor)
      : region_(region), redactor_(redactor) {}

  const std::string& region() const { return region_; }
  const access::Redactor& redactor() const { return *redactor_; }

  // OK when `parent` is this region; INVALID_ARGUMENT for no region's name,
  // NOT_FOUND for another's.
  absl::Status CheckParent(absl::string_view parent) const;
  // The id in a name of the pattern, with the same errors for `field`.
  absl::StatusOr<std::string> IdIn(absl::string_view pattern,
                                   absl::string_view name,
                                   absl::string_view field) const;
  // A filter over messages of `type`, matched against what the caller sees.
  // INVALID_ARGUMENT when it does not parse or names a field that the caller
  // is not sure to see.
  absl::StatusOr<api::Filter> ReadFilter(
      const std::string& text, const google::protobuf::Descriptor* type,
      const access::v1::Caller& caller) const;
  std::string NameOf(absl::string_view pattern, absl::string_view id) const;

  v1::Contact For(const access::v1::Caller& caller,
                  const Contact& contact) const;
  v1::Subscription For(const access::v1::Caller& caller,
                       const Subscription& subscription) const;
  v1::Alert For(const access::v1::Caller& caller, const Alert& alert) const;
  v1::Delivery For(const access::v1::Caller& caller,
                   const Delivery& delivery) const;

 private:
  const std::string region_;
  const access::Redactor* const redactor_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_PRESENTER_H_
