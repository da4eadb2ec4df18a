#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_CLOUD_EVENT_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_CLOUD_EVENT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/notifications/notifications.h"

// What a webhook says: a CloudEvents 1.0 event in structured JSON.
namespace lagesbild::notifications {

inline constexpr char kCloudEventContentType[] =
    "application/cloudevents+json; charset=utf-8";

// "se.lagesbild.gap.closed.v1".
std::string CloudEventType(EventKind kind);

// "GAP_CLOSED", the contract's name without its prefix.
absl::string_view KindName(EventKind kind);

// The body for an event, the same bytes each time it is sent. `source` is
// "lagesbild/regions/<region>"; links are `link_base`, which ends in "/", and
// the resource's name; none when it is empty. The data is thin: what happened,
// at which place, and where to read on under one's own rights. Nothing in it is
// above the audience PARTNERS. Text that is no UTF-8 comes out with U+FFFD.
std::string CloudEventBody(const Event& event, absl::string_view source,
                           absl::string_view link_base);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_CLOUD_EVENT_H_
