#include "services/notifications/notifications_state.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lagesbild::notifications {
namespace {

Line::Place PlaceOf(const Delivery& delivery) {
  return {delivery.create_time, delivery.ordinal, delivery.id};
}

void AddTo(Line* line, const Delivery& delivery) {
  if (delivery.aside) {
    line->aside.emplace(delivery.next_attempt.value_or(absl::InfinitePast()),
                        delivery.id);
  } else {
    line->waiting.insert(PlaceOf(delivery));
  }
}

void TakeFrom(Line* line, const Delivery& delivery) {
  if (delivery.aside) {
    line->aside.erase(
        {delivery.next_attempt.value_or(absl::InfinitePast()), delivery.id});
  } else {
    line->waiting.erase(PlaceOf(delivery));
  }
}

std::int64_t* TotalOf(DeliveryState state, DeliveryTotals* totals) {
  switch (state) {
    case DeliveryState::kDelivered:
      return &totals->delivered;
    case DeliveryState::kDead:
      return &totals->dead;
    default:
      return &totals->pending;
  }
}

}  // namespace

void NotificationsState::Apply(const std::string& key,
                               const std::optional<std::string>& value,
                               ledger::Revision revision, absl::Time) {
  using Apply = void (NotificationsState::*)(
      const std::string&, const std::string*, ledger::Revision);
  static constexpr std::pair<const char*, Apply> kByPrefix[] = {
      {kDeliveryPrefix, &NotificationsState::ApplyDelivery},
      {kAlertPrefix, &NotificationsState::ApplyAlert},
      {kKeptSitePrefix, &NotificationsState::ApplyKeptSite},
      {kKeptExposurePrefix, &NotificationsState::ApplyKeptExposure},
      {kKeptGapPrefix, &NotificationsState::ApplyKeptGap},
      {kCursorPrefix, &NotificationsState::ApplyFollowed},
      {kContactPrefix, &NotificationsState::ApplyContact},
      {kSubscriptionPrefix, &NotificationsState::ApplySubscription}};
  const std::string* bytes = value ? &*value : nullptr;
  absl::string_view rest = key;
  for (const auto& [prefix, apply] : kByPrefix) {
    if (!absl::ConsumePrefix(&rest, prefix)) continue;
    return (this->*apply)(std::string(rest), bytes, revision);
  }
  if (absl::ConsumePrefix(&rest, kSecretPrefix)) {
    ApplySecret(std::string(rest), bytes);
  } else if (rest == kRosterKey) {
    roster_revision_ = revision;
  }
}

template <typename T>
bool NotificationsState::Put(absl::StatusOr<T> record, const std::string& id,
                             ledger::Revision revision, HeldById<T>* records) {
  if (!record.ok()) {
    Unreadable(id, record.status());
    return false;
  }
  (*records)[id] = {std::make_shared<const T>(*std::move(record)), revision};
  return true;
}

void NotificationsState::ApplyContact(const std::string& id,
                                      const std::string* value,
                                      ledger::Revision revision) {
  facts_.contacts.erase(id);
  if (value) Put(DecodeContact(id, *value), id, revision, &facts_.contacts);
}

void NotificationsState::ApplySecret(const std::string& id,
                                     const std::string* value) {
  secrets_.erase(id);
  if (!value) return;
  absl::StatusOr<std::string> key = DecodeSecret(*value);
  if (!key.ok()) return Unreadable(id, key.status());
  secrets_[id] = *std::move(key);
}

void NotificationsState::ApplySubscription(const std::string& id,
                                           const std::string* value,
                                           ledger::Revision revision) {
  facts_.subscriptions.erase(id);
  if (!value) return;
  Put(DecodeSubscription(id, *value), id, revision, &facts_.subscriptions);
}

