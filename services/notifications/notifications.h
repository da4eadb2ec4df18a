#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// Who is told what. Plain values and rules: no clock, no storage, no network.
//
// Names of resources are full ("regions/r/sites/s"); ids are their last part.
// Every struct carries `extra`: fields that a newer version stored and this one
// must not lose.
namespace lagesbild::notifications {

// Numbered as in the contract; notifications_records.cc asserts it.
enum class EventKind {
  kUnspecified = 0,
  kSiteProposed = 1,
  kSiteOpened = 2,
  kSiteContested = 3,
  kSiteCeased = 4,
  kExposureEntered = 5,
  kExposureLeft = 6,
  kGapOpened = 7,
  kGapClosed = 8,
  kSiteReopened = 9,
};

enum class AlertState { kFiring = 1, kAcknowledged = 2, kResolved = 3 };
enum class Severity { kInfo = 1, kWarning = 2, kPage = 3 };
enum class DeliveryState { kPending = 1, kDelivered = 2, kDead = 3 };

// Codes of municipalities.
using Codes = std::set<std::string>;

struct Event {
  std::string id;
  EventKind kind = EventKind::kUnspecified;
  std::string subject;  // name of the site, exposure or gap
  std::string site;     // name
  std::string municipality;
  absl::Time time;        // recorded upstream; when found, for a catch-up
  bool catch_up = false;  // what lies between is not known
  std::string display_name;
  std::string extra;
};

// The events of one theme at one site, from the first that fires to the one
// that ends it. What fires afterwards is a new alert.
struct Alert {
  std::string id;
  std::string fingerprint;  // "gap/<site id>"
  std::vector<Event> events;
  Severity severity = Severity::kInfo;  // the highest of its events
  AlertState state = AlertState::kFiring;
  std::string site;
  std::string municipality;
  Codes told;  // whom it concerns and has concerned; told of all that follows
  std::string acknowledged_by;  // agency; empty: nobody
  absl::Time acknowledge_time;
  std::string acknowledge_note;
  absl::Time create_time;
  absl::Time update_time;
  std::string extra;
};

// The secret is no part of it, so that no listing can hold it.
struct Contact {
  std::string id;
  std::string display_name;
  std::string agency;
  std::string language;
  std::string webhook_url;
  bool disabled = false;
  absl::Time create_time;
  std::string extra;
};

struct Subscription {
  std::string id;
  std::string contact;           // id
  std::vector<EventKind> kinds;  // empty: every kind
  std::vector<std::string>
      areas;  // municipality codes; empty: the whole region
  absl::Time create_time;
  std::string extra;
};

struct Attempt {
  absl::Time time;
  int http_status = 0;  // 0: no answer
  std::string error;    // empty: accepted
  std::string extra;
};

// One event on its way to one subscription.
struct Delivery {
  std::string id;  // the webhook-id: a digest of subscription and event
  std::string subscription;  // id
  std::string contact;       // id
  std::string alert;         // id
  Event event;
  DeliveryState state = DeliveryState::kPending;
  std::vector<Attempt> attempts;
  std::optional<absl::Time> next_attempt;  // set while pending
  absl::Time create_time;
  // The place among the deliveries of one commit: with create_time the order
  // within a subscription.
  std::int64_t ordinal = 0;
  int steps = 0;       // of the retry schedule that are used up
  int hints = 0;       // of kMaxShortHints that are used up
  bool aside = false;  // refused by the receiver itself: holds up no other
  std::string extra;
};

// As the registry numbers them.
enum class SiteState {
  kUnspecified = 0,
  kProposed = 1,
  kOpen = 2,
  kContested = 3,
  kCeased = 4,
  kPending = 5,
  kWithdrawn = 6,
  kSuperseded = 7,
};

// What is kept of the upstream records, to compare the next word with.
struct KeptSite {
  std::string name;
  SiteState state = SiteState::kUnspecified;
  // The last state both parties agreed on, OPEN or CEASED: it goes on counting
  // while PENDING, and tells an opening from a reopening.
  SiteState agreed = SiteState::kUnspecified;
  std::string municipality;
  Codes municipalities;  // that one, and others that it reaches into
  std::string display_name;
  std::string extra;
};

struct KeptExposure {
  std::string name;
  std::string site;  // name
  std::string municipality;
  std::string place_display_name;
  std::string extra;
};

struct KeptGap {
  std::string name;
  std::string site;  // name
  std::string municipality;
  std::string site_display_name;
  std::string extra;
};

// A record in memory with the revision that last wrote it.
template <typename T>
struct Held {
  std::shared_ptr<const T> value;
  std::int64_t revision = 0;
};

template <typename T>
using HeldById = std::map<std::string, Held<T>>;

// Everything that decisions are made on.
struct Facts {
  HeldById<Contact> contacts;
  HeldById<Subscription> subscriptions;
  HeldById<Alert> alerts;
  HeldById<Delivery> deliveries;
  HeldById<KeptSite> sites;
  HeldById<KeptExposure> exposures;
  HeldById<KeptGap> gaps;
  // Derived from the above.
  std::unordered_map<std::string, std::string> open_alerts;  // by fingerprint
  std::unordered_map<std::string, int> exposures_at;  // how many, by site name
  absl::Time last_create = absl::InfinitePast();      // of any delivery
};

// 32 hex digits that follow from the parts alone, in this order.
std::string StableId(std::initializer_list<absl::string_view> parts);

std::string DeliveryId(absl::string_view subscription_id,
                       absl::string_view event_id);

// The last part of a resource name.
absl::string_view IdOf(absl::string_view name);

// Whether what it tells of begins or goes on (true) or is over (false).
// EXPOSURE_LEFT is over only for the site's last exposure: see Alerted.
bool Fires(EventKind kind);
Severity SeverityOf(EventKind kind);
// "gap/<site id>", "site/<site id>", "exposure/<site id>".
std::string FingerprintOf(EventKind kind, absl::string_view site);

// Whether the subscription asks for what is of this kind and concerns these
// municipalities.
bool Wants(const Subscription& subscription, EventKind kind,
           const Codes& concerned);

// More events than this an alert does not list; the oldest go first.
inline constexpr int kMaxEventsPerAlert = 200;

// The alert after the event: `open` is the unresolved alert of its fingerprint,
// null where there is none. `over`: what the alert is about has ended. An
// acknowledged alert fires again only when it gets more severe.
Alert Alerted(const Alert* open, const Event& event, bool over, absl::Time now);

// FIRING becomes ACKNOWLEDGED; nullopt when somebody already had.
// Not for a resolved alert that nobody acknowledged: ask CanAcknowledge.
std::optional<Alert> Acknowledged(const Alert& alert, absl::string_view agency,
                                  absl::string_view note, absl::Time now);
bool CanAcknowledge(const Alert& alert);

// A new delivery, to be sent at once.
Delivery NewDelivery(const Subscription& subscription, const Event& event,
                     absl::string_view alert_id, absl::Time now,
                     std::int64_t ordinal);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_H_
