#include "services/interventions/interventions_component.h"

#include <utility>

#include "absl/memory/memory.h"
#include "lib/access/policy.h"
#include "lib/base/status.h"
#include "lib/rpc/status.h"

namespace lagesbild::interventions {
namespace {

// Commits in turn, long lists and reads of history; two may be stuck in
// storage.
constexpr int kExecutorThreads = 4;

// The parts of watch::Reach: the view, and what the gaps in it reflect.
constexpr char kViewPart[] = "view";
constexpr char kGapsPart[] = "gaps";

watch::Reach::Parts ReachParts() {
  return {{kViewPart, {kServiceName}}, {kGapsPart, {"registry", "proximity"}}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<InterventionsComponent>>
InterventionsComponent::Open(InterventionsDeps deps) {
  auto component =
      absl::WrapUnique(new InterventionsComponent(std::move(deps)));
  LB_RETURN_IF_ERROR(component->Build());
  return component;
}

InterventionsComponent::InterventionsComponent(InterventionsDeps deps)
    : deps_(std::move(deps)),
      presenter_(deps_.region, &redactor_),
      store_id_(deps_.ledger->StoreId()),
      executor_(std::make_unique<base::ThreadPool>(kExecutorThreads)),
      turnstile_(executor_.get()),
      reach_(std::make_unique<watch::Reach>(ReachParts(), deps_.clock)) {}

InterventionsComponent::~InterventionsComponent() {
  if (handlers_ == nullptr) return;
  StopFollowing();
  view_->RemoveListener(this);
  // Who waits is answered while there is still something to answer from.
  reach_->Stop();
  // What is under way works with the view and runs on the executor.
  turnstile_.AwaitLeft();
  view_->Stop();
  handlers_->AwaitIdle();
}

absl::Status InterventionsComponent::Build() {
  LB_ASSIGN_OR_RETURN(view_,
                      view::View<InterventionsState>::Open(
                          deps_.ledger,
                          [logger = deps_.logger] {
                            return std::make_unique<InterventionsState>(logger);
                          },
                          deps_.clock, executor_.get(), deps_.logger));
  compactor_ = std::make_unique<view::Compactor>(
      view_->core(), deps_.ledger, deps_.logger, deps_.ids->NewId());
  compactor_->Start();
  writer_ = std::make_unique<view::Writer<InterventionsState>>(view_.get(),
                                                               deps_.ledger);
  view_->AddListener(this);
  const Backend backend = MakeBackend();
  Serve(backend);
  follower_ = std::make_unique<InterventionsFollower>(
      backend, deps_.registry, deps_.proximity, deps_.follower);
  follower_->Start();
  days_ = std::make_unique<base::Repeater>(deps_.day_check,
                                           [this] { LookAtTheDay(); });
  return absl::OkStatus();
}

Backend InterventionsComponent::MakeBackend() {
  return {.ledger = deps_.ledger,
          .view = view_.get(),
          .writer = writer_.get(),
          .turnstile = &turnstile_,
          .presenter = &presenter_,
          .clock = deps_.clock,
          .ids = deps_.ids,
          .executor = executor_.get(),
          .logger = deps_.logger,
          .store_id = store_id_};
}

void InterventionsComponent::Serve(const Backend& backend) {
  deps_.watch.service = kServiceName;
  deps_.watch.to_grpc_status = rpc::ToGrpc;
  hub_ = std::make_unique<watch::WatchHub>(view_->core(), deps_.ledger,
                                           deps_.clock, executor_.get(),
                                           deps_.logger, deps_.watch);
  rpc::HandlerOptions options = deps_.handlers;
  options.reached = reached();
  if (!options.policy) options.policy = access::CheckRule;
  handlers_ = std::make_unique<rpc::Handlers>(
      std::move(options), std::vector<std::string>{kInterventionTracking});
  service_ = std::make_unique<InterventionsService>(backend, handlers_.get(),
                                                    hub_.get());
}

bool InterventionsComponent::Ready() const {
  if (draining_) return false;
  return view_->Read([](const InterventionsState& state, const ledger::Head&) {
    return !state.basis().empty();
  });
}

void InterventionsComponent::Drain() {
  draining_ = true;
  hub_->Drain();
  StopFollowing();
}

void InterventionsComponent::StopFollowing() {
  days_.reset();
  if (follower_ != nullptr) follower_->Stop();
}

void InterventionsComponent::LookAtTheDay() {
  const base::Date today = base::DateInSweden(deps_.clock->Now());
  const auto day = view_->Read([](const InterventionsState& state,
                                  const ledger::Head&) { return state.day(); });
  if (!day || *day < today) follower_->RollDay([](const absl::Status&) {});
}

rpc::Reached InterventionsComponent::reached() {
  return [this](const access::v1::ConsistencyToken& token,
                absl::Duration within, std::function<void(absl::Status)> done) {
    reach_->WhenReached(token, within, std::move(done));
  };
}

void InterventionsComponent::OnRevision(
    std::shared_ptr<const ledger::RevisionChanges>) {
  UpdateReach();
}

void InterventionsComponent::OnReload(const ledger::Head&) { UpdateReach(); }

void InterventionsComponent::UpdateReach() {
  ledger::Revision revision = 0;
  const watch::Basis basis = view_->Read(
      [&](const InterventionsState& state, const ledger::Head& head) {
        revision = head.revision;
        return state.basis();
      });
  reach_->Update(kGapsPart, basis);
  reach_->Update(kViewPart, {OwnPosition(store_id_, revision)});
}

}  // namespace lagesbild::interventions
