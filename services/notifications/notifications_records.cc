#include "services/notifications/notifications_records.h"

#include "google/protobuf/unknown_field_set.h"
#include "lagesbild/notifications/store/v1/notifications_store.pb.h"
#include "lagesbild/notifications/v1/alert.pb.h"
#include "lagesbild/notifications/v1/contact.pb.h"
#include "lagesbild/registry/v1/site.pb.h"
#include "lib/base/status.h"
#include "lib/ledger/record.h"

namespace lagesbild::notifications {
namespace {

static_assert(static_cast<int>(EventKind::kSiteReopened) ==
              v1::EVENT_KIND_SITE_REOPENED);
static_assert(static_cast<int>(EventKind::kGapClosed) ==
              v1::EVENT_KIND_GAP_CLOSED);
static_assert(static_cast<int>(EventKind::kSiteProposed) ==
              v1::EVENT_KIND_SITE_PROPOSED);
static_assert(v1::EventKind_MAX == v1::EVENT_KIND_SITE_REOPENED,
              "a new kind of event needs its rules");
static_assert(static_cast<int>(AlertState::kResolved) ==
              v1::ALERT_STATE_RESOLVED);
static_assert(static_cast<int>(Severity::kPage) == v1::SEVERITY_PAGE);
static_assert(static_cast<int>(DeliveryState::kDead) ==
              v1::DELIVERY_STATE_DEAD);
static_assert(static_cast<int>(SiteState::kSuperseded) ==
              registry::v1::SITE_STATE_SUPERSEDED);
static_assert(registry::v1::SiteState_MAX ==
                  registry::v1::SITE_STATE_SUPERSEDED,
              "a new state of a site needs its rules");

// Time zero stands for "unset".
std::int64_t Micros(absl::Time time) { return absl::ToUnixMicros(time); }
absl::Time TimeOf(std::int64_t us) { return absl::FromUnixMicros(us); }

// Older records name one municipality alone.
template <typename Repeated>
Codes CodesOf(const Repeated& all, const std::string& one) {
  return all.empty() ? Codes{one} : Codes(all.begin(), all.end());
}

// What this version does not know of the record.
template <typename Record>
std::string ExtraOf(const Record& record) {
  std::string extra;
  record.GetReflection()->GetUnknownFields(record).SerializeToString(&extra);
  return extra;
}

// Protobuf fields may come in any order: what is unknown is put at the end.
template <typename Record>
std::string Bytes(const Record& record, const std::string& extra) {
  return record.SerializeAsString() + extra;
}

void Write(const Event& event, store::v1::EventRecord* record) {
  record->ParseFromString(event.extra);
  record->set_id(event.id);
  record->set_kind(static_cast<int>(event.kind));
  record->set_subject(event.subject);
  record->set_site(event.site);
  record->set_municipality(event.municipality);
  record->set_time_us(Micros(event.time));
  record->set_catch_up(event.catch_up);
  record->set_display_name(event.display_name);
}

Event Read(const store::v1::EventRecord& record) {
  return {.id = record.id(),
          .kind = static_cast<EventKind>(record.kind()),
          .subject = record.subject(),
          .site = record.site(),
          .municipality = record.municipality(),
          .time = TimeOf(record.time_us()),
          .catch_up = record.catch_up(),
          .display_name = record.display_name(),
          .extra = ExtraOf(record)};
}

void Write(const Attempt& attempt, store::v1::AttemptRecord* record) {
  record->ParseFromString(attempt.extra);
  record->set_time_us(Micros(attempt.time));
  record->set_http_status(attempt.http_status);
  record->set_error(attempt.error);
}

Attempt Read(const store::v1::AttemptRecord& record) {
  return {.time = TimeOf(record.time_us()),
          .http_status = record.http_status(),
          .error = record.error(),
          .extra = ExtraOf(record)};
}

}  // namespace

std::string Encode(const Contact& contact) {
  store::v1::ContactRecord record;
  record.set_display_name(contact.display_name);
  record.set_agency(contact.agency);
  record.set_language(contact.language);
  record.set_webhook_url(contact.webhook_url);
  record.set_disabled(contact.disabled);
  record.set_create_time_us(Micros(contact.create_time));
  return Bytes(record, contact.extra);
}

std::string Encode(const Subscription& subscription) {
  store::v1::SubscriptionRecord record;
  record.set_contact(subscription.contact);
  for (EventKind kind : subscription.kinds) {
    record.add_kinds(static_cast<int>(kind));
  }
  for (const std::string& area : subscription.areas) record.add_areas(area);
  record.set_create_time_us(Micros(subscription.create_time));
  return Bytes(record, subscription.extra);
}

std::string Encode(const Alert& alert) {
  store::v1::AlertRecord record;
  record.set_fingerprint(alert.fingerprint);
  for (const Event& event : alert.events) Write(event, record.add_events());
  record.set_severity(static_cast<int>(alert.severity));
  record.set_state(static_cast<int>(alert.state));
  record.set_site(alert.site);
  record.set_municipality(alert.municipality);
  for (const std::string& code : alert.told) record.add_municipalities(code);
  record.set_acknowledged_by(alert.acknowledged_by);
  record.set_acknowledge_time_us(Micros(alert.acknowledge_time));
  record.set_acknowledge_note(alert.acknowledge_note);
  record.set_create_time_us(Micros(alert.create_time));
  record.set_update_time_us(Micros(alert.update_time));
  return Bytes(record, alert.extra);
}

std::string Encode(const Delivery& delivery) {
  store::v1::DeliveryRecord record;
  record.set_subscription(delivery.subscription);
  record.set_contact(delivery.contact);
  record.set_alert(delivery.alert);
  Write(delivery.event, record.mutable_event());
  record.set_state(static_cast<int>(delivery.state));
  for (const Attempt& attempt : delivery.attempts) {
    Write(attempt, record.add_attempts());
  }
  if (delivery.next_attempt) {
    record.set_next_attempt_us(Micros(*delivery.next_attempt));
  }
  record.set_create_time_us(Micros(delivery.create_time));
  record.set_ordinal(delivery.ordinal);
  record.set_steps(delivery.steps);
  record.set_hints(delivery.hints);
  record.set_aside(delivery.aside);
  return Bytes(record, delivery.extra);
}

std::string Encode(const KeptSite& site) {
  store::v1::KeptSiteRecord record;
  record.set_name(site.name);
  record.set_state(static_cast<int>(site.state));
  record.set_agreed(static_cast<int>(site.agreed));
  record.set_municipality(site.municipality);
  for (const std::string& code : site.municipalities) {
    record.add_municipalities(code);
  }
  record.set_display_name(site.display_name);
  return Bytes(record, site.extra);
}

std::string Encode(const KeptExposure& exposure) {
  store::v1::KeptExposureRecord record;
  record.set_name(exposure.name);
  record.set_site(exposure.site);
  record.set_municipality(exposure.municipality);
  record.set_place_display_name(exposure.place_display_name);
  return Bytes(record, exposure.extra);
}

std::string Encode(const KeptGap& gap) {
  store::v1::KeptGapRecord record;
  record.set_name(gap.name);
  record.set_site(gap.site);
  record.set_municipality(gap.municipality);
  record.set_site_display_name(gap.site_display_name);
  return Bytes(record, gap.extra);
}

std::string EncodeSecret(absl::string_view key) {
  store::v1::SecretRecord record;
  record.set_key(std::string(key));
  return record.SerializeAsString();
}

std::string EncodeRoster(absl::string_view last) {
  store::v1::RosterRecord record;
  record.set_last(std::string(last));
  return record.SerializeAsString();
}

absl::StatusOr<Contact> DecodeContact(absl::string_view id,
                                      absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::ContactRecord>(bytes));
  return Contact{.id = std::string(id),
                 .display_name = record.display_name(),
                 .agency = record.agency(),
                 .language = record.language(),
                 .webhook_url = record.webhook_url(),
                 .disabled = record.disabled(),
                 .create_time = TimeOf(record.create_time_us()),
                 .extra = ExtraOf(record)};
}

