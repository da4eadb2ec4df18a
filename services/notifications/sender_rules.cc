#include "services/notifications/sender_rules.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/notifications/notifications_records.h"

namespace lagesbild::notifications {
namespace {

class Finder {
 public:
  Finder(const NotificationsState& state, const TakenById& taken,
         absl::Time now, std::size_t limit)
      : state_(state), taken_(taken), now_(now), limit_(limit) {}

  DueNow Find() {
    for (const auto& [subscription, line] : state_.lines()) {
      InOrder(line);
      Aside(line);
    }
    return std::move(found_);
  }

 private:
  void InOrder(const Line& line) {
    for (const auto& [time, ordinal, id] : line.waiting) {
      const auto taken = taken_.find(id);
      if (taken == taken_.end()) return Offer(id);
      if (taken->second != Taken::kAccepted) return;
    }
  }

  void Aside(const Line& line) {
    for (const auto& [time, id] : line.aside) {
      if (taken_.count(id) > 0) continue;
      Offer(id);
      if (time > now_) return;
    }
  }

  void Offer(const std::string& id) {
    const auto& delivery = state_.facts().deliveries.at(id).value;
    const absl::Time at = delivery->next_attempt.value_or(now_);
    if (at > now_) {
      found_.next = std::min(found_.next, at);
    } else if (found_.due.size() < limit_) {
      found_.due.push_back(With(delivery));
    }
  }

  Due With(const std::shared_ptr<const Delivery>& delivery) {
    Due due{.delivery = delivery, .url = "", .secret = ""};
    const auto& contacts = state_.facts().contacts;
    const auto contact = contacts.find(delivery->contact);
    due.secret = state_.SecretOf(delivery->contact);
    if (contact != contacts.end() && !due.secret.empty()) {
      due.url = contact->second.value->webhook_url;
    }
    return due;
  }

  const NotificationsState& state_;
  const TakenById& taken_;
  const absl::Time now_;
  const std::size_t limit_;
  DueNow found_;
};

// Deliveries as they will be written, by id.
using Next = std::map<std::string, Delivery>;

void GiveUpAll(const NotificationsState& state, const std::string& contact,
               Next* next) {
  for (const auto& [id, held] : state.facts().deliveries) {
    if (held.value->contact != contact) continue;
    const auto written = next->find(id);
    const Delivery& now =
        written == next->end() ? *held.value : written->second;
    if (now.state == DeliveryState::kPending) (*next)[id] = GivenUp(now);
  }
}

// False where there is nothing to disable.
bool Disable(const NotificationsState& state, const std::string& id,
             ledger::Transaction* transaction) {
  const auto held = state.facts().contacts.find(id);
  if (held == state.facts().contacts.end() || held->second.value->disabled) {
    return false;
  }
  Contact contact = *held->second.value;
  contact.disabled = true;
  transaction->writes.push_back({absl::StrCat(kContactPrefix, id),
                                 Encode(contact), held->second.revision});
  return true;
}

}  // namespace

DueNow FindDue(const NotificationsState& state, const TakenById& taken,
               absl::Time now, std::size_t limit) {
  return Finder(state, taken, now, limit).Find();
}

ledger::Transaction RecordAttempts(const NotificationsState& state,
                                   const MadeById& made) {
  Next next;
  std::set<std::string> gone;
  for (const auto& [id, attempt] : made) {
    const auto held = state.facts().deliveries.find(id);
    if (held == state.facts().deliveries.end()) continue;
    const Delivery& delivery = *held->second.value;
    if (delivery.state != DeliveryState::kPending) continue;
    if (delivery.attempts.size() != attempt.attempt) continue;
    next[id] =
        Attempted(delivery, attempt.outcome, attempt.time, attempt.random);
    if (Gone(attempt.outcome)) gone.insert(delivery.contact);
  }
  ledger::Transaction transaction;
  bool disabled = false;
  for (const std::string& contact : gone) {
    GiveUpAll(state, contact, &next);
    disabled |= Disable(state, contact, &transaction);
  }
  if (disabled) {
    transaction.writes.push_back(
        {kRosterKey, EncodeRoster("disabled"), state.roster_revision()});
  }
  for (const auto& [id, delivery] : next) {
    transaction.writes.push_back({absl::StrCat(kDeliveryPrefix, id),
                                  Encode(delivery),
                                  state.facts().deliveries.at(id).revision});
  }
  return transaction;
}

}  // namespace lagesbild::notifications
