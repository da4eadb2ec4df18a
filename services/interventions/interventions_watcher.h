#ifndef LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_
#define LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/access/caller.h"
#include "services/interventions/interventions_records.h"
#include "services/interventions/test_interventions.h"
#include "services/registry/test_registry.h"
#include "tests/testing/watcher.h"

namespace lagesbild::interventions {

// What tells one version of a gap, or of an intervention, from the next.
inline std::string VersionOf(const v1::CoverageGap& gap) {
  return absl::StrCat(gap.reason(), ", since ", gap.since().seconds(), ", ",
                      gap.responsible_municipality());
}
inline std::string VersionOf(const Gap& gap) {
  return absl::StrCat(ReasonOf(gap), ", since ", absl::ToUnixSeconds(gap.since),
                      ", ", gap.responsible_municipality);
}
inline std::string VersionOf(const v1::Intervention& i) {
  return absl::StrCat(i.state(), " ", absl::StrJoin(i.municipalities(), ","),
                      " ", i.update_time().seconds());
}
inline std::string VersionOf(const Intervention& i) {
  return absl::StrCat(static_cast<int>(i.state), " ",
                      absl::StrJoin(i.municipalities, ","), " ",
                      absl::ToUnixSeconds(i.update_time));
}

// A watcher of gaps or interventions, with a stream from its beginning.
// `Request` and `Response` are the method's; `decode` and `shown` give the
// stored record and what a change tells of.
template <typename Request, typename Response>
class RecordWatcher : public testing::Watcher<Response> {
 public:
  using Stub = TestInterventions::Stub;
  using Method = std::unique_ptr<grpc::ClientReader<Response>> (Stub::*)(
      grpc::ClientContext*, const Request&);

  template <typename Decode, typename Shown>
  RecordWatcher(TestInterventions* interventions,
                const access::v1::Caller& caller, Method method,
                const std::string& prefix, Decode decode, Shown shown,
                ledger::Ledger* ledger, testing::FakeClock* clock)
      : testing::Watcher<Response>(
            [=](grpc::ClientContext* context, const std::string& cursor) {
              rpc::SetCaller(caller, absl::InfiniteDuration(), context);
              Request request;
              request.set_parent(registry::kTestRegion);
              request.set_cursor(cursor);
              return (interventions->stub()->*method)(context, request);
            },
            [=](const Response& response) {
              testing::WatchTruth::Changes names;
              for (const auto& change : response.changes()) {
                const auto& record = shown(change);
                const std::string id = testing::IdOf(record.name());
                names.push_back(change.type() == watch::v1::CHANGE_TYPE_UPSERTED
                                    ? testing::Upserted(id, VersionOf(record))
                                    : testing::Removed(id));
              }
              return names;
            },
            testing::TruthOf(
                testing::RecordsShown(
                    ledger, prefix,
                    [=](const std::string& id, const std::string& bytes) {
                      return std::optional(VersionOf(*decode(id, bytes)));
                    }),
                ledger),
            {.clock = clock, .prompt = access::IsSuiteMember(caller)}) {
    this->Start();
  }
};

class GapWatcher : public RecordWatcher<v1::WatchCoverageGapsRequest,
                                        v1::WatchCoverageGapsResponse> {
 public:
  GapWatcher(TestInterventions* interventions, const access::v1::Caller& caller,
             ledger::Ledger* ledger, testing::FakeClock* clock)
      : RecordWatcher(
            interventions, caller, &Stub::WatchCoverageGaps, kGapPrefix,
            &DecodeGap,
            [](const v1::CoverageGapChange& c) -> const v1::CoverageGap& {
              return c.gap();
            },
            ledger, clock) {}
};

class InterventionWatcher
    : public RecordWatcher<v1::WatchInterventionsRequest,
                           v1::WatchInterventionsResponse> {
 public:
  InterventionWatcher(TestInterventions* interventions,
                      const access::v1::Caller& caller, ledger::Ledger* ledger,
                      testing::FakeClock* clock)
      : RecordWatcher(
            interventions, caller, &Stub::WatchInterventions,
            kInterventionPrefix, &DecodeIntervention,
            [](const v1::InterventionChange& c) -> const v1::Intervention& {
              return c.intervention();
            },
            ledger, clock) {}
};

}  // namespace lagesbild::interventions

#endif  // LAGESBILD_SERVICES_INTERVENTIONS_INTERVENTIONS_WATCHER_H_