absl::StatusOr<std::string> DecodeSecret(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::SecretRecord>(bytes));
  return record.key();
}

absl::StatusOr<Subscription> DecodeSubscription(absl::string_view id,
                                                absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(
      const auto record,
      ledger::ParseRecord<store::v1::SubscriptionRecord>(bytes));
  Subscription subscription;
  subscription.id = std::string(id);
  subscription.contact = record.contact();
  for (int kind : record.kinds()) {
    subscription.kinds.push_back(static_cast<EventKind>(kind));
  }
  subscription.areas.assign(record.areas().begin(), record.areas().end());
  subscription.create_time = TimeOf(record.create_time_us());
  subscription.extra = ExtraOf(record);
  return subscription;
}

absl::StatusOr<Alert> DecodeAlert(absl::string_view id,
                                  absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::AlertRecord>(bytes));
  Alert alert;
  alert.id = std::string(id);
  alert.fingerprint = record.fingerprint();
  for (const auto& event : record.events()) {
    alert.events.push_back(Read(event));
  }
  alert.severity = static_cast<Severity>(record.severity());
  alert.state = static_cast<AlertState>(record.state());
  alert.site = record.site();
  alert.municipality = record.municipality();
  alert.told = CodesOf(record.municipalities(), record.municipality());
  alert.acknowledged_by = record.acknowledged_by();
  alert.acknowledge_time = TimeOf(record.acknowledge_time_us());
  alert.acknowledge_note = record.acknowledge_note();
  alert.create_time = TimeOf(record.create_time_us());
  alert.update_time = TimeOf(record.update_time_us());
  alert.extra = ExtraOf(record);
  return alert;
}

