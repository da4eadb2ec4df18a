#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_ALERT_WATCHER_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_ALERT_WATCHER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/rpc/channel.h"
#include "services/notifications/notifications_fixture.h"
#include "services/notifications/notifications_records.h"
#include "tests/testing/watcher.h"

namespace lagesbild::notifications {

// What tells one version of an alert from the next.
inline std::string VersionOf(const v1::Alert& alert) {
  return absl::StrCat(alert.state(), " ", alert.events_size(), " ",
                      alert.acknowledged_by(), " ",
                      alert.update_time().seconds());
}
inline std::string VersionOf(const Alert& alert) {
  return absl::StrCat(static_cast<int>(alert.state), " ", alert.events.size(),
                      " ", alert.acknowledged_by, " ",
                      absl::ToUnixSeconds(alert.update_time));
}

// A watcher of the alerts with these fingerprints, that notes their states.
class AlertWatcher : public testing::Watcher<v1::WatchAlertsResponse> {
 public:
  AlertWatcher(v1::AgencyNotifications::Stub* stub,
               const access::v1::Caller& caller,
               const std::set<std::string>& fingerprints,
               ledger::Ledger* ledger, testing::FakeClock* clock)
      : Watcher(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              v1::WatchAlertsRequest request;
              request.set_parent(kParent);
              request.set_cursor(cursor);
              request.set_filter(absl::StrJoin(
                  fingerprints, " OR ", [](std::string* out, const auto& f) {
                    absl::StrAppend(out, "fingerprint = \"", f, "\"");
                  }));
              return stub->WatchAlerts(context, request);
            },
            [this](const v1::WatchAlertsResponse& message) {
              return Note(message);
            },
            testing::TruthOf(AlertsShown(ledger, fingerprints), ledger),
            {.clock = clock}) {
    Start();
  }

  ~AlertWatcher() { Close(); }

  // By fingerprint.
  const std::map<std::string, v1::AlertState>& states() const {
    return states_;
  }

 private:
  static testing::ShownAt AlertsShown(ledger::Ledger* ledger,
                                      std::set<std::string> fingerprints) {
    return testing::RecordsShown(
        ledger, kAlertPrefix,
        [fingerprints = std::move(fingerprints)](
            const std::string& id,
            const std::string& bytes) -> std::optional<std::string> {
          const auto alert = DecodeAlert(id, bytes);
          if (fingerprints.count(alert->fingerprint) == 0) return std::nullopt;
          return VersionOf(*alert);
        });
  }

  testing::WatchTruth::Changes Note(const v1::WatchAlertsResponse& message) {
    testing::WatchTruth::Changes names;
    for (const v1::AlertChange& change : message.changes()) {
      const std::string id = testing::IdOf(change.alert().name());
      if (change.type() == watch::v1::CHANGE_TYPE_UPSERTED) {
        names.push_back(testing::Upserted(id, VersionOf(change.alert())));
        states_[change.alert().fingerprint()] = change.alert().state();
      } else {
        names.push_back(testing::Removed(id));
      }
    }
    return names;
  }

  std::map<std::string, v1::AlertState> states_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_ALERT_WATCHER_H_
