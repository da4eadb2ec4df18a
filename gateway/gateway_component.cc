#include "gateway/gateway_component.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"
#include "lib/ledger/memory_ledger.h"

namespace lagesbild::gateway {
namespace {

constexpr char kRegistry[] = "lagesbild.registry.v1.SiteRegistry";
constexpr char kProximity[] = "lagesbild.proximity.v1.ProximityAnalysis";
constexpr char kInterventions[] =
    "lagesbild.interventions.v1.InterventionTracking";
constexpr char kNotifications[] =
    "lagesbild.notifications.v1.AgencyNotifications";
constexpr char kPicture[] = "lagesbild.picture.v1.RegionalPicture";

// For what takes long but never waits: snapshots, figures, answers.
constexpr int kThreads = 2;

std::unique_ptr<Routes> MakeRoutes(const GatewayDeps& deps) {
  const Upstreams& upstreams = deps.upstreams;
  return std::make_unique<Routes>(
      std::vector<Backend>{
          {"registry", kRegistry, upstreams.registry},
          {"proximity", kProximity, upstreams.proximity},
          {"interventions", kInterventions, upstreams.interventions},
          {"notifications", kNotifications, upstreams.notifications}},
      deps.metrics, deps.access_log);
}

// What the policy is about: what is proxied, and what is served here.
access::Policy::Services AllServices(const Routes& routes) {
  access::Policy::Services services = routes.services();
  services.push_back(
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          kPicture));
  return services;
}

}  // namespace

// Tells those who wait how far the streams are in the view.
class GatewayComponent::ReachListener final : public view::ViewListener {
 public:
  ReachListener(view::View<PictureState>* view, watch::Reach* reach)
      : view_(view), reach_(reach) {
    view_->AddListener(this);
  }
  ~ReachListener() override { view_->RemoveListener(this); }

  void OnRevision(
      std::shared_ptr<const ledger::RevisionChanges> changes) override {
    for (const ledger::Change& change : changes->changes) {
      absl::string_view stream = change.key;
      if (!absl::ConsumePrefix(&stream, kStreamPrefix)) continue;
      reach_->Update(std::string(stream),
                     watch::DecodeBasis(change.after.value_or("")));
    }
  }
  void OnReload(const ledger::Head&) override {
    const auto streams =
        view_->Read([](const PictureState& state, const ledger::Head&) {
          return state.streams();
        });
    for (const auto& [stream, reached] : streams) {
      reach_->Update(stream, reached);
    }
  }

 private:
  view::View<PictureState>* const view_;
  watch::Reach* const reach_;
};

absl::StatusOr<std::unique_ptr<GatewayComponent>> GatewayComponent::Open(
    const GatewayOptions& options, const GatewayDeps& deps) {
  auto component = absl::WrapUnique(new GatewayComponent());
  component->routes_ = MakeRoutes(deps);
  LB_ASSIGN_OR_RETURN(
      component->rules_,
      AccessRules::Open(options, AllServices(*component->routes_), deps.clock,
                        deps.logger));
  component->MakeProxy(options, deps);
  LB_RETURN_IF_ERROR(component->OpenPicture(options.watch, deps));
  component->feed_ = std::make_unique<PictureFeed>(
      options.region, deps.upstreams, component->ledger_.get(), deps.clock,
      deps.logger);
  component->service_ = std::make_unique<PictureService>(
      component->MakePictureDeps(options, deps));
  return component;
}

void GatewayComponent::MakeProxy(const GatewayOptions& options,
                                 const GatewayDeps& deps) {
  ProxyOptions proxy;
  proxy.routes = routes_.get();
  proxy.rules = rules_.get();
  proxy.redactor = &redactor_;
  proxy.clock = deps.clock;
  proxy.contracts = options.contracts;
  proxy_ = std::make_unique<Proxy>(proxy);
}

rpc::HandlerOptions GatewayComponent::PictureHandlers(
    const GatewayDeps& deps) const {
  rpc::HandlerOptions handlers;
  handlers.clock = deps.clock;
  handlers.logger = deps.logger;
  handlers.access_log = deps.access_log;
  handlers.metrics = deps.metrics;
  handlers.identify = [this](const grpc::ServerContextBase& context)
      -> absl::StatusOr<access::v1::Caller> {
    LB_ASSIGN_OR_RETURN(Identified who, rules_->Identify(context));
    return std::move(who.caller);
  };
  handlers.policy = [this](const google::protobuf::MethodDescriptor& method,
                           const access::v1::Caller& caller) {
    return rules_->Check(
        absl::StrCat(method.service()->full_name(), "/", method.name()),
        caller);
  };
  handlers.reached = [this](const access::v1::ConsistencyToken& token,
                            absl::Duration within,
                            std::function<void(absl::Status)> done) {
    reach_->WhenReached(token, within, std::move(done));
  };
  return handlers;
}

absl::Status GatewayComponent::OpenPicture(watch::WatchHubOptions hub,
                                           const GatewayDeps& deps) {
  executor_ = std::make_unique<base::ThreadPool>(kThreads);
  ledger_ = ledger::NewMemoryLedger(deps.clock, deps.ids);
  reach_ = std::make_unique<watch::Reach>(PictureFeed::Parts(), deps.clock);
  LB_ASSIGN_OR_RETURN(
      view_, view::View<PictureState>::Open(ledger_.get(), deps.clock,
                                            executor_.get(), deps.logger));
  reach_listener_ = std::make_unique<ReachListener>(view_.get(), reach_.get());
  hub.service = "picture";
  hub.to_grpc_status = rpc::ToGrpc;
  hub_ = std::make_unique<watch::WatchHub>(view_->core(), ledger_.get(),
                                           deps.clock, executor_.get(),
                                           deps.logger, std::move(hub));
  handlers_ = std::make_unique<rpc::Handlers>(
      PictureHandlers(deps), std::vector<std::string>{kPicture});
  return absl::OkStatus();
}

PictureDeps GatewayComponent::MakePictureDeps(const GatewayOptions& options,
                                              const GatewayDeps& deps) const {
  PictureDeps picture;
  picture.region = options.region;
  picture.upstreams = deps.upstreams;
  picture.view = view_.get();
  picture.hub = hub_.get();
  picture.reach = reach_.get();
  picture.feed = feed_.get();
  picture.handlers = handlers_.get();
  picture.redactor = &redactor_;
  picture.clock = deps.clock;
  picture.executor = executor_.get();
  picture.credential_left =
      [this, clock = deps.clock](const grpc::ServerContextBase& context) {
        const absl::StatusOr<Identified> who = rules_->Identify(context);
        return who.ok() ? who->expires - clock->Now() : absl::ZeroDuration();
      };
  return picture;
}

GatewayComponent::~GatewayComponent() {
  if (handlers_ == nullptr) return;
  reach_->Stop();
  view_->Stop();
  handlers_->AwaitIdle();
}

}  // namespace lagesbild::gateway