absl::StatusOr<Delivery> DecodeDelivery(absl::string_view id,
                                        absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::DeliveryRecord>(bytes));
  Delivery delivery;
  delivery.id = std::string(id);
  delivery.subscription = record.subscription();
  delivery.contact = record.contact();
  delivery.alert = record.alert();
  delivery.event = Read(record.event());
  delivery.state = static_cast<DeliveryState>(record.state());
  for (const auto& attempt : record.attempts()) {
    delivery.attempts.push_back(Read(attempt));
  }
  if (record.next_attempt_us() != 0) {
    delivery.next_attempt = TimeOf(record.next_attempt_us());
  }
  delivery.create_time = TimeOf(record.create_time_us());
  delivery.ordinal = record.ordinal();
  delivery.steps = record.steps();
  delivery.hints = record.hints();
  delivery.aside = record.aside();
  delivery.extra = ExtraOf(record);
  return delivery;
}

absl::StatusOr<KeptSite> DecodeKeptSite(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::KeptSiteRecord>(bytes));
  return KeptSite{
      .name = record.name(),
      .state = static_cast<SiteState>(record.state()),
      .agreed = static_cast<SiteState>(record.agreed()),
      .municipality = record.municipality(),
      .municipalities = CodesOf(record.municipalities(), record.municipality()),
      .display_name = record.display_name(),
      .extra = ExtraOf(record)};
}

absl::StatusOr<KeptExposure> DecodeKeptExposure(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(
      const auto record,
      ledger::ParseRecord<store::v1::KeptExposureRecord>(bytes));
  return KeptExposure{.name = record.name(),
                      .site = record.site(),
                      .municipality = record.municipality(),
                      .place_display_name = record.place_display_name(),
                      .extra = ExtraOf(record)};
}

absl::StatusOr<KeptGap> DecodeKeptGap(absl::string_view bytes) {
  LB_ASSIGN_OR_RETURN(const auto record,
                      ledger::ParseRecord<store::v1::KeptGapRecord>(bytes));
  return KeptGap{.name = record.name(),
                 .site = record.site(),
                 .municipality = record.municipality(),
                 .site_display_name = record.site_display_name(),
                 .extra = ExtraOf(record)};
}

}  // namespace lagesbild::notifications
