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

using Done = std::function<void(absl::Status)>;
using Take = std::function<absl::Status(const ProximityState&, CommitBuilder*)>;
// Each is a commit of its own.
using Takes = std::vector<Take>;

// One commit after the other, from `next` on, until one fails. What is passed
// lives on in the callbacks, so the follower may go before the last of them.
void CommitFrom(const Backend& backend, const char* cause,
                const std::shared_ptr<const Takes>& takes, std::size_t next,
                const base::Turnstile::Leave& leave, const Done& done) {
  ledger::Meta meta;
  meta.actor = kServiceName;
  meta.cause = cause;
  const auto decide =
      [takes, next, clock = backend.clock](
          const ProximityState& state) -> absl::StatusOr<ledger::Transaction> {
    CommitBuilder builder(state, base::DateInSweden(clock->Now()));
    const absl::Status taken = (*takes)[next](state, &builder);
    if (!taken.ok()) return taken;
    builder.Derive();
    return builder.Take();
  };
  backend.writer->Mutate(
      std::move(meta), decide, kCommitBudget,
      [=](const absl::StatusOr<ledger::Committed>& committed) {
        if (committed.ok() && next + 1 < takes->size()) {
          return CommitFrom(backend, cause, takes, next + 1, leave, done);
        }
        leave();
        done(committed.status());
      });
}

// In one turn, whose end whoever goes waits for.
void CommitAll(const Backend& backend, const char* cause, Takes takes,
               const Done& done) {
  auto shared = std::make_shared<const Takes>(std::move(takes));
  backend.turnstile->Enter([=](const base::Turnstile::Leave& leave) {
    CommitFrom(backend, cause, shared, 0, leave, done);
  });
}

Takes TakesOf(std::vector<std::vector<News<Site>>> runs,
              const std::string& refused) {
  Takes takes;
  for (std::vector<News<Site>>& run : runs) {
    takes.push_back([news = std::move(run), refused](
                        const ProximityState& state, CommitBuilder* builder) {
      return TakeSites(state, news, refused, builder);
    });
  }
  return takes;
}

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

ProximityFollower::ProximityFollower(
    const Backend& backend, const std::shared_ptr<grpc::Channel>& registry,
    const std::string& parent, const watch::FollowerOptions& options)
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
          [this](const std::vector<SiteDelivery>& deliveries, Done done) {
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
          [this](const std::vector<AreaDelivery>& deliveries, Done done) {
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
  const Take nothing = [](const ProximityState&, CommitBuilder*) {
    return absl::OkStatus();
  };
  CommitAll(backend_, "RollDay", {nothing}, done);
}

void ProximityFollower::OnSites(const std::vector<SiteDelivery>& deliveries,
                                Done done) {
  Takes takes = TakesOf(OncePerSite(ReadSites(deliveries, backend_.logger)),
                        sites_opened_.Last());
  access::v1::ConsistencyToken token;
  *token.add_positions() =
      watch::PositionOf(deliveries.back().reached, "registry");
  // Whether they came is looked at again when it is decided.
  backend_.areas_reach->WhenReached(
      token, kAreasBudget,
      [backend = backend_, takes = std::move(takes),
       done = std::move(done)](const absl::Status&) {
        CommitAll(backend, "WatchSites", takes, done);
      });
}

void ProximityFollower::OnAreas(const std::vector<AreaDelivery>& deliveries,
                                Done done) {
  const Take take = [news = ReadAreas(deliveries, backend_.logger),
                     refused = areas_opened_.Last()](
                        const ProximityState& state, CommitBuilder* builder) {
    return TakeAreas(state, news, refused, builder);
  };
  CommitAll(backend_, "WatchAreas", {take}, done);
}

std::string ProximityFollower::StoredCursor(
    const watch::Followed& (ProximityState::*which)() const) {
  return backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head&) {
        return (state.*which)().cursor;
      });
}

}  // namespace lagesbild::proximity
