#include "services/notifications/presenter.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "lib/access/etag.h"
#include "lib/api/listing.h"
#include "lib/api/names.h"
#include "lib/api/time.h"

namespace lagesbild::notifications {
namespace {

void Show(const Event& event, v1::Event* message) {
  message->set_id(event.id);
  message->set_kind(static_cast<v1::EventKind>(event.kind));
  message->set_subject(event.subject);
  message->set_site(event.site);
  message->set_municipality(event.municipality);
  *message->mutable_time() = api::ToTimestamp(event.time);
  message->set_catch_up(event.catch_up);
  message->set_display_name(event.display_name);
}

void Show(const Attempt& attempt, v1::Attempt* message) {
  *message->mutable_time() = api::ToTimestamp(attempt.time);
  message->set_http_status(attempt.http_status);
  message->set_error(attempt.error);
}

template <typename Message>
void SetEtag(const access::v1::Caller& caller, const access::Redactor& redactor,
             Message* message) {
  redactor.Redact(caller, message);
  message->set_etag(access::Etag(*message, caller, redactor));
}

}  // namespace

absl::Status NoSuch(absl::string_view name) {
  return absl::NotFoundError(absl::StrCat(name, " does not exist"));
}

absl::Status Presenter::CheckParent(absl::string_view parent) const {
  return api::CheckRegion(region_, parent);
}

absl::StatusOr<std::string> Presenter::IdIn(absl::string_view pattern,
                                            absl::string_view name,
                                            absl::string_view field) const {
  return api::IdInRegion(region_, pattern, name, field);
}

absl::StatusOr<api::Filter> Presenter::ReadFilter(
    const std::string& text, const google::protobuf::Descriptor* type,
    const access::v1::Caller& caller) const {
  return api::ReadFilter(*redactor_, caller, text, type);
}

std::string Presenter::NameOf(absl::string_view pattern,
                              absl::string_view id) const {
  return api::FormatName(pattern, {region_, std::string(id)});
}

v1::Contact Presenter::For(const access::v1::Caller& caller,
                           const Contact& contact) const {
  v1::Contact message;
  message.set_name(NameOf(kContactPattern, contact.id));
  message.set_display_name(contact.display_name);
  message.set_agency(contact.agency);
  message.set_language(contact.language);
  message.set_webhook_url(contact.webhook_url);
  message.set_disabled(contact.disabled);
  *message.mutable_create_time() = api::ToTimestamp(contact.create_time);
  SetEtag(caller, *redactor_, &message);
  return message;
}

v1::Subscription Presenter::For(const access::v1::Caller& caller,
                                const Subscription& subscription) const {
  v1::Subscription message;
  message.set_name(NameOf(kSubscriptionPattern, subscription.id));
  message.set_contact(NameOf(kContactPattern, subscription.contact));
  for (EventKind kind : subscription.kinds) {
    message.add_kinds(static_cast<v1::EventKind>(kind));
  }
  for (const std::string& area : subscription.areas) message.add_areas(area);
  *message.mutable_create_time() = api::ToTimestamp(subscription.create_time);
  SetEtag(caller, *redactor_, &message);
  return message;
}

v1::Alert Presenter::For(const access::v1::Caller& caller,
                         const Alert& alert) const {
  v1::Alert message;
  message.set_name(NameOf(kAlertPattern, alert.id));
  message.set_fingerprint(alert.fingerprint);
  for (const Event& event : alert.events) Show(event, message.add_events());
  message.set_severity(static_cast<v1::Severity>(alert.severity));
  message.set_state(static_cast<v1::AlertState>(alert.state));
  message.set_site(alert.site);
  message.set_municipality(alert.municipality);
  if (!alert.acknowledged_by.empty()) {
    message.set_acknowledged_by(alert.acknowledged_by);
    *message.mutable_acknowledge_time() =
        api::ToTimestamp(alert.acknowledge_time);
    message.set_acknowledge_note(alert.acknowledge_note);
  }
  *message.mutable_create_time() = api::ToTimestamp(alert.create_time);
  *message.mutable_update_time() = api::ToTimestamp(alert.update_time);
  SetEtag(caller, *redactor_, &message);
  return message;
}

v1::Delivery Presenter::For(const access::v1::Caller& caller,
                            const Delivery& delivery) const {
  v1::Delivery message;
  message.set_name(NameOf(kDeliveryPattern, delivery.id));
  message.set_subscription(NameOf(kSubscriptionPattern, delivery.subscription));
  message.set_contact(NameOf(kContactPattern, delivery.contact));
  Show(delivery.event, message.mutable_event());
  message.set_state(static_cast<v1::DeliveryState>(delivery.state));
  for (const Attempt& attempt : delivery.attempts) {
    Show(attempt, message.add_attempts());
  }
  if (delivery.next_attempt) {
    *message.mutable_next_attempt() = api::ToTimestamp(*delivery.next_attempt);
  }
  message.set_alert(NameOf(kAlertPattern, delivery.alert));
  redactor_->Redact(caller, &message);
  return message;
}

}  // namespace lagesbild::notifications
