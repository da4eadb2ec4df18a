#include "gateway/picture/picture_feed.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/picture/picture_state.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"

namespace lagesbild::gateway {
namespace {

namespace iv = ::lagesbild::interventions::v1;
namespace nv = ::lagesbild::notifications::v1;
namespace pv = ::lagesbild::proximity::v1;
namespace rv = ::lagesbild::registry::v1;
using ::lagesbild::watch::v1::CHANGE_TYPE_REMOVED;

constexpr char kSites[] = "sites";
constexpr char kAreas[] = "areas";
constexpr char kExposures[] = "exposures";
constexpr char kInterventions[] = "interventions";
constexpr char kGaps[] = "gaps";
constexpr char kAlerts[] = "alerts";

// The picture is made anew at every start: this much of its log is for watchers
// that were cut off for a moment.
constexpr ledger::Revision kKeptRevisions = 10'000;

double Jitter() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

watch::FollowerOptions Options(const std::string& stream) {
  watch::FollowerOptions options;
  options.name = absl::StrCat("gateway follows ", stream);
  options.random = Jitter;
  options.from_grpc_status = rpc::FromGrpc;
  return options;
}

// Takes records away that the whole picture of a stream does not have.
void RemoveOthers(const std::vector<std::string>& known,
                  const std::set<std::string>& in_snapshot,
                  const std::function<void(const std::string&)>& remove) {
  for (const std::string& name : known) {
    if (in_snapshot.count(name) == 0) remove(name);
  }
}

// How one kind of record gets into Situations and out again.
template <typename Change, typename Record>
struct Kind {
  const Record& (Change::*record)() const;
  void (Situations::*remove)(const std::string&);
  std::vector<std::string> (Situations::*names)() const;
};

template <typename Change, typename Record, typename Response>
void ApplyTo(const Kind<Change, Record>& kind,
             const watch::Delivery<Response>& delivery, Situations* into) {
  std::set<std::string> seen;
  for (const Response& part : delivery.parts) {
    for (const Change& change : part.changes()) {
      const Record& record = (change.*kind.record)();
      if (change.type() == CHANGE_TYPE_REMOVED) {
        (into->*kind.remove)(record.name());
      } else {
        seen.insert(record.name());
        into->Put(record);
      }
    }
  }
  if (delivery.kind == watch::DeliveryKind::kSnapshot) {
    RemoveOthers((into->*kind.names)(), seen,
                 [&](const std::string& name) { (into->*kind.remove)(name); });
  }
}

}  // namespace

template <typename Request, typename Response>
class PictureFeed::StreamOf final : public PictureFeed::Stream {
 public:
  template <typename... Args>
  explicit StreamOf(Args&&... args) : follower_(std::forward<Args>(args)...) {
    follower_.Start();
  }

