#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_STATE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_STATE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/log.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/followed.h"
#include "services/notifications/notifications.h"
#include "services/notifications/notifications_records.h"

namespace lagesbild::notifications {

// The pending deliveries of one subscription.
struct Line {
  // By create time, place in the commit, id: the order of the events.
  using Place = std::tuple<absl::Time, std::int64_t, std::string>;

  // In order; only the first is tried. Holds ids in the last part.
  std::set<Place> waiting;
  // Those that step aside, by the time of their next attempt, then id.
  std::set<std::pair<absl::Time, std::string>> aside;

  bool empty() const { return waiting.empty() && aside.empty(); }
};

struct DeliveryTotals {
  std::int64_t delivered = 0;
  std::int64_t pending = 0;
  std::int64_t dead = 0;
};

// Notifications at one revision: what view::View keeps up to date and what is
// decided on. Not thread-safe; the view guards it.
class NotificationsState {
 public:
  // Logs records that it cannot read, by key, and goes on without them.
  explicit NotificationsState(base::Logger* logger) : logger_(logger) {}

  void Apply(const std::string& key, const std::optional<std::string>& value,
             ledger::Revision revision, absl::Time recorded);

  const Facts& facts() const { return facts_; }
  // Revision of the last change to contacts and subscriptions; 0: none.
  ledger::Revision roster_revision() const { return roster_revision_; }
  // By subscription id; none is empty.
  const std::map<std::string, Line>& lines() const { return lines_; }
  // By contact id.
  const std::map<std::string, DeliveryTotals>& totals() const {
    return totals_;
  }

  // What a contact's webhooks are signed with; empty: unknown. Only for the one
  // who signs.
  const std::string& SecretOf(const std::string& contact_id) const;

  // How far the upstream was followed; revision 0: never.
  watch::Followed FollowedOf(const std::string& upstream) const;
  const std::map<std::string, watch::Followed>& followed() const {
    return followed_;
  }

 private:
  void ApplyContact(const std::string& id, const std::string* value,
                    ledger::Revision revision);
  void ApplySecret(const std::string& id, const std::string* value);
  void ApplySubscription(const std::string& id, const std::string* value,
                         ledger::Revision revision);
  void ApplyAlert(const std::string& id, const std::string* value,
                  ledger::Revision revision);
  void ApplyDelivery(const std::string& id, const std::string* value,
                     ledger::Revision revision);
  void ApplyKeptSite(const std::string& id, const std::string* value,
                     ledger::Revision revision);
  void ApplyKeptExposure(const std::string& id, const std::string* value,
                         ledger::Revision revision);
  void ApplyKeptGap(const std::string& id, const std::string* value,
                    ledger::Revision revision);
  void ApplyFollowed(const std::string& upstream, const std::string* value,
                     ledger::Revision revision);

  // Adds the delivery to totals and lines (by 1) or takes it out (by -1).
  void Count(const Delivery& delivery, int by);

  void Unreadable(const std::string& id, const absl::Status& why);
  template <typename T>
  bool Put(absl::StatusOr<T> record, const std::string& key,
           ledger::Revision revision, HeldById<T>* records);

  base::Logger* const logger_;
  Facts facts_;
  ledger::Revision roster_revision_ = 0;
  std::map<std::string, std::string> secrets_;
  std::map<std::string, watch::Followed> followed_;
  std::map<std::string, Line> lines_;
  std::map<std::string, DeliveryTotals> totals_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_STATE_H_
