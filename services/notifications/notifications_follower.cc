#include "services/notifications/notifications_follower.h"

#include <type_traits>
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
  // Another layer that is added or removed is no news of the world.
  if constexpr (std::is_same_v<Request, proximity::v1::WatchExposuresRequest>) {
    filter.set_filter(absl::StrCat("layer = \"", filter.parent(),
                                   "/layers/primary-schools-500\""));
  }
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
    base::Executor* executor, const base::Clock* clock, base::Logger* logger,
    const std::string& region, const Upstreams& upstreams,
    const watch::FollowerOptions& options)
    : view_(view),
      clock_(clock),
      logger_(logger),
      writer_(view, ledger),
      turnstile_(executor),
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
  // What is under way works with the view and runs on the executor.
  turnstile_.AwaitLeft();
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
  auto decide = [upstream, refused, clock = clock_,
                 shared = std::make_shared<const std::vector<Told>>(
                     std::move(told))](const NotificationsState& state) {
    return Derive(state, upstream, *shared, refused, clock->Now());
  };
  turnstile_.Enter([this, meta = std::move(meta), decide = std::move(decide),
                    done = std::move(done)](base::Turnstile::Leave leave) {
    writer_.Mutate(
        meta, decide, kCommitBudget,
        [leave, done](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          done(committed.status());
        });
  });
}

}  // namespace lagesbild::notifications