 private:
  watch::Follower<Request, Response> follower_;
};

watch::Reach::Parts PictureFeed::Parts() {
  return {
      {kSites, {"registry"}},
      {kAreas, {"registry"}},
      {kExposures, {"proximity", "registry"}},
      {kInterventions, {"interventions"}},
      {kGaps, {"interventions", "proximity", "registry"}},
      {kAlerts, {"notifications", "interventions", "proximity", "registry"}}};
}

template <typename Request, typename Response, typename Open, typename Apply>
void PictureFeed::Follow(const std::string& name, Open open, Apply apply) {
  Request filter;
  filter.set_parent(parent_);
  streams_.push_back(std::make_unique<StreamOf<Request, Response>>(
      std::move(filter),
      [open](grpc::ClientContext* context, const Request* request,
             grpc::ClientReadReactor<Response>* reactor) {
        rpc::SetMember("gateway", absl::InfiniteDuration(), context);
        open(context, request, reactor);
      },
      [this, name] { return CursorOf(name); },
      [this, name, apply](std::vector<watch::Delivery<Response>> deliveries,
                          const std::function<void(absl::Status)>& done) {
        done(Take(name, deliveries, apply));
      },
      clock_, logger_, Options(name)));
}

template <typename Response, typename Apply>
absl::Status PictureFeed::Take(
    const std::string& stream,
    const std::vector<watch::Delivery<Response>>& deliveries,
    const Apply& apply) {
  base::MutexLock lock(&mutex_);
  for (const auto& delivery : deliveries) {
    NoteRecorded(delivery.recorded_time);
    apply(delivery);
  }
  return Commit(stream, deliveries.back().cursor, deliveries.back().reached);
}

PictureFeed::PictureFeed(const std::string& region, const Upstreams& upstreams,
                         ledger::Ledger* ledger, const base::Clock* clock,
                         base::Logger* logger)
    : parent_(absl::StrCat("regions/", region)),
      ledger_(ledger),
      clock_(clock),
      logger_(logger),
      whole_up_to_(clock->Now()) {
  FollowRegistry(upstreams.registry);
  FollowDerived(upstreams);
}

void PictureFeed::FollowRegistry(
    const std::shared_ptr<grpc::Channel>& channel) {
  std::shared_ptr<rv::SiteRegistry::Stub> stub =
      rv::SiteRegistry::NewStub(channel);
  Follow<rv::WatchSitesRequest, rv::WatchSitesResponse>(
      kSites,
      [stub](auto* context, auto* request, auto* reactor) {
        stub->async()->WatchSites(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        ApplyTo<rv::SiteChange, rv::Site>(
            {&rv::SiteChange::site, &Situations::RemoveSite,
             &Situations::SiteNames},
            delivery, &situations_);
      });
  Follow<rv::WatchAreasRequest, rv::WatchAreasResponse>(
      kAreas,
      [stub](auto* context, auto* request, auto* reactor) {
        stub->async()->WatchAreas(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        for (const auto& part : delivery.parts) {
          for (const rv::AreaChange& change : part.changes()) {
            const rv::Area& area = change.area();
            if (area.kind() != rv::AREA_KIND_MUNICIPALITY) continue;
            area_names_[area.code()] = area.display_name();
            touched_areas_.insert(area.code());
          }
        }
      });
}

void PictureFeed::FollowDerived(const Upstreams& upstreams) {
  std::shared_ptr<pv::ProximityAnalysis::Stub> proximity =
      pv::ProximityAnalysis::NewStub(upstreams.proximity);
  Follow<pv::WatchExposuresRequest, pv::WatchExposuresResponse>(
      kExposures,
      [proximity](auto* context, auto* request, auto* reactor) {
        proximity->async()->WatchExposures(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        ApplyTo<pv::ExposureChange, pv::Exposure>(
            {&pv::ExposureChange::exposure, &Situations::RemoveExposure,
             &Situations::ExposureNames},
            delivery, &situations_);
      });
  std::shared_ptr<iv::InterventionTracking::Stub> interventions =
      iv::InterventionTracking::NewStub(upstreams.interventions);
  Follow<iv::WatchInterventionsRequest, iv::WatchInterventionsResponse>(
      kInterventions,
      [interventions](auto* context, auto* request, auto* reactor) {
        interventions->async()->WatchInterventions(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        ApplyTo<iv::InterventionChange, iv::Intervention>(
            {&iv::InterventionChange::intervention,
             &Situations::RemoveIntervention, &Situations::InterventionNames},
            delivery, &situations_);
      });
  Follow<iv::WatchCoverageGapsRequest, iv::WatchCoverageGapsResponse>(
      kGaps,
      [interventions](auto* context, auto* request, auto* reactor) {
        interventions->async()->WatchCoverageGaps(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        ApplyTo<iv::CoverageGapChange, iv::CoverageGap>(
            {&iv::CoverageGapChange::gap, &Situations::RemoveGap,
             &Situations::GapNames},
            delivery, &situations_);
      });
  std::shared_ptr<nv::AgencyNotifications::Stub> notifications =
      nv::AgencyNotifications::NewStub(upstreams.notifications);
  Follow<nv::WatchAlertsRequest, nv::WatchAlertsResponse>(
      kAlerts,
      [notifications](auto* context, auto* request, auto* reactor) {
        notifications->async()->WatchAlerts(context, request, reactor);
      },
      [this](const auto& delivery) ABSL_NO_THREAD_SAFETY_ANALYSIS {
        ApplyTo<nv::AlertChange, nv::Alert>(
            {&nv::AlertChange::alert, &Situations::RemoveAlert,
             &Situations::AlertNames},
            delivery, &situations_);
      });
}

std::vector<ledger::Write> PictureFeed::SituationWrites() {
  std::vector<ledger::Write> writes;
  for (const std::string& site : situations_.TakeTouched()) {
    const auto situation = situations_.Find(site);
    const std::string key = absl::StrCat(kSituationPrefix, site);
    if (situation) {
      writes.push_back({key, situation->SerializeAsString(), std::nullopt});
      shown_.insert(site);
    } else if (shown_.erase(site) > 0) {
      writes.push_back({key, std::nullopt, std::nullopt});
    }
  }
  return writes;
}

absl::Status PictureFeed::Commit(const std::string& stream,
                                 const std::string& cursor,
                                 const watch::Basis& reached) {
  ledger::Transaction transaction;
  transaction.meta.actor = "gateway";
  transaction.meta.cause = stream;
  transaction.writes = SituationWrites();
  for (const std::string& code : std::exchange(touched_areas_, {})) {
    transaction.writes.push_back(
        {absl::StrCat(kAreaPrefix, code), area_names_[code], std::nullopt});
  }
  transaction.writes.push_back({absl::StrCat(kStreamPrefix, stream),
                                watch::EncodeBasis(reached), std::nullopt});
  const absl::StatusOr<ledger::Committed> committed =
      ledger::CommitAndWait(ledger_, std::move(transaction));
  if (!committed.ok()) return committed.status();
  cursors_[stream] = cursor;
  complete_ = cursors_.size() == Parts().size();
  if (committed->revision % kKeptRevisions != 0) return absl::OkStatus();
  return ledger_->Compact(committed->revision - kKeptRevisions);
}

std::string PictureFeed::CursorOf(const std::string& stream) const {
  base::MutexLock lock(&mutex_);
  const auto found = cursors_.find(stream);
  return found == cursors_.end() ? "" : found->second;
}

// Before the view shows it: who reads the view first and asks then is not told
// of an earlier time.
void PictureFeed::NoteRecorded(absl::Time recorded) {
  base::MutexLock lock(&moments_mutex_);
  newest_ = std::max(newest_, recorded);
}

absl::Time PictureFeed::Newest() const {
  base::MutexLock lock(&moments_mutex_);
  return newest_;
}

void PictureFeed::NoteWhole(absl::Time moment) {
  base::MutexLock lock(&moments_mutex_);
  whole_up_to_ = std::max(whole_up_to_, moment);
}

absl::Time PictureFeed::WholeUpTo() const {
  base::MutexLock lock(&moments_mutex_);
  return whole_up_to_;
}

}  // namespace lagesbild::gateway
