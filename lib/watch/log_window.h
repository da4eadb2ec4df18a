#ifndef LAGESBILD_LIB_WATCH_LOG_WINDOW_H_
#define LAGESBILD_LIB_WATCH_LOG_WINDOW_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"
#include "lib/watch/message.h"

namespace lagesbild::watch {

// One revision of the log, with what every stream says of it.
class LogEntry {
 public:
  // `before`: the basis known up to the revision before.
  LogEntry(std::shared_ptr<const ledger::RevisionChanges> changes,
           const Basis& before);

  const ledger::RevisionChanges& changes() const { return *changes_; }
  const Place& place() const { return place_; }
  // HeaderAt for the whole revision; made when first asked for. Thread-safe.
  const std::string& Header(const Origin& origin) const;

 private:
  const std::shared_ptr<const ledger::RevisionChanges> changes_;
  Place place_;
  mutable std::once_flag header_once_;
  mutable std::string header_;
};

using LogEntryPtr = std::shared_ptr<const LogEntry>;

// The recent end of a ledger's log in memory: whole revisions without a gap,
// within limits. Thread-safe.
class LogWindow {
 public:
  LogWindow(std::size_t max_revisions, std::size_t max_bytes)
      : max_revisions_(max_revisions), max_bytes_(max_bytes) {}

  // Empties it; the next revision follows `head`.
  void Reset(const ledger::Head& head);
  void Append(std::shared_ptr<const ledger::RevisionChanges> changes);

  // What comes after a revision.
  struct Next {
    LogEntryPtr entry;
    bool below = false;  // no longer in the window: ask the ledger
  };                     // neither: nothing yet
  Next After(ledger::Revision revision) const;

  enum class Verdict { kHere, kForeign, kUnknown };
  // Whether the window has seen this revision with this chain; kUnknown when it
  // lies outside.
  Verdict Check(ledger::Revision revision, const std::string& chain) const;

  // Where the window ends.
  Place Head() const;

 private:
  void Shrink() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t max_revisions_;
  const std::size_t max_bytes_;
  mutable base::Mutex mutex_;
  // What the first entry follows.
  ledger::Revision base_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string base_chain_ ABSL_GUARDED_BY(mutex_);
  std::deque<LogEntryPtr> entries_ ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace lagesbild::watch

#endif  // LAGESBILD_LIB_WATCH_LOG_WINDOW_H_
