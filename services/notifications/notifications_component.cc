#include "services/notifications/notifications_component.h"

#include <map>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "lib/access/policy.h"
#include "lib/base/status.h"
#include "lib/rpc/status.h"
#include "services/notifications/derivation.h"

namespace lagesbild::notifications {
namespace {

// Commits in turn, long lists and reads of history; two may be stuck in
// storage.
constexpr int kExecutorThreads = 4;
constexpr char kOwnView[] = "view";

watch::Reach::Parts Parts() {
  watch::Reach::Parts parts = Reflections();
  parts[kOwnView] = {kServiceName};
  return parts;
}

}  // namespace

class NotificationsComponent::ReachUpdater final : public view::ViewListener {
 public:
  ReachUpdater(view::View<NotificationsState>* view, watch::Reach* reach,
               std::string store_id)
      : view_(view), reach_(reach), store_id_(std::move(store_id)) {
    view_->AddListener(this);
    Update();
  }
  ~ReachUpdater() override { view_->RemoveListener(this); }

  void OnRevision(std::shared_ptr<const ledger::RevisionChanges>) override {
    Update();
  }
  void OnReload(const ledger::Head&) override { Update(); }

 private:
  void Update() {
    access::v1::Position own;
    own.set_service(kServiceName);
    own.set_store_id(store_id_);
    const auto followed = view_->Read(
        [&](const NotificationsState& state, const ledger::Head& head) {
          own.set_revision(head.revision);
          return state.followed();
        });
    for (const auto& [upstream, at] : followed) {
      reach_->Update(upstream, at.reached);
    }
    reach_->Update(kOwnView, {own});
  }

  view::View<NotificationsState>* const view_;
  watch::Reach* const reach_;
  const std::string store_id_;
};

absl::StatusOr<std::unique_ptr<NotificationsComponent>>
NotificationsComponent::Open(NotificationsDeps deps) {
  auto component =
      absl::WrapUnique(new NotificationsComponent(std::move(deps)));
  LB_RETURN_IF_ERROR(component->Build());
  return component;
}

NotificationsComponent::NotificationsComponent(NotificationsDeps deps)
    : deps_(std::move(deps)),
      presenter_(deps_.region, &redactor_),
      executor_(std::make_unique<base::ThreadPool>(kExecutorThreads)) {}

NotificationsComponent::~NotificationsComponent() {
  if (sender_ != nullptr) sender_->Stop();
  if (follower_ != nullptr) follower_->Stop();
  if (handlers_ == nullptr) return;
  reach_->Stop();
  view_->Stop();
  handlers_->AwaitIdle();
}

absl::Status NotificationsComponent::Build() {
  LB_ASSIGN_OR_RETURN(view_,
                      view::View<NotificationsState>::Open(
                          deps_.ledger,
                          [logger = deps_.logger] {
                            return std::make_unique<NotificationsState>(logger);
                          },
                          deps_.clock, executor_.get(), deps_.logger));
  compactor_ = std::make_unique<view::Compactor>(
      view_->core(), deps_.ledger, deps_.logger, deps_.ids->NewId());
  compactor_->Start();
  reach_ = std::make_unique<watch::Reach>(Parts(), deps_.clock);
  reach_updater_ = std::make_unique<ReachUpdater>(view_.get(), reach_.get(),
                                                  deps_.ledger->StoreId());
  MakeService();
  MakeWorkers();
  return absl::OkStatus();
}

Backend NotificationsComponent::MakeBackend() {
  return {.ledger = deps_.ledger,
          .view = view_.get(),
          .presenter = &presenter_,
          .clock = deps_.clock,
          .ids = deps_.ids,
          .executor = executor_.get(),
          .logger = deps_.logger,
          .targets = deps_.webhooks.targets,
          .store_id = deps_.ledger->StoreId()};
}

void NotificationsComponent::MakeService() {
  deps_.watch.service = kServiceName;
  deps_.watch.to_grpc_status = rpc::ToGrpc;
  hub_ = std::make_unique<watch::WatchHub>(view_->core(), deps_.ledger,
                                           deps_.clock, executor_.get(),
                                           deps_.logger, deps_.watch);
  rpc::HandlerOptions options = deps_.handlers;
  options.reached = reached();
  if (!options.policy) options.policy = access::CheckRule;
  handlers_ = std::make_unique<rpc::Handlers>(
      std::move(options), std::vector<std::string>{kAgencyNotifications});
  service_ = std::make_unique<NotificationsService>(
      MakeBackend(), handlers_.get(), hub_.get());
}

void NotificationsComponent::MakeWorkers() {
  follower_ = std::make_unique<NotificationsFollower>(
      view_.get(), deps_.ledger, executor_.get(), deps_.clock, deps_.logger,
      deps_.region, deps_.upstreams, deps_.follower);
  SenderOptions options;
  options.holder = deps_.ids->NewId();
  options.source = absl::StrCat("lagesbild/regions/", deps_.region);
  options.link_base = deps_.link_base;
  options.client = deps_.webhooks;
  options.random = deps_.random;
  sender_ = std::make_unique<Sender>(view_.get(), deps_.ledger, deps_.clock,
                                     deps_.logger, std::move(options));
  follower_->Start();
  sender_->Start();
}

bool NotificationsComponent::Ready() const {
  if (draining_) return false;
  return view_->Read([](const NotificationsState& state, const ledger::Head&) {
    return state.followed().size() == Reflections().size();
  });
}

void NotificationsComponent::Drain() {
  draining_ = true;
  hub_->Drain();
  follower_->Stop();
}

rpc::Reached NotificationsComponent::reached() {
  return [this](const access::v1::ConsistencyToken& token,
                absl::Duration within, std::function<void(absl::Status)> done) {
    reach_->WhenReached(token, within, std::move(done));
  };
}

}  // namespace lagesbild::notifications
