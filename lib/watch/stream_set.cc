#include "lib/watch/stream_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/watch/watch_stream.h"

namespace lagesbild::watch {
namespace {

// How late a bookmark or a cancellation may be.
constexpr absl::Duration kTick = absl::Milliseconds(50);

absl::Status Draining(absl::string_view why) {
  return base::Error(absl::StatusCode::kUnavailable, base::kDraining, why);
}

}  // namespace

StreamSet::StreamSet(ledger::Ledger* ledger, const base::Clock* clock,
                     base::Executor* executor, base::Executor* storage,
                     base::Logger* logger, WatchHubOptions options)
    : ledger_(ledger),
      clock_(clock),
      executor_(executor),
      storage_(storage),
      logger_(logger),
      options_(std::move(options)),
      window_(options_.window_revisions, options_.window_bytes) {}

StreamSet::~StreamSet() { Stop(); }

void StreamSet::Start() {
  thread_ = std::thread([this] { Work(); });
}

void StreamSet::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
    while (jobs_ > 0) jobs_done_.Wait(&mutex_);
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status StreamSet::Admit() const {
  if (draining_ || stopping_) return Draining("the server is draining");
  if (reloading_) return Draining("the view is being loaded");
  if (static_cast<int>(streams_.size()) < options_.max_streams) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("at most ", options_.max_streams, " streams at once"));
}

WatchReactor* StreamSet::Open(grpc::CallbackServerContext* context,
                              WatchRequest request) {
  const absl::StatusOr<std::shared_ptr<WatchStream>> stream =
      Add(context, &request);
  if (!stream.ok()) {
    if (request.on_done) request.on_done(stream.status());
    return WatchHub::Refuse(ToGrpc(stream.status()));
  }
  (*stream)->Begin();
  return stream->get();
}

absl::StatusOr<std::shared_ptr<WatchStream>> StreamSet::Add(
    grpc::CallbackServerContext* context, WatchRequest* request) {
  base::MutexLock lock(&mutex_);
  LB_RETURN_IF_ERROR(Admit());
  std::shared_ptr<SharedRendering> rendering = RenderingFor(request->renderer);
  auto stream = std::make_shared<WatchStream>(
      shared_from_this(), context, std::move(*request), std::move(rendering),
      origin_, NewAge());
  streams_.emplace(stream.get(), stream);
  return stream;
}

std::shared_ptr<SharedRendering> StreamSet::RenderingFor(
    const std::shared_ptr<Renderer>& renderer) {
  std::weak_ptr<SharedRendering>& slot = renderings_[renderer->SharingKey()];
  std::shared_ptr<SharedRendering> rendering = slot.lock();
  if (!rendering) {
    rendering =
        std::make_shared<SharedRendering>(renderer, options_.max_message_bytes);
    slot = rendering;
  }
  return rendering;
}

void StreamSet::Remove(WatchStream* stream) {
  // Its last owner may be this: let go of it outside the lock.
  std::shared_ptr<WatchStream> removed;
  base::MutexLock lock(&mutex_);
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  removed = std::move(found->second);
  streams_.erase(found);
}

void StreamSet::Drain() {
  {
    base::MutexLock lock(&mutex_);
    draining_ = true;
  }
  for (const auto& stream : All()) {
    stream->End(Draining("the server is draining"));
  }
}

int StreamSet::size() const {
  base::MutexLock lock(&mutex_);
  return static_cast<int>(streams_.size());
}

void StreamSet::OnRevision(
    std::shared_ptr<const ledger::RevisionChanges> changes) {
  window_.Append(std::move(changes));
  base::MutexLock lock(&mutex_);
  if (!std::exchange(news_, true)) wake_.Signal();
}

void StreamSet::OnReload(const ledger::Head& head) {
  std::vector<std::shared_ptr<SharedRendering>> renderings;
  {
    base::MutexLock lock(&mutex_);
    reloading_ = true;
    origin_ = {options_.service, ledger_->StoreId()};
    for (const auto& [key, weak] : renderings_) {
      if (auto rendering = weak.lock()) renderings.push_back(rendering);
    }
  }
  // Their cursors must be held against the history as it is now. They have
  // ended before the window changes under them.
  for (const auto& stream : All()) {
    stream->End(Draining("the view was loaded anew"));
  }
  for (const auto& rendering : renderings) rendering->Forget();
  window_.Reset(head);
  base::MutexLock lock(&mutex_);
  reloading_ = false;
}

void StreamSet::RunJob(Needs needs, std::function<void()> job) {
  {
    base::MutexLock lock(&mutex_);
    if (stopping_) return;
    ++jobs_;
  }
  base::Executor* const on = needs == Needs::kStorage ? storage_ : executor_;
  on->Run([self = shared_from_this(), job = std::move(job)]() mutable {
    job();
    job = nullptr;  // what it holds goes before Stop returns
    self->EndJob();
  });
}

void StreamSet::EndJob() {
  base::MutexLock lock(&mutex_);
  if (--jobs_ == 0) jobs_done_.SignalAll();
}

grpc::Status StreamSet::ToGrpc(const absl::Status& status) const {
  return options_.to_grpc_status(status);
}

StreamSet::Streams StreamSet::All() const {
  base::MutexLock lock(&mutex_);
  Streams all;
  all.reserve(streams_.size());
  for (const auto& [raw, stream] : streams_) all.push_back(stream);
  return all;
}

absl::Duration StreamSet::NewAge() const {
  return options_.max_age * (0.5 + 0.5 * options_.random());
}

void StreamSet::Work() {
  while (WaitForWork()) {
    for (const auto& stream : All()) stream->Wake();
  }
}

bool StreamSet::WaitForWork() {
  base::MutexLock lock(&mutex_);
  if (!news_ && !stopping_) wake_.WaitFor(&mutex_, kTick);
  news_ = false;
  for (auto it = renderings_.begin(); it != renderings_.end();) {
    it = it->second.expired() ? renderings_.erase(it) : std::next(it);
  }
  return !stopping_;
}

}  // namespace lagesbild::watch
