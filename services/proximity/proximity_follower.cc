#include "services/proximity/proximity_follower.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"
#include "services/proximity/proximity_commit.h"

namespace lagesbild::proximity {
namespace {

// A commit that takes longer is given up; the stream then starts anew.
constexpr absl::Duration kCommitBudget = absl::Seconds(30);
// How long sites wait for the areas of their revision before the stream starts
// anew.
constexpr absl::Duration kAreasBudget = absl::Seconds(10);

template <typename Request>
Request RequestFor(const std::string& parent) {
  Request request;
  request.set_parent(parent);
  return request;
}

watch::FollowerOptions Named(watch::FollowerOptions options, const char* what) {
  options.name = absl::StrCat("proximity follows the registry's ", what);
  options.from_grpc_status = rpc::FromGrpc;
  return options;
}

}  // namespace

ProximityFollower::ProximityFollower(const Backend& backend,
                                     std::shared_ptr<grpc::Channel> registry,
                                     const std::string& parent,
                                     watch::FollowerOptions options)
    : backend_(backend),
      stub_(registry::v1::SiteRegistry::NewStub(registry)),
      sites_(
          RequestFor<registry::v1::WatchSitesRequest>(parent),
          [stub = stub_](auto* context, const auto* request, auto* reactor) {
            rpc::SetMember(kServiceName, absl::InfiniteDuration(), context);
            stub->async()->WatchSites(context, request, reactor);
          },
          [this] {
            return sites_opened_.Note(StoredCursor(&ProximityState::sites));
          },
          [this](std::vector<SiteDelivery> deliveries, Done done) {
            OnSites(deliveries, std::move(done));
          },
          backend.clock, backend.logger, Named(options, "sites")),
      areas_(
          RequestFor<registry::v1::WatchAreasRequest>(parent),
          [stub = stub_](auto* context, const auto* request, auto* reactor) {
            rpc::SetMember(kServiceName, absl::InfiniteDuration(), context);
            stub->async()->WatchAreas(context, request, reactor);
          },
          [this] {
            return areas_opened_.Note(StoredCursor(&ProximityState::areas));
          },
          [this](std::vector<AreaDelivery> deliveries, Done done) {
            OnAreas(deliveries, std::move(done));
          },
          backend.clock, backend.logger, Named(options, "areas")) {}

void ProximityFollower::Start() {
  areas_.Start();
  sites_.Start();
}

void ProximityFollower::Stop() {
  sites_.Stop();
  areas_.Stop();
}

void ProximityFollower::RollDay(Done done) {
  Commit(
      backend_, "RollDay",
      [](const ProximityState&, CommitBuilder*) { return absl::OkStatus(); },
      std::move(done));
}

void ProximityFollower::OnSites(const std::vector<SiteDelivery>& deliveries,
                                Done done) {
  auto runs = std::make_shared<const Runs>(
      Runs{OncePerSite(ReadSites(deliveries, backend_.logger)),
           sites_opened_.Last()});
  access::v1::ConsistencyToken token;
  *token.add_positions() =
      watch::PositionOf(deliveries.back().reached, "registry");
  // Whether they came is looked at again when it is decided.
  backend_.areas_reach->WhenReached(
      token, kAreasBudget,
      [backend = backend_, runs = std::move(runs), done = std::move(done)](
          const absl::Status&) { TakeInTurn(backend, runs, 0, done); });
}

void ProximityFollower::TakeInTurn(const Backend& backend,
                                   std::shared_ptr<const Runs> runs,
                                   std::size_t next, Done done) {
  if (next == runs->runs.size()) return done(absl::OkStatus());
  Commit(
      backend, "WatchSites",
      [runs, next](const ProximityState& state, CommitBuilder* builder) {
        return TakeSites(state, runs->runs[next], runs->refused, builder);
      },
      [backend, runs, next, done = std::move(done)](const absl::Status& taken) {
        if (!taken.ok()) return done(taken);
        TakeInTurn(backend, runs, next + 1, done);
      });
}

void ProximityFollower::OnAreas(const std::vector<AreaDelivery>& deliveries,
                                Done done) {
  Commit(
      backend_, "WatchAreas",
      [news = ReadAreas(deliveries, backend_.logger),
       refused = areas_opened_.Last()](const ProximityState& state,
                                       CommitBuilder* builder) {
        return TakeAreas(state, news, refused, builder);
      },
      std::move(done));
}

void ProximityFollower::Commit(const Backend& backend, const char* cause,
                               Take take, Done done) {
  ledger::Meta meta;
  meta.actor = kServiceName;
  meta.cause = cause;
  auto decide =
      [take = std::move(take), clock = backend.clock](
          const ProximityState& state) -> absl::StatusOr<ledger::Transaction> {
    CommitBuilder builder(state, base::DateInSweden(clock->Now()));
    const absl::Status taken = take(state, &builder);
    if (!taken.ok()) return taken;
    builder.Derive();
    return builder.Take();
  };
  backend.turnstile->Enter([writer = backend.writer, meta = std::move(meta),
                            decide = std::move(decide), done = std::move(done)](
                               base::Turnstile::Leave leave) {
    writer->Mutate(
        meta, decide, kCommitBudget,
        [leave, done](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          done(committed.status());
        });
  });
}

std::string ProximityFollower::StoredCursor(
    const watch::Followed& (ProximityState::*which)() const) {
  return backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head&) {
        return (state.*which)().cursor;
      });
}

}  // namespace lagesbild::proximity
