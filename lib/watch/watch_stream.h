#ifndef LAGESBILD_LIB_WATCH_WATCH_STREAM_H_
#define LAGESBILD_LIB_WATCH_WATCH_STREAM_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/base/mutex.h"
#include "lib/watch/stream_set.h"

namespace lagesbild::watch {

// One watcher: a place in the log. At most one message is being written and at
// most one job runs on the executor; whoever finishes one looks for the next.
// gRPC owns it through its StreamSet until OnDone.
class WatchStream final : public WatchReactor,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(std::shared_ptr<StreamSet> set,
              grpc::CallbackServerContext* context, WatchRequest request,
              std::shared_ptr<SharedRendering> rendering, Origin origin,
              absl::Duration max_age);

  // Once, right after construction.
  void Begin();
  // There may be news, or time has passed.
  void Wake();
  // Ends the stream with `status` as soon as no write is under way.
  void End(const absl::Status& status);

  void OnWriteDone(bool ok) noexcept override;
  void OnCancel() noexcept override;
  void OnDone() noexcept override;

 private:
  // Jobs, off the RPC threads.
  void OpenSnapshot();
  void CheckCursor();
  void NextPage();
  void ReadBacklog();
  void Rest() {}  // only gives others their turn

  void Job(StreamSet::Needs needs, void (WatchStream::*job)())
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Caught() const;
  bool IsInWindow(const ledger::Position& position) const;
  void EnterLog(const ledger::Position& position)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Pump() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Null: the stream ends.
  RenderedPtr Render(const LogEntry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StandAt(const Place& place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  LogEntryPtr TakeNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool BookmarkDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WritePiece() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteHeader(v1::MessageKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(const std::string& header, const grpc::Slice* changes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLocked(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CheckTimes() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<StreamSet> set_;
  const std::string cursor_;
  const std::shared_ptr<Renderer> renderer_;
  const bool prompt_bookmarks_;
  const std::function<void(const absl::Status&)> on_done_;
  const std::shared_ptr<SharedRendering> rendering_;
  const Origin origin_;
  const absl::Duration expires_;             // monotonic
  const absl::Duration credential_expires_;  // monotonic

  base::Mutex mutex_;
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;  // a job is on the executor
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancel_tried_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> ending_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_write_ ABSL_GUARDED_BY(mutex_);  // began; monotonic

  // A stream is in the snapshot while this is set, else in the log.
  std::shared_ptr<SnapshotPages> snapshot_ ABSL_GUARDED_BY(mutex_);
  bool entered_ ABSL_GUARDED_BY(mutex_) = false;
  Place place_ ABSL_GUARDED_BY(mutex_);
  // The revision of the last cursor sent; -1: none on this stream.
  ledger::Revision told_ ABSL_GUARDED_BY(mutex_) = -1;
  std::deque<LogEntryPtr> backlog_ ABSL_GUARDED_BY(mutex_);

  // What is being sent: pieces of a page, or of the entry where it is set.
  RenderedPtr sending_ ABSL_GUARDED_BY(mutex_);
  std::size_t next_piece_ ABSL_GUARDED_BY(mutex_) = 0;
  LogEntryPtr sending_entry_ ABSL_GUARDED_BY(mutex_);
  // Given to StartWrite; untouched until OnWriteDone.
  grpc::ByteBuffer buffer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_WATCH_STREAM_H_
