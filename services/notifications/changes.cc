#include "services/notifications/changes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "services/notifications/notifications_access.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/retry_schedule.h"

namespace lagesbild::notifications {
namespace {

absl::Status AlreadyExists(absl::string_view what, absl::string_view id) {
  return absl::AlreadyExistsError(absl::StrCat(what, " ", id, " exists"));
}

// Null where there is none.
template <typename T>
const Held<T>* Find(const HeldById<T>& records, const std::string& id) {
  const auto it = records.find(id);
  return it == records.end() ? nullptr : &it->second;
}

// `record` as the caller was shown it.
template <typename T>
absl::Status CheckEtag(const Scene& scene, const T& record,
                       const std::string& etag) {
  if (etag.empty() ||
      scene.presenter.For(scene.caller, record).etag() == etag) {
    return absl::OkStatus();
  }
  return base::Error(absl::StatusCode::kAborted, base::kEtagMismatch,
                     "it has changed since it was read");
}

// Whoever decides who is told decides anew.
void WriteRoster(const Scene& scene, const std::string& last,
                 ledger::Transaction* transaction) {
  transaction->writes.push_back(
      {kRosterKey, EncodeRoster(last), scene.state.roster_revision()});
}

void GiveUp(const NotificationsState& state, const std::string& delivery,
            ledger::Transaction* transaction) {
  const Held<Delivery>& held = state.facts().deliveries.at(delivery);
  transaction->writes.push_back({absl::StrCat(kDeliveryPrefix, delivery),
                                 Encode(GivenUp(*held.value)), held.revision});
}

void GiveUpAllOf(const NotificationsState& state,
                 const std::string& subscription,
                 ledger::Transaction* transaction) {
  const auto line = state.lines().find(subscription);
  if (line == state.lines().end()) return;
  for (const auto& [time, ordinal, id] : line->second.waiting) {
    GiveUp(state, id, transaction);
  }
  for (const auto& [time, id] : line->second.aside) {
    GiveUp(state, id, transaction);
  }
}

void GiveUpAllTo(const NotificationsState& state, const std::string& contact,
                 ledger::Transaction* transaction) {
  for (const auto& [id, held] : state.facts().subscriptions) {
    if (held.value->contact == contact) GiveUpAllOf(state, id, transaction);
  }
}

void WriteSecret(const Scene& scene, const ContactUpdate& update,
                 ledger::Transaction* transaction) {
  if (update.key.empty() || update.key == scene.state.SecretOf(update.id)) {
    return;
  }
  // The revision of the contact, which is written with it, guards it.
  transaction->writes.push_back({absl::StrCat(kSecretPrefix, update.id),
                                 EncodeSecret(update.key), std::nullopt});
}

}  // namespace

absl::StatusOr<Decided> DecideCreateContact(const Scene& scene,
                                            const ContactDraft& draft) {
  const auto& contacts = scene.state.facts().contacts;
  const std::string& id = draft.contact.id;
  if (contacts.count(id) > 0) return AlreadyExists("contact", id);
  if (contacts.size() >= kMaxContacts) {
    return absl::ResourceExhaustedError("there are too many contacts");
  }
  Decided decided{{}, Encode(draft.contact)};
  decided.transaction.writes = {
      {absl::StrCat(kContactPrefix, id), decided.record, 0},
      {absl::StrCat(kSecretPrefix, id), EncodeSecret(draft.key), 0}};
  WriteRoster(scene, id, &decided.transaction);
  return decided;
}

absl::StatusOr<Decided> DecideUpdateContact(const Scene& scene,
                                            const ContactUpdate& update) {
  const auto* held = Find(scene.state.facts().contacts, update.id);
  if (held == nullptr) {
    return NoSuch(scene.presenter.NameOf(kContactPattern, update.id));
  }
  const Contact& before = *held->value;
  LB_RETURN_IF_ERROR(CheckMayActFor(scene.caller, before.agency));
  LB_RETURN_IF_ERROR(CheckEtag(scene, before, update.etag));
  const Contact after = Updated(before, update);
  Decided decided{{}, Encode(after)};
  ledger::Transaction* transaction = &decided.transaction;
  WriteSecret(scene, update, transaction);
  if (transaction->writes.empty() && decided.record == Encode(before)) {
    return decided;
  }
  transaction->writes.push_back({absl::StrCat(kContactPrefix, update.id),
                                 decided.record, held->revision});
  if (after.disabled) GiveUpAllTo(scene.state, update.id, transaction);
  WriteRoster(scene, update.id, transaction);
  return decided;
}

absl::StatusOr<Decided> DecideCreateSubscription(
    const Scene& scene, const Subscription& subscription) {
  const Facts& facts = scene.state.facts();
  const auto* contact = Find(facts.contacts, subscription.contact);
  if (contact == nullptr) {
    return base::InvalidField("subscription.contact", "does not exist");
  }
  LB_RETURN_IF_ERROR(CheckMayActFor(scene.caller, contact->value->agency));
  if (contact->value->disabled) {
    return absl::FailedPreconditionError(
        "the contact is disabled: enable it first");
  }
  if (facts.subscriptions.count(subscription.id) > 0) {
    return AlreadyExists("subscription", subscription.id);
  }
  if (facts.subscriptions.size() >= kMaxSubscriptions) {
    return absl::ResourceExhaustedError("there are too many subscriptions");
  }
  Decided decided{{}, Encode(subscription)};
  decided.transaction.writes = {
      {absl::StrCat(kSubscriptionPrefix, subscription.id), decided.record, 0}};
  WriteRoster(scene, subscription.id, &decided.transaction);
  return decided;
}

absl::StatusOr<Decided> DecideDeleteSubscription(const Scene& scene,
                                                 const Ending& ending) {
  const Facts& facts = scene.state.facts();
  const auto* held = Find(facts.subscriptions, ending.id);
  if (held == nullptr || !MaySee(scene.caller, facts, *held->value)) {
    return NoSuch(scene.presenter.NameOf(kSubscriptionPattern, ending.id));
  }
  const auto* contact = Find(facts.contacts, held->value->contact);
  LB_RETURN_IF_ERROR(CheckMayActFor(
      scene.caller, contact == nullptr ? "" : contact->value->agency));
  LB_RETURN_IF_ERROR(CheckEtag(scene, *held->value, ending.etag));
  Decided decided;
  decided.transaction.writes = {{absl::StrCat(kSubscriptionPrefix, ending.id),
                                 std::nullopt, held->revision}};
  GiveUpAllOf(scene.state, ending.id, &decided.transaction);
  WriteRoster(scene, ending.id, &decided.transaction);
  return decided;
}

absl::StatusOr<Decided> DecideAcknowledge(const Scene& scene,
                                          const Acknowledgement& asked) {
  const auto* held = Find(scene.state.facts().alerts, asked.id);
  if (held == nullptr) {
    return NoSuch(scene.presenter.NameOf(kAlertPattern, asked.id));
  }
  const Alert& alert = *held->value;
  LB_RETURN_IF_ERROR(CheckMayAcknowledge(scene.caller, alert));
  LB_RETURN_IF_ERROR(CheckEtag(scene, alert, asked.etag));
  if (!CanAcknowledge(alert)) {
    return absl::FailedPreconditionError("the alert is over");
  }
  const auto next =
      Acknowledged(alert, scene.caller.agency(), asked.note, asked.time);
  if (!next) return Decided{{}, Encode(alert)};
  Decided decided{{}, Encode(*next)};
  decided.transaction.writes = {
      {absl::StrCat(kAlertPrefix, asked.id), decided.record, held->revision}};
  return decided;
}

}  // namespace lagesbild::notifications
