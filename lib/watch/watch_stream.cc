#include "lib/watch/watch_stream.h"

#include <utility>

#include "lib/base/caught.h"
#include "lib/base/status.h"

namespace lagesbild::watch {
namespace {

// Changes read from the ledger at once for a stream that is behind the window.
constexpr int kBacklogChanges = 1000;
// Revisions looked through in one go when none shows anything; more would hold
// up other streams on the same thread.
constexpr int kMaxScan = 256;

}  // namespace

WatchStream::WatchStream(std::shared_ptr<StreamSet> set,
                         grpc::CallbackServerContext* context,
                         WatchRequest request,
                         std::shared_ptr<SharedRendering> rendering,
                         Origin origin, absl::Duration max_age)
    : set_(std::move(set)),
      cursor_(std::move(request.cursor)),
      renderer_(std::move(request.renderer)),
      prompt_bookmarks_(request.prompt_bookmarks),
      on_done_(std::move(request.on_done)),
      rendering_(std::move(rendering)),
      origin_(std::move(origin)),
      expires_(set_->clock()->Monotonic() + max_age),
      credential_expires_(set_->clock()->Monotonic() + request.credential_left),
      context_(context),
      last_write_(set_->clock()->Monotonic()) {}

void WatchStream::Begin() {
  base::MutexLock lock(&mutex_);
  if (cursor_.empty()) {
    return Job(StreamSet::Needs::kRenderer, &WatchStream::OpenSnapshot);
  }
  const absl::StatusOr<ledger::Position> position = DecodeCursor(cursor_);
  if (!position.ok()) {
    EndLocked(position.status());
  } else if (IsInWindow(*position)) {
    EnterLog(*position);
  } else {
    return Job(StreamSet::Needs::kStorage, &WatchStream::CheckCursor);
  }
  Pump();
}

void WatchStream::Wake() {
  base::MutexLock lock(&mutex_);
  CheckTimes();
  Pump();
}

void WatchStream::End(const absl::Status& status) {
  base::MutexLock lock(&mutex_);
  EndLocked(status);
  Pump();
}

void WatchStream::OnWriteDone(bool ok) noexcept {
  base::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) EndLocked(absl::CancelledError("the client has gone"));
  Pump();
}

void WatchStream::OnCancel() noexcept {
  base::MutexLock lock(&mutex_);
  EndLocked(absl::CancelledError("the client has gone"));
  Pump();
}

void WatchStream::OnDone() noexcept {
  absl::Status ended;
  {
    base::MutexLock lock(&mutex_);
    context_ = nullptr;
    finished_ = true;
    if (ending_) ended = *ending_;
  }
  if (on_done_) on_done_(ended);
  // Frees this.
  set_->Remove(this);
}

void WatchStream::Job(StreamSet::Needs needs, void (WatchStream::*job)()) {
  busy_ = true;
  set_->RunJob(needs, [self = shared_from_this(), job] {
    try {
      ((*self).*job)();
    } catch (...) {
      self->End(self->Caught());
    }
    base::MutexLock lock(&self->mutex_);
    self->busy_ = false;
    self->Pump();
  });
}

absl::Status WatchStream::Caught() const {
  return base::Caught(set_->logger(), "watch stream threw",
                      {{"service", origin_.service}});
}

bool WatchStream::IsInWindow(const ledger::Position& position) const {
  return position.store_id == origin_.store_id &&
         set_->window().Check(position.revision, position.chain) ==
             LogWindow::Verdict::kHere;
}

void WatchStream::CheckCursor() {
  const ledger::Position position = *DecodeCursor(cursor_);
  const absl::Status status = set_->ledger()->CheckPosition(position);
  base::MutexLock lock(&mutex_);
  if (!status.ok()) return EndLocked(status);
  EnterLog(position);
}

void WatchStream::EnterLog(const ledger::Position& position) {
  place_.revision = position.revision;
  place_.chain = position.chain;
  entered_ = true;
}

void WatchStream::OpenSnapshot() {
  absl::StatusOr<SnapshotPages> pages = renderer_->OpenSnapshot();
  base::MutexLock lock(&mutex_);
  if (!pages.ok()) return EndLocked(pages.status());
  snapshot_ = std::make_shared<SnapshotPages>(*std::move(pages));
  entered_ = true;
}

void WatchStream::NextPage() {
  std::shared_ptr<SnapshotPages> snapshot;
  {
    base::MutexLock lock(&mutex_);
    if (finished_ || !snapshot_) return;
    snapshot = snapshot_;
  }
  const std::string page = snapshot->next();
  base::MutexLock lock(&mutex_);
  if (finished_) return;
  if (!page.empty()) {
    sending_ = CutIntoPieces(page, set_->options().max_message_bytes);
    return;
  }
  place_ = {snapshot->at.revision, snapshot->at.chain, std::nullopt,
            std::move(snapshot->basis)};
  snapshot_.reset();
}

