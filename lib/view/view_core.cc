#include "lib/view/view_core.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::view {
namespace {

// How long the thread sleeps in the ledger at most: Stop waits for it.
constexpr absl::Duration kHeadWait = absl::Milliseconds(100);
constexpr absl::Duration kMinPause = absl::Milliseconds(50);
constexpr absl::Duration kMaxPause = absl::Seconds(2);
// Earlier versions that are built at the same time: each costs a read of the
// whole history.
constexpr int kAsOfThreads = 2;
// Changes read at once.
constexpr int kPageChanges = 4096;
// Changes applied under one lock, unless one revision is larger: readers wait
// no longer than these take.
constexpr std::size_t kChangesPerLock = 256;

bool SamePlace(const ledger::Head& a, const ledger::Head& b) {
  return a.revision == b.revision && a.chain == b.chain;
}

ledger::Head HeadAfter(const ledger::RevisionChanges& changes) {
  return {changes.revision, changes.recorded, changes.chain};
}

absl::Status LostPlace(absl::string_view why) {
  return absl::OutOfRangeError(why);
}

}  // namespace

absl::StatusOr<std::shared_ptr<ViewCore>> ViewCore::Open(
    ledger::Ledger* ledger, ProjectionFactory factory, const base::Clock* clock,
    base::Executor* executor, base::Logger* logger) {
  auto core = std::shared_ptr<ViewCore>(
      new ViewCore(ledger, std::move(factory), clock, executor, logger));
  LB_RETURN_IF_ERROR(core->Load());
  core->follower_ = std::thread([raw = core.get()] { raw->Follow(); });
  return core;
}

ViewCore::ViewCore(ledger::Ledger* ledger, ProjectionFactory factory,
                   const base::Clock* clock, base::Executor* executor,
                   base::Logger* logger)
    : ledger_(ledger),
      factory_(std::move(factory)),
      clock_(clock),
      executor_(executor),
      logger_(logger),
      waiters_(clock),
      as_of_threads_(kAsOfThreads),
      as_of_(std::make_shared<AsOfCache>(ledger, factory_, &as_of_threads_)) {}

ViewCore::~ViewCore() { Stop(); }

void ViewCore::Stop() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (follower_.joinable()) follower_.join();
  waiters_.Stop();
  as_of_->Stop();
}

void ViewCore::Read(
    absl::FunctionRef<void(const Projection&, const ledger::Head&)> f) const {
  base::ReaderLock lock(&state_mutex_);
  f(*live_, head_);
}

ledger::Head ViewCore::Head() const {
  base::ReaderLock lock(&state_mutex_);
  return head_;
}

absl::StatusOr<Decided> ViewCore::Decide(
    const std::optional<ledger::RequestKey>& request, DecideFn decide) const {
  base::ReaderLock lock(&state_mutex_);
  Decided decided;
  decided.at = head_;
  if (request) {
    decided.repeated = requests_.Find(request->agency, request->method,
                                      request->request_id, clock_->Now());
    if (decided.repeated) return decided;
  }
  LB_ASSIGN_OR_RETURN(decided.transaction, decide(*live_));
  return decided;
}

std::optional<ledger::RequestRecord> ViewCore::FindRequest(
    const std::string& agency, const std::string& method,
    const std::string& request_id) const {
  base::ReaderLock lock(&state_mutex_);
  return requests_.Find(agency, method, request_id, clock_->Now());
}

void ViewCore::WhenReached(ledger::Revision revision, absl::Duration budget,
                           std::function<void(absl::Status)> done) {
  waiters_.Add(revision, budget, std::move(done));
}

void ViewCore::ReadAsOf(const Point& point, AsOfCallback done) {
  as_of_->Read(point, std::move(done));
}

void ViewCore::Reload() {
  base::MutexLock lock(&mutex_);
  reload_wanted_ = true;
}

void ViewCore::AddListener(ViewListener* listener) {
  base::MutexLock lock(&listener_mutex_);
  listeners_.push_back(listener);
  listener->OnReload(told_);
}

void ViewCore::RemoveListener(ViewListener* listener) {
  base::MutexLock lock(&listener_mutex_);
  listeners_.erase(std::remove(listeners_.begin(), listeners_.end(), listener),
                   listeners_.end());
}

