#include "services/interventions/interventions_follower.h"

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/rpc/channel.h"
#include "lib/rpc/status.h"

namespace lagesbild::interventions {
namespace {

// A commit that takes longer is given up; the stream then starts anew.
constexpr absl::Duration kCommitBudget = absl::Seconds(30);

using Done = std::function<void(absl::Status)>;
// True: there is more to take.
using Take = std::function<absl::StatusOr<bool>(const InterventionsState&,
                                                CommitBuilder*)>;
using Decide = view::Writer<InterventionsState>::Decide;

registry::v1::WatchSitesRequest SitesOf(const Presenter& presenter) {
  registry::v1::WatchSitesRequest request;
  request.set_parent(presenter.RegionName());
  return request;
}

proximity::v1::WatchExposuresRequest ExposuresOf(const Presenter& presenter) {
  proximity::v1::WatchExposuresRequest request;
  request.set_parent(presenter.RegionName());
  request.set_filter(
      absl::StrCat("layer = \"", presenter.LayerName(kDefaultLayer), "\""));
  // Gaps of other days follow from the places of those days.
  request.set_all_dates(true);
  return request;
}

watch::FollowerOptions Named(watch::FollowerOptions options, const char* what) {
  options.name = absl::StrCat("interventions follows ", what);
  options.from_grpc_status = rpc::FromGrpc;
  return options;
}

Decide DecideWith(const Backend& backend, const Take& take,
                  std::shared_ptr<std::atomic<bool>> more) {
  return [take, more = std::move(more),
          clock = backend.clock](const InterventionsState& state)
             -> absl::StatusOr<ledger::Transaction> {
    CommitBuilder builder(state, NowOf(*clock));
    const absl::StatusOr<bool> taken = take(state, &builder);
    if (!taken.ok()) return taken.status();
    *more = *taken;
    return builder.Finish();
  };
}

// One commit after the other until everything is taken. What is passed lives on
// in the callbacks, so the follower may go before the last of them.
void CommitOn(const Backend& backend, const char* cause, const Take& take,
              const base::Turnstile::Leave& leave, const Done& done) {
  ledger::Meta meta;
  meta.actor = kServiceName;
  meta.cause = cause;
  auto more = std::make_shared<std::atomic<bool>>(false);
  backend.writer->Mutate(
      std::move(meta), DecideWith(backend, take, more), kCommitBudget,
      [=](const absl::StatusOr<ledger::Committed>& committed) {
        if (committed.ok() && *more) {
          return CommitOn(backend, cause, take, leave, done);
        }
        leave();
        done(committed.status());
      });
}

void CommitAll(const Backend& backend, const char* cause, const Take& take,
               const Done& done) {
  backend.turnstile->Enter([=](const base::Turnstile::Leave& leave) {
    CommitOn(backend, cause, take, leave, done);
  });
}

}  // namespace

InterventionsFollower::InterventionsFollower(
    const Backend& backend, const std::shared_ptr<grpc::Channel>& registry,
    const std::shared_ptr<grpc::Channel>& proximity,
    const watch::FollowerOptions& options)
    : backend_(backend),
      registry_(registry::v1::SiteRegistry::NewStub(registry)),
      proximity_(proximity::v1::ProximityAnalysis::NewStub(proximity)),
      sites_(
          SitesOf(*backend.presenter),
          [stub = registry_](auto* context, const auto* request,
                             auto* reactor) {
            rpc::SetMember(kServiceName, absl::InfiniteDuration(), context);
            stub->async()->WatchSites(context, request, reactor);
          },
          [this] {
            return sites_opened_.Note(
                StoredCursor(&InterventionsState::registry));
          },
          [this](const std::vector<SiteDelivery>& deliveries, Done done) {
            OnSites(deliveries, std::move(done));
          },
          backend.clock, backend.logger, Named(options, "the registry")),
      exposures_(
          ExposuresOf(*backend.presenter),
          [stub = proximity_](auto* context, const auto* request,
                              auto* reactor) {
            rpc::SetMember(kServiceName, absl::InfiniteDuration(), context);
            stub->async()->WatchExposures(context, request, reactor);
          },
          [this] {
            return exposures_opened_.Note(
                StoredCursor(&InterventionsState::proximity));
          },
          [this](const std::vector<ExposureDelivery>& deliveries, Done done) {
            OnExposures(deliveries, std::move(done));
          },
          backend.clock, backend.logger, Named(options, "proximity")) {}

void InterventionsFollower::Start() {
  sites_.Start();
  exposures_.Start();
}

void InterventionsFollower::Stop() {
  sites_.Stop();
  exposures_.Stop();
}

void InterventionsFollower::RollDay(Done done) {
  CommitAll(
      backend_, "RollDay",
      [clock = backend_.clock](const InterventionsState&,
                               CommitBuilder* builder) {
        builder->RollDay(base::DateInSweden(clock->Now()));
        return false;
      },
      done);
}

void InterventionsFollower::OnSites(const std::vector<SiteDelivery>& deliveries,
                                    Done done) {
  CommitAll(
      backend_, "WatchSites",
      [news = ReadSites(deliveries), refused = sites_opened_.Last()](
          const InterventionsState& state, CommitBuilder* builder) {
        return TakeNews(state.registry(), news, refused, builder);
      },
      done);
}

void InterventionsFollower::OnExposures(
    const std::vector<ExposureDelivery>& deliveries, Done done) {
  CommitAll(
      backend_, "WatchExposures",
      [news = ReadExposures(deliveries), refused = exposures_opened_.Last()](
          const InterventionsState& state, CommitBuilder* builder) {
        return TakeNews(state.proximity(), news, refused, builder);
      },
      done);
}

std::string InterventionsFollower::StoredCursor(
    const watch::Followed& (InterventionsState::*which)() const) {
  return backend_.view->Read(
      [&](const InterventionsState& state, const ledger::Head&) {
        return (state.*which)().cursor;
      });
}

}  // namespace lagesbild::interventions
