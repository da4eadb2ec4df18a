#include "services/notifications/notifications.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/base/digest.h"

namespace lagesbild::notifications {
namespace {

constexpr int kIdBytes = 16;

absl::string_view ThemeOf(EventKind kind) {
  switch (kind) {
    case EventKind::kExposureEntered:
    case EventKind::kExposureLeft:
      return "exposure";
    case EventKind::kGapOpened:
    case EventKind::kGapClosed:
      return "gap";
    default:
      return "site";
  }
}

Alert FirstOf(const Event& event, absl::Time now) {
  Alert alert;
  alert.fingerprint = FingerprintOf(event.kind, event.site);
  alert.id = StableId({"alert", alert.fingerprint, event.id});
  alert.severity = SeverityOf(event.kind);
  alert.create_time = now;
  return alert;
}

}  // namespace

std::string StableId(std::initializer_list<absl::string_view> parts) {
  std::string text;
  // Lengths keep ("ab", "c") and ("a", "bc") apart.
  for (absl::string_view part : parts) {
    absl::StrAppend(&text, part.size(), ":", part);
  }
  return absl::BytesToHexString(base::Sha256(text).substr(0, kIdBytes));
}

std::string DeliveryId(absl::string_view subscription_id,
                       absl::string_view event_id) {
  return StableId({"delivery", subscription_id, event_id});
}

absl::string_view IdOf(absl::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

bool Fires(EventKind kind) {
  return kind != EventKind::kSiteCeased && kind != EventKind::kExposureLeft &&
         kind != EventKind::kGapClosed;
}

Severity SeverityOf(EventKind kind) {
  switch (kind) {
    case EventKind::kSiteOpened:
    case EventKind::kSiteReopened:
    case EventKind::kSiteContested:
    case EventKind::kGapOpened:
      return Severity::kWarning;
    default:
      return Severity::kInfo;
  }
}

std::string FingerprintOf(EventKind kind, absl::string_view site) {
  return absl::StrCat(ThemeOf(kind), "/", IdOf(site));
}

bool Wants(const Subscription& subscription, EventKind kind,
           const Codes& concerned) {
  const bool asks = subscription.kinds.empty() ||
                    absl::c_linear_search(subscription.kinds, kind);
  return asks && (subscription.areas.empty() ||
                  absl::c_any_of(subscription.areas, [&](const auto& area) {
                    return concerned.count(area) > 0;
                  }));
}

Alert Alerted(const Alert* open, const Event& event, bool over,
              absl::Time now) {
  Alert alert = open != nullptr ? *open : FirstOf(event, now);
  const Severity severity = SeverityOf(event.kind);
  if (over) {
    alert.state = AlertState::kResolved;
  } else if (severity > alert.severity) {
    alert.state = AlertState::kFiring;
  }
  alert.severity = std::max(alert.severity, severity);
  alert.site = event.site;
  alert.municipality = event.municipality;
  alert.update_time = now;
  alert.events.push_back(event);
  if (alert.events.size() > kMaxEventsPerAlert) {
    alert.events.erase(alert.events.begin());
  }
  return alert;
}

std::optional<Alert> Acknowledged(const Alert& alert, absl::string_view agency,
                                  absl::string_view note, absl::Time now) {
  if (alert.state != AlertState::kFiring) return std::nullopt;
  Alert next = alert;
  next.state = AlertState::kAcknowledged;
  next.acknowledged_by = std::string(agency);
  next.acknowledge_time = now;
  next.acknowledge_note = std::string(note);
  next.update_time = now;
  return next;
}

bool CanAcknowledge(const Alert& alert) {
  return alert.state != AlertState::kResolved || !alert.acknowledged_by.empty();
}

Delivery NewDelivery(const Subscription& subscription, const Event& event,
                     absl::string_view alert_id, absl::Time now,
                     std::int64_t ordinal) {
  Delivery delivery;
  delivery.id = DeliveryId(subscription.id, event.id);
  delivery.subscription = subscription.id;
  delivery.contact = subscription.contact;
  delivery.alert = std::string(alert_id);
  delivery.event = event;
  delivery.next_attempt = now;
  delivery.create_time = now;
  delivery.ordinal = ordinal;
  return delivery;
}

}  // namespace lagesbild::notifications