absl::Status ViewCore::Load() {
  as_of_->Clear();
  LB_ASSIGN_OR_RETURN(ledger::Snapshot snapshot, ledger_->Load());
  LB_ASSIGN_OR_RETURN(std::vector<ledger::RequestRecord> requests,
                      ledger_->LoadRequests());
  // Requests are read later than the records; the log brings the rest.
  requests.erase(std::remove_if(requests.begin(), requests.end(),
                                [&](const ledger::RequestRecord& r) {
                                  return r.revision > snapshot.head.revision;
                                }),
                 requests.end());
  std::shared_ptr<Projection> fresh = factory_();
  for (const ledger::Version& v : snapshot.records) {
    if (!v.erased) fresh->Apply(v.key, v.value, v.revision, v.recorded);
  }
  {
    base::WriterLock lock(&state_mutex_);
    live_.swap(fresh);
    head_ = snapshot.head;
    requests_.Reset(requests);
    requests_.Forget(clock_->Now());
  }
  {
    base::MutexLock lock(&listener_mutex_);
    told_ = snapshot.head;
    for (ViewListener* listener : listeners_) listener->OnReload(told_);
  }
  waiters_.Reached(snapshot.head.revision);
  return absl::OkStatus();
}

void ViewCore::Follow() {
  absl::Duration pause = kMinPause;
  bool healing = false;
  while (!Stopping()) {
    const absl::Status status = FollowOnce(healing);
    if (status.ok()) {
      if (healing) logger_->Info("view goes on");
      healing = false;
      pause = kMinPause;
      continue;
    }
    logger_->Warn("view stands still", {{"error", status.ToString()}});
    if (absl::IsOutOfRange(status)) Reload();
    healing = true;
    Pause(pause);
    pause = std::min(pause * 2, kMaxPause);
  }
}

absl::Status ViewCore::FollowOnce(bool healing) {
  if (TakeReloadWish()) {
    logger_->Info("view loads anew");
    absl::Status loaded = Load();
    if (!loaded.ok()) Reload();
    return loaded;
  }
  // Storage that was away may have come back as another history.
  if (healing) LB_RETURN_IF_ERROR(CheckPlace());
  const ledger::Head mine = Head();
  LB_ASSIGN_OR_RETURN(ledger::Head head,
                      ledger_->WaitForHead(mine.revision, kHeadWait));
  if (head.revision < mine.revision) return LostPlace("the head went back");
  if (head.revision == mine.revision) {
    return SamePlace(head, mine) ? absl::OkStatus()
                                 : LostPlace("another history");
  }
  LB_ASSIGN_OR_RETURN(ledger::ChangePage page,
                      ledger_->ReadChanges(mine.revision, kPageChanges));
  return ApplyPage(std::move(page), mine.revision);
}

absl::Status ViewCore::CheckPlace() {
  const ledger::Head mine = Head();
  absl::Status status =
      ledger_->CheckPosition({ledger_->StoreId(), mine.revision, mine.chain});
  if (absl::IsInvalidArgument(status)) return LostPlace(status.message());
  return status;
}

absl::Status ViewCore::ApplyPage(ledger::ChangePage page,
                                 ledger::Revision after) {
  Batch batch;
  std::size_t changes = 0;
  for (ledger::RevisionChanges& revision : page.revisions) {
    if (revision.revision != ++after) return LostPlace("a revision is missing");
    changes += revision.changes.size();
    batch.push_back(
        std::make_shared<const ledger::RevisionChanges>(std::move(revision)));
    if (changes < kChangesPerLock) continue;
    ApplyBatch(batch);
    batch.clear();
    changes = 0;
  }
  if (!batch.empty()) ApplyBatch(batch);
  return absl::OkStatus();
}

void ViewCore::ApplyBatch(const Batch& batch) {
  {
    base::WriterLock lock(&state_mutex_);
    for (const auto& revision : batch) ApplyRevision(*revision);
    requests_.Forget(clock_->Now());
  }
  {
    base::MutexLock lock(&listener_mutex_);
    for (const auto& revision : batch) {
      for (ViewListener* listener : listeners_) listener->OnRevision(revision);
    }
    told_ = HeadAfter(*batch.back());
  }
  waiters_.Reached(batch.back()->revision);
}

void ViewCore::ApplyRevision(const ledger::RevisionChanges& revision) {
  for (const ledger::Change& change : revision.changes) {
    live_->Apply(change.key, change.erased ? std::nullopt : change.after,
                 revision.revision, revision.recorded);
  }
  if (revision.meta.request) {
    requests_.Add(
        {*revision.meta.request, revision.revision, revision.recorded});
  }
  head_ = HeadAfter(revision);
}

bool ViewCore::TakeReloadWish() {
  base::MutexLock lock(&mutex_);
  return std::exchange(reload_wanted_, false);
}

bool ViewCore::Stopping() const {
  base::MutexLock lock(&mutex_);
  return stopping_;
}

void ViewCore::Pause(absl::Duration pause) {
  base::MutexLock lock(&mutex_);
  if (!stopping_) wake_.WaitFor(&mutex_, pause);
}

}  // namespace lagesbild::view
