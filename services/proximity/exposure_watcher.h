#ifndef LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCHER_H_
#define LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCHER_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "lib/access/caller.h"
#include "services/proximity/proximity_records.h"
#include "services/proximity/test_proximity.h"
#include "tests/testing/watcher.h"

namespace lagesbild::proximity {

// What tells one version of an exposure from the next.
inline std::string VersionOf(const v1::Exposure& e) {
  return absl::StrFormat("%.17g %.17g %.17g %d %d %d %d %s %s", e.distance_m(),
                         e.center_distance_m(), e.margin_m(), e.margin_source(),
                         e.quality(), e.verdict(), e.current(),
                         e.place_display_name(), e.municipality());
}
inline std::string VersionOf(const Exposure& e) {
  return absl::StrFormat("%.17g %.17g %.17g %d %d %d %d %s %s",
                         e.distance.value(), e.center_distance.value(),
                         e.margin.value(), static_cast<int>(e.margin_source),
                         static_cast<int>(e.quality),
                         static_cast<int>(e.verdict), e.current,
                         e.place_display_name, e.municipality);
}

// A watcher of exposures, that notes what it hears.
class ExposureWatcher : public testing::Watcher<v1::WatchExposuresResponse> {
 public:
  ExposureWatcher(TestProximity* proximity, const access::v1::Caller& caller,
                  bool all_dates, ledger::Ledger* ledger,
                  testing::FakeClock* clock)
      : ExposureWatcher([proximity] { return proximity; }, caller,
                        Wanted(all_dates), ledger, clock) {}
  // Each stream goes to the replica that `where` gives then.
  ExposureWatcher(const std::function<TestProximity*()>& where,
                  const access::v1::Caller& caller,
                  const v1::WatchExposuresRequest& wanted,
                  ledger::Ledger* ledger, testing::FakeClock* clock)
      : Watcher(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              v1::WatchExposuresRequest request = wanted;
              request.set_parent("regions/stockholm");
              request.set_cursor(cursor);
              return where()->stub()->WatchExposures(context, request);
            },
            [this](const v1::WatchExposuresResponse& message) {
              return Note(message);
            },
            testing::TruthOf(ExposuresShown(ledger, wanted), ledger),
            {.clock = clock, .prompt = access::IsSuiteMember(caller)}) {
    Start();
  }

  ~ExposureWatcher() { Close(); }

  // "+s~p", entered or changed, and "-s~p", left.
  const std::vector<std::string>& events() const { return events_; }
  // "entered s~p", "changed s~p", "left s~p"; not what was there at first.
  const std::vector<std::string>& transitions() const { return transitions_; }
  // Of the registry, what is reflected.
  ledger::Revision registry_reached() const { return registry_; }

 private:
  static v1::WatchExposuresRequest Wanted(bool all_dates) {
    v1::WatchExposuresRequest wanted;
    wanted.set_all_dates(all_dates);
    return wanted;
  }

  static testing::ShownAt ExposuresShown(
      ledger::Ledger* ledger, const v1::WatchExposuresRequest& wanted) {
    return testing::RecordsShown(
        ledger, kExposurePrefix,
        [wanted](const std::string&,
                 const std::string& bytes) -> std::optional<std::string> {
          auto exposure = DecodeExposure(bytes);
          if (!wanted.all_dates() && !exposure->current) return std::nullopt;
          if (wanted.steady()) {
            exposure->distance = exposure->steady_distance;
            exposure->center_distance = exposure->steady_center_distance;
          }
          return VersionOf(*exposure);
        });
  }

  testing::WatchTruth::Changes Note(const v1::WatchExposuresResponse& message) {
    testing::WatchTruth::Changes names;
    for (const auto& change : message.changes()) {
      const std::string id = testing::IdOf(change.exposure().name());
      const bool in = change.type() == watch::v1::CHANGE_TYPE_UPSERTED;
      names.push_back(in ? testing::Upserted(id, VersionOf(change.exposure()))
                         : testing::Removed(id));
      const std::string pair = id.substr(id.find('~') + 1);
      events_.push_back((in ? "+" : "-") + pair);
      if (change.transition() != v1::EXPOSURE_TRANSITION_UNSPECIFIED) {
        transitions_.push_back(WordOf(change.transition()) + " " + pair);
      }
    }
    for (const auto& position : message.header().reached()) {
      if (position.service() == "registry") registry_ = position.revision();
    }
    return names;
  }

  static std::string WordOf(v1::ExposureTransition transition) {
    switch (transition) {
      case v1::EXPOSURE_TRANSITION_ENTERED:
        return "entered";
      case v1::EXPOSURE_TRANSITION_CHANGED:
        return "changed";
      case v1::EXPOSURE_TRANSITION_LEFT:
        return "left";
      default:
        return "?";
    }
  }

  std::vector<std::string> events_;
  std::vector<std::string> transitions_;
  ledger::Revision registry_ = 0;
};

}  // namespace lagesbild::proximity

#endif  // LAGESBILD_SERVICES_PROXIMITY_EXPOSURE_WATCHER_H_
