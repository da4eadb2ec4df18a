#include "lib/watch/watch_hub.h"

#include <utility>

#include "lib/watch/stream_set.h"

namespace lagesbild::watch {
namespace {

// For streams that are behind the window, one read at a time each.
constexpr int kStorageThreads = 2;

class Refusal final : public WatchReactor {
 public:
  explicit Refusal(grpc::Status status) { Finish(std::move(status)); }
  void OnDone() noexcept override { delete this; }
};

}  // namespace

WatchHub::WatchHub(std::shared_ptr<view::ViewCore> view, ledger::Ledger* ledger,
                   const base::Clock* clock, base::Executor* executor,
                   base::Logger* logger, WatchHubOptions options)
    : storage_threads_(kStorageThreads),
      streams_(std::make_shared<StreamSet>(ledger, clock, executor,
                                           &storage_threads_, logger,
                                           std::move(options))),
      view_(std::move(view)) {
  streams_->Start();
  view_->AddListener(streams_.get());
}

WatchHub::~WatchHub() {
  view_->RemoveListener(streams_.get());
  streams_->Stop();
}

WatchReactor* WatchHub::Watch(grpc::CallbackServerContext* context,
                              WatchRequest request) {
  return streams_->Open(context, std::move(request));
}

WatchReactor* WatchHub::Refuse(grpc::Status status) {
  return new Refusal(std::move(status));
}

void WatchHub::Drain() { streams_->Drain(); }

int WatchHub::stream_count() const { return streams_->size(); }

}  // namespace lagesbild::watch
