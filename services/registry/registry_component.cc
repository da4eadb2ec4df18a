#include "services/registry/registry_component.h"

#include <utility>

#include "absl/memory/memory.h"
#include "lib/access/policy.h"
#include "lib/base/mutex.h"
#include "lib/base/status.h"
#include "lib/rpc/status.h"

namespace lagesbild::registry {
namespace {

// Checks, long lists and reads of history; two may be stuck in storage.
constexpr int kExecutorThreads = 4;
constexpr absl::Duration kUpkeepBudget = absl::Seconds(30);

// A value that another thread gives.
template <typename T>
class Given {
 public:
  void Set(T value) {
    base::MutexLock lock(&mutex_);
    value_ = std::move(value);
    set_.SignalAll();
  }
  T Wait() {
    base::MutexLock lock(&mutex_);
    while (!value_) set_.Wait(&mutex_);
    return *value_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar set_;
  std::optional<T> value_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<RegistryComponent>> RegistryComponent::Open(
    RegistryDeps deps) {
  auto component = absl::WrapUnique(new RegistryComponent(std::move(deps)));
  LB_RETURN_IF_ERROR(component->Build());
  component->KeepUp();
  component->days_ = std::make_unique<base::Repeater>(
      component->deps_.day_check, [c = component.get()] { c->LookAtTheDay(); });
  return component;
}

RegistryComponent::RegistryComponent(RegistryDeps deps)
    : deps_(std::move(deps)),
      presenter_(deps_.region, &redactor_),
      executor_(std::make_unique<base::ThreadPool>(kExecutorThreads)),
      import_thread_(std::make_unique<base::ThreadPool>(1)) {}

RegistryComponent::~RegistryComponent() {
  days_.reset();
  if (handlers_ == nullptr) return;
  view_->Stop();
  handlers_->AwaitIdle();
}

absl::Status RegistryComponent::Build() {
  LB_ASSIGN_OR_RETURN(view_,
                      view::View<RegistryState>::Open(
                          deps_.ledger,
                          [logger = deps_.logger] {
                            return std::make_unique<RegistryState>(logger);
                          },
                          deps_.clock, executor_.get(), deps_.logger));
  compactor_ = std::make_unique<view::Compactor>(
      view_->core(), deps_.ledger, deps_.logger, deps_.ids->NewId());
  compactor_->Start();
  deps_.watch.service = kServiceName;
  deps_.watch.to_grpc_status = rpc::ToGrpc;
  hub_ = std::make_unique<watch::WatchHub>(view_->core(), deps_.ledger,
                                           deps_.clock, executor_.get(),
                                           deps_.logger, deps_.watch);
  const Backend backend{.ledger = deps_.ledger,
                        .view = view_.get(),
                        .presenter = &presenter_,
                        .area_sets = &area_sets_,
                        .clock = deps_.clock,
                        .ids = deps_.ids,
                        .executor = executor_.get(),
                        .imports = import_thread_.get(),
                        .logger = deps_.logger,
                        .store_id = deps_.ledger->StoreId()};
  rpc::HandlerOptions options = deps_.handlers;
  options.reached = reached();
  if (!options.policy) options.policy = access::CheckRule;
  handlers_ = std::make_unique<rpc::Handlers>(
      std::move(options), std::vector<std::string>{kSiteRegistry});
  upkeep_ = std::make_unique<SiteUpkeep>(backend);
  imports_ = std::make_unique<RegistryImports>(backend, upkeep_.get());
  service_ = std::make_unique<RegistryService>(backend, imports_.get(),
                                               handlers_.get(), hub_.get());
  return absl::OkStatus();
}

void RegistryComponent::KeepUp() {
  const base::Date today = base::DateInSweden(deps_.clock->Now());
  Given<absl::Status> kept_up;
  upkeep_->Run(kUpkeepBudget,
               [&](const absl::StatusOr<ledger::Committed>& committed) {
                 kept_up.Set(committed.status());
               });
  const absl::Status status = kept_up.Wait();
  if (status.ok()) {
    kept_up_ = today;
  } else {
    deps_.logger->Warn("sites are not up to date with areas and day",
                       {{"error", std::string(status.message())}});
  }
}

void RegistryComponent::LookAtTheDay() {
  if (kept_up_ != base::DateInSweden(deps_.clock->Now())) KeepUp();
}

void RegistryComponent::Drain() {
  draining_ = true;
  hub_->Drain();
  days_->Stop();
}

rpc::Reached RegistryComponent::reached() {
  return [this, store_id = deps_.ledger->StoreId()](
             const access::v1::ConsistencyToken& token, absl::Duration within,
             std::function<void(absl::Status)> done) {
    for (const access::v1::Position& position : token.positions()) {
      if (position.service() != kServiceName) continue;
      if (position.store_id() != store_id) {
        return done(base::Error(absl::StatusCode::kUnavailable,
                                base::kNotCaughtUp,
                                "the token is of another store"));
      }
      return view_->WhenReached(position.revision(), within, std::move(done));
    }
    done(absl::OkStatus());
  };
}

}  // namespace lagesbild::registry