void NotificationsState::ApplyAlert(const std::string& id,
                                    const std::string* value,
                                    ledger::Revision revision) {
  if (const auto it = facts_.alerts.find(id); it != facts_.alerts.end()) {
    const std::string fingerprint = it->second.value->fingerprint;
    const auto open = facts_.open_alerts.find(fingerprint);
    if (open != facts_.open_alerts.end() && open->second == id) {
      facts_.open_alerts.erase(open);
    }
    facts_.alerts.erase(it);
  }
  if (!value) return;
  if (!Put(DecodeAlert(id, *value), id, revision, &facts_.alerts)) return;
  const Alert& alert = *facts_.alerts[id].value;
  if (alert.state != AlertState::kResolved) {
    facts_.open_alerts[alert.fingerprint] = id;
  }
}

void NotificationsState::ApplyDelivery(const std::string& id,
                                       const std::string* value,
                                       ledger::Revision revision) {
  if (const auto it = facts_.deliveries.find(id);
      it != facts_.deliveries.end()) {
    Count(*it->second.value, -1);
    facts_.deliveries.erase(it);
  }
  if (!value) return;
  if (!Put(DecodeDelivery(id, *value), id, revision, &facts_.deliveries)) {
    return;
  }
  const Delivery& delivery = *facts_.deliveries[id].value;
  facts_.last_create = std::max(facts_.last_create, delivery.create_time);
  Count(delivery, 1);
}

void NotificationsState::Count(const Delivery& delivery, int by) {
  *TotalOf(delivery.state, &totals_[delivery.contact]) += by;
  if (delivery.state != DeliveryState::kPending) return;
  Line& line = lines_[delivery.subscription];
  if (by > 0) {
    AddTo(&line, delivery);
  } else {
    TakeFrom(&line, delivery);
  }
  if (line.empty()) lines_.erase(delivery.subscription);
}

void NotificationsState::ApplyKeptSite(const std::string& id,
                                       const std::string* value,
                                       ledger::Revision revision) {
  facts_.sites.erase(id);
  if (value) Put(DecodeKeptSite(*value), id, revision, &facts_.sites);
}

void NotificationsState::ApplyKeptExposure(const std::string& id,
                                           const std::string* value,
                                           ledger::Revision revision) {
  if (const auto it = facts_.exposures.find(id); it != facts_.exposures.end()) {
    const auto at = facts_.exposures_at.find(it->second.value->site);
    if (--at->second == 0) facts_.exposures_at.erase(at);
    facts_.exposures.erase(it);
  }
  if (!value) return;
  if (!Put(DecodeKeptExposure(*value), id, revision, &facts_.exposures)) return;
  ++facts_.exposures_at[facts_.exposures[id].value->site];
}

void NotificationsState::ApplyKeptGap(const std::string& id,
                                      const std::string* value,
                                      ledger::Revision revision) {
  facts_.gaps.erase(id);
  if (value) Put(DecodeKeptGap(*value), id, revision, &facts_.gaps);
}

void NotificationsState::ApplyFollowed(const std::string& upstream,
                                       const std::string* value,
                                       ledger::Revision revision) {
  followed_.erase(upstream);
  if (!value) return;
  absl::StatusOr<watch::Followed> followed =
      watch::DecodeFollowed(*value, revision);
  if (!followed.ok()) return Unreadable(upstream, followed.status());
  followed_[upstream] = *std::move(followed);
}

const std::string& NotificationsState::SecretOf(
    const std::string& contact_id) const {
  static const std::string kNone;
  const auto it = secrets_.find(contact_id);
  return it == secrets_.end() ? kNone : it->second;
}

watch::Followed NotificationsState::FollowedOf(
    const std::string& upstream) const {
  const auto it = followed_.find(upstream);
  return it == followed_.end() ? watch::Followed() : it->second;
}

void NotificationsState::Unreadable(const std::string& id,
                                    const absl::Status& why) {
  logger_->Error("record left out",
                 {{"id", id}, {"error", std::string(why.message())}});
}

}  // namespace lagesbild::notifications
