#include "services/notifications/notifications_follower.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"
#include "services/notifications/notifications_records.h"
#include "services/notifications/upstream_words.h"

namespace lagesbild::notifications {
namespace {

constexpr char kMember[] = "notifications";
// How long a derived commit may take until the view shows it.
constexpr absl::Duration kCommitBudget = absl::Seconds(30);

// Members of the suite see everything, for as long as the stream lasts.
void AsMember(grpc::ClientContext* context) {
  rpc::SetMember(kMember, absl::InfiniteDuration(), context);
}

}  // namespace

template <typename Request, typename Response, typename Tell>
std::unique_ptr<watch::Follower<Request, Response>>
NotificationsFollower::Follow(
    const std::string& upstream, const std::string& region,
    typename watch::Follower<Request, Response>::Open open, Tell tell,
    watch::FollowerOptions options) {
  Request filter;
  filter.set_parent(absl::StrCat("regions/", region));
  options.name = absl::StrCat(kMember, " follows ", upstream);
  options.from_grpc_status = rpc::FromGrpc;
  auto opened = std::make_shared<Opened>();
  const auto consume = [this, upstream, opened, tell](
                           std::vector<watch::Delivery<Response>> deliveries,
                           TakenFn done) {
    std::vector<Told> told;
    for (watch::Delivery<Response>& d : deliveries) {
      const bool whole = d.kind == watch::DeliveryKind::kSnapshot;
      told.push_back({d.kind, std::move(d.cursor), d.recorded_time,
                      std::move(d.reached),
                      [parts = std::move(d.parts), whole, tell](
                          const Origin& origin, Decision* decision) {
                        tell(parts, whole, origin, decision);
                      }});
    }
    Take(upstream, opened->cursor, std::move(told), std::move(done));
  };
  return std::make_unique<watch::Follower<Request, Response>>(
      std::move(filter), std::move(open), CursorLoader(upstream, opened),
      consume, clock_, logger_, std::move(options));
}

NotificationsFollower::NotificationsFollower(
    view::View<NotificationsState>* view, ledger::Ledger* ledger,
    const base::Clock* clock, base::Logger* logger, const std::string& region,
    const Upstreams& upstreams, watch::FollowerOptions options)
    : view_(view),
      clock_(clock),
      logger_(logger),
      writer_(view, ledger),
      registry_(registry::v1::SiteRegistry::NewStub(upstreams.registry)),
      proximity_(
          proximity::v1::ProximityAnalysis::NewStub(upstreams.proximity)),
      interventions_(interventions::v1::InterventionTracking::NewStub(
          upstreams.interventions)) {
  sites_ =
      Follow<registry::v1::WatchSitesRequest, registry::v1::WatchSitesResponse>(
          kRegistry, region,
          [this](auto* context, auto* request, auto* reactor) {
            AsMember(context);
            registry_->async()->WatchSites(context, request, reactor);
          },
          TellSites, options);
  exposures_ = Follow<proximity::v1::WatchExposuresRequest,
                      proximity::v1::WatchExposuresResponse>(
      kProximity, region,
      [this](auto* context, auto* request, auto* reactor) {
        AsMember(context);
        proximity_->async()->WatchExposures(context, request, reactor);
      },
      TellExposures, options);
  gaps_ = Follow<interventions::v1::WatchCoverageGapsRequest,
                 interventions::v1::WatchCoverageGapsResponse>(
      kInterventions, region,
      [this](auto* context, auto* request, auto* reactor) {
        AsMember(context);
        interventions_->async()->WatchCoverageGaps(context, request, reactor);
      },
      TellGaps, options);
}

void NotificationsFollower::Start() {
  sites_->Start();
  exposures_->Start();
  gaps_->Start();
}

void NotificationsFollower::Stop() {
  sites_->Stop();
  exposures_->Stop();
  gaps_->Stop();
}

NotificationsFollower::~NotificationsFollower() {
  Stop();
  base::MutexLock lock(&mutex_);
  while (committing_ > 0) idle_.Wait(&mutex_);
}

void NotificationsFollower::Enter() {
  base::MutexLock lock(&mutex_);
  ++committing_;
}

void NotificationsFollower::Leave() {
  base::MutexLock lock(&mutex_);
  --committing_;
  idle_.SignalAll();
}

std::function<std::string()> NotificationsFollower::CursorLoader(
    const std::string& upstream, std::shared_ptr<Opened> opened) {
  return [this, upstream, opened = std::move(opened)] {
    opened->cursor =
        view_->Read([&](const NotificationsState& state, const ledger::Head&) {
          return state.FollowedOf(upstream).cursor;
        });
    return opened->cursor;
  };
}

void NotificationsFollower::Take(const std::string& upstream,
                                 const std::string& refused,
                                 std::vector<Told> told, TakenFn done) {
  ledger::Meta meta;
  meta.actor = kMember;
  meta.cause = upstream;
  auto shared = std::make_shared<const std::vector<Told>>(std::move(told));
  Enter();
  writer_.Mutate(
      std::move(meta),
      [upstream, refused, shared,
       clock = clock_](const NotificationsState& state) {
        return Derive(state, upstream, *shared, refused, clock->Now());
      },
      kCommitBudget,
      [this,
       done = std::move(done)](absl::StatusOr<ledger::Committed> committed) {
        done(committed.status());
        Leave();
      });
}

}  // namespace lagesbild::notifications
