#include "services/proximity/proximity_component.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "lib/access/policy.h"
#include "lib/base/status.h"
#include "lib/rpc/status.h"
#include "services/proximity/proximity_records.h"

namespace lagesbild::proximity {
namespace {

// Checks, long lists and reads of history; two may be stuck in storage.
constexpr int kExecutorThreads = 4;

// The parts of watch::Reach.
constexpr char kViewPart[] = "view";
constexpr char kSitesPart[] = "sites";
constexpr char kAreasPart[] = "areas";

watch::Reach::Parts ReachParts() {
  return {{kViewPart, {kServiceName}},
          {kSitesPart, {"registry"}},
          {kAreasPart, {"registry"}}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProximityComponent>> ProximityComponent::Open(
    ProximityDeps deps) {
  auto component = absl::WrapUnique(new ProximityComponent(std::move(deps)));
  LB_RETURN_IF_ERROR(component->Build());
  return component;
}

ProximityComponent::ProximityComponent(ProximityDeps deps)
    : deps_(std::move(deps)),
      presenter_(deps_.region, &redactor_),
      store_id_(deps_.ledger->StoreId()),
      executor_(std::make_unique<base::ThreadPool>(kExecutorThreads)),
      import_thread_(std::make_unique<base::ThreadPool>(1)),
      turnstile_(executor_.get()),
      reach_(std::make_unique<watch::Reach>(ReachParts(), deps_.clock)),
      areas_reach_(std::make_unique<watch::Reach>(
          watch::Reach::Parts{{kAreasPart, {"registry"}}}, deps_.clock)) {}

ProximityComponent::~ProximityComponent() {
  if (handlers_ == nullptr) return;
  StopFollowing();
  layer_work_->Stop();
  view_->RemoveListener(this);
  // Who waits is answered while there is still something to answer from.
  areas_reach_->Stop();
  reach_->Stop();
  // What is under way works with the view and runs on the executor.
  turnstile_.AwaitLeft();
  view_->Stop();
  handlers_->AwaitIdle();
}

absl::Status ProximityComponent::Build() {
  LB_RETURN_IF_ERROR(CreateDefaultLayer());
  LB_ASSIGN_OR_RETURN(view_,
                      view::View<ProximityState>::Open(
                          deps_.ledger,
                          [logger = deps_.logger] {
                            return std::make_unique<ProximityState>(logger);
                          },
                          deps_.clock, executor_.get(), deps_.logger));
  compactor_ = std::make_unique<view::Compactor>(
      view_->core(), deps_.ledger, deps_.logger, deps_.ids->NewId());
  compactor_->Start();
  writer_ =
      std::make_unique<view::Writer<ProximityState>>(view_.get(), deps_.ledger);
  Backend backend = MakeBackend();
  layer_work_ = std::make_unique<LayerWork>(backend, deps_.max_layer_exposures);
  view_->AddListener(this);
  backend.layer_work = layer_work_.get();
  Serve(backend);
  follower_ = std::make_unique<ProximityFollower>(
      backend, deps_.registry, presenter_.RegionName(), deps_.follower);
  follower_->Start();
  days_ = std::make_unique<base::Repeater>(deps_.day_check,
                                           [this] { LookAtTheDay(); });
  return absl::OkStatus();
}

absl::Status ProximityComponent::CreateDefaultLayer() {
  const Layer layer = DefaultLayer();
  ledger::Transaction transaction;
  transaction.meta.actor = kServiceName;
  transaction.meta.cause = "CreateDefaultLayer";
  transaction.writes.push_back(
      {absl::StrCat(kLayerPrefix, layer.id), EncodeLayer(layer), 0});
  const absl::Status created =
      ledger::CommitAndWait(deps_.ledger, std::move(transaction)).status();
  // There it is already.
  return absl::IsAborted(created) ? absl::OkStatus() : created;
}

Backend ProximityComponent::MakeBackend() {
  return {.ledger = deps_.ledger,
          .view = view_.get(),
          .writer = writer_.get(),
          .turnstile = &turnstile_,
          .reach = reach_.get(),
          .areas_reach = areas_reach_.get(),
          .presenter = &presenter_,
          .clock = deps_.clock,
          .executor = executor_.get(),
          .imports = import_thread_.get(),
          .logger = deps_.logger,
          .store_id = store_id_};
}

void ProximityComponent::Serve(const Backend& backend) {
  deps_.watch.service = kServiceName;
  deps_.watch.to_grpc_status = rpc::ToGrpc;
  hub_ = std::make_unique<watch::WatchHub>(view_->core(), deps_.ledger,
                                           deps_.clock, executor_.get(),
                                           deps_.logger, deps_.watch);
  rpc::HandlerOptions options = deps_.handlers;
  options.reached = reached();
  if (!options.policy) options.policy = access::CheckRule;
  handlers_ = std::make_unique<rpc::Handlers>(
      std::move(options), std::vector<std::string>{kProximityAnalysis});
  service_ =
      std::make_unique<ProximityService>(backend, handlers_.get(), hub_.get());
}

bool ProximityComponent::Ready() const {
  if (draining_) return false;
  return view_->Read([](const ProximityState& state, const ledger::Head&) {
    return !state.basis().empty();
  });
}

void ProximityComponent::Drain() {
  draining_ = true;
  hub_->Drain();
  layer_work_->Retire();
  StopFollowing();
}

void ProximityComponent::StopFollowing() {
  days_.reset();
  if (follower_ != nullptr) follower_->Stop();
}

void ProximityComponent::LookAtTheDay() {
  const base::Date today = base::DateInSweden(deps_.clock->Now());
  const auto day = view_->Read([](const ProximityState& state,
                                  const ledger::Head&) { return state.day(); });
  if (day && *day < today) follower_->RollDay([](const absl::Status&) {});
}

rpc::Reached ProximityComponent::reached() {
  return [this](const access::v1::ConsistencyToken& token,
                absl::Duration within, std::function<void(absl::Status)> done) {
    reach_->WhenReached(token, within, std::move(done));
  };
}

void ProximityComponent::OnRevision(
    std::shared_ptr<const ledger::RevisionChanges>) {
  UpdateReach();
}

void ProximityComponent::OnReload(const ledger::Head&) { UpdateReach(); }

void ProximityComponent::UpdateReach() {
  access::v1::ConsistencyToken own;
  watch::Basis sites, areas;
  bool layer_pending = false;
  view_->Read([&](const ProximityState& state, const ledger::Head& head) {
    access::v1::Position* position = own.add_positions();
    position->set_service(kServiceName);
    position->set_store_id(store_id_);
    position->set_revision(head.revision);
    sites = state.sites().reached;
    areas = state.areas().reached;
    for (const auto& [id, layer] : state.inventory().layers()) {
      layer_pending |= layer.pending.has_value();
    }
  });
  if (layer_pending) layer_work_->Wake();
  reach_->Update(kViewPart, {own.positions(0)});
  reach_->Update(kSitesPart, sites);
  reach_->Update(kAreasPart, areas);
  areas_reach_->Update(kAreasPart, areas);
}

}  // namespace lagesbild::proximity