void WatchStream::ReadBacklog() {
  ledger::Revision after;
  Basis basis;
  {
    base::MutexLock lock(&mutex_);
    if (finished_) return;
    after = place_.revision;
    basis = place_.basis;
  }
  absl::StatusOr<ledger::ChangePage> page =
      set_->ledger()->ReadChanges(after, kBacklogChanges);
  base::MutexLock lock(&mutex_);
  if (!page.ok()) return EndLocked(page.status());
  for (ledger::RevisionChanges& changes : page->revisions) {
    backlog_.push_back(std::make_shared<const LogEntry>(
        std::make_shared<const ledger::RevisionChanges>(std::move(changes)),
        basis));
    basis = backlog_.back()->place().basis;
  }
  if (backlog_.empty()) {
    EndLocked(absl::UnavailableError("the log is not what it was"));
  }
}

void WatchStream::Pump() {
  if (finished_ || writing_) return;
  if (ending_) {
    finished_ = true;
    snapshot_.reset();
    backlog_.clear();
    return Finish(set_->ToGrpc(*ending_));
  }
  if (busy_ || !entered_) return;
  if (sending_) return WritePiece();
  if (snapshot_)
    return Job(StreamSet::Needs::kRenderer, &WatchStream::NextPage);
  // The first message says where the stream stands.
  if (told_ < 0) {
    return WriteHeader(cursor_.empty() ? v1::MESSAGE_KIND_SNAPSHOT_COMPLETE
                                       : v1::MESSAGE_KIND_BOOKMARK);
  }
  Advance();
}

void WatchStream::Advance() {
  for (int scanned = 0; scanned < kMaxScan; ++scanned) {
    const LogEntryPtr next = TakeNext();
    if (busy_) return;
    if (!next) {
      if (BookmarkDue()) WriteHeader(v1::MESSAGE_KIND_BOOKMARK);
      return;
    }
    RenderedPtr rendered = Render(*next);
    if (!rendered) return Pump();
    StandAt(next->place());
    if (rendered->pieces.empty()) continue;
    sending_ = std::move(rendered);
    sending_entry_ = next;
    return WritePiece();
  }
  if (BookmarkDue()) return WriteHeader(v1::MESSAGE_KIND_BOOKMARK);
  Job(StreamSet::Needs::kRenderer, &WatchStream::Rest);
}

RenderedPtr WatchStream::Render(const LogEntry& entry) {
  try {
    return rendering_->Render(entry.changes());
  } catch (...) {
    EndLocked(Caught());
    return nullptr;
  }
}

void WatchStream::StandAt(const Place& place) {
  Basis known = std::move(place_.basis);
  place_ = place;
  // The window may know less than this stream's snapshot did.
  if (known.size() <= place.basis.size()) return;
  MergeBasis(place.basis, &known);
  place_.basis = std::move(known);
}

LogEntryPtr WatchStream::TakeNext() {
  if (!backlog_.empty()) {
    LogEntryPtr next = std::move(backlog_.front());
    backlog_.pop_front();
    return next;
  }
  LogWindow::Next next = set_->window().After(place_.revision);
  if (next.below) Job(StreamSet::Needs::kStorage, &WatchStream::ReadBacklog);
  return std::move(next.entry);
}

bool WatchStream::BookmarkDue() const {
  if (prompt_bookmarks_ && place_.revision != told_) return true;
  return set_->clock()->Monotonic() - last_write_ >=
         set_->options().bookmark_interval;
}

void WatchStream::WritePiece() {
  const RenderedPtr sending = sending_;
  const grpc::Slice& piece = sending->pieces[next_piece_++];
  const bool last = next_piece_ == sending->pieces.size();
  const LogEntryPtr entry = sending_entry_;
  if (last) {
    sending_.reset();
    sending_entry_.reset();
    next_piece_ = 0;
  }
  if (!entry) return Write(PartialHeader(v1::MESSAGE_KIND_SNAPSHOT), &piece);
  if (!last) return Write(PartialHeader(v1::MESSAGE_KIND_CHANGE), &piece);
  told_ = place_.revision;
  Write(entry->Header(origin_), &piece);
}

void WatchStream::WriteHeader(v1::MessageKind kind) {
  told_ = place_.revision;
  Write(HeaderAt(origin_, place_, kind), nullptr);
}

void WatchStream::Write(const std::string& header, const grpc::Slice* changes) {
  std::vector<grpc::Slice> slices = {grpc::Slice(header)};
  if (changes) slices.push_back(*changes);
  buffer_ = grpc::ByteBuffer(slices.data(), slices.size());
  writing_ = true;
  last_write_ = set_->clock()->Monotonic();
  StartWrite(&buffer_);
}

void WatchStream::EndLocked(const absl::Status& status) {
  if (!ending_) ending_ = status;
}

void WatchStream::CheckTimes() {
  if (finished_) return;
  const absl::Duration now = set_->clock()->Monotonic();
  if (now >= credential_expires_) {
    EndLocked(base::Error(absl::StatusCode::kUnauthenticated,
                          base::kBadCredential, "the token has expired"));
  }
  if (now >= expires_) {
    EndLocked(base::Error(absl::StatusCode::kUnavailable, base::kDraining,
                          "the stream has reached its age"));
  }
  const bool stuck =
      writing_ && now - last_write_ >= set_->options().stuck_after;
  if (!stuck || cancel_tried_ || context_ == nullptr) return;
  cancel_tried_ = true;
  set_->logger()->Warn("watch stream cancelled: its client does not read");
  EndLocked(absl::CancelledError("the client does not read"));
  context_->TryCancel();
}

}  // namespace lagesbild::watch
