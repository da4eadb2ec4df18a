#include "tests/testing/watch_auditor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/watch/cursor.h"

namespace lagesbild::testing {

using watch::v1::MessageKind;

namespace {

MessageKind WholeKind(MessageKind kind) {
  return kind == watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE
             ? watch::v1::MESSAGE_KIND_SNAPSHOT
             : kind;
}

WatchAuditor::Changes Sorted(WatchAuditor::Changes changes) {
  std::sort(changes.begin(), changes.end());
  return changes;
}

}  // namespace

WatchAuditor::WatchAuditor(WatchTruth truth) : truth_(std::move(truth)) {}

void WatchAuditor::Broken(const std::string& promise, const std::string& what) {
  violations_.push_back(absl::StrCat(promise, ": ", what));
}

void WatchAuditor::OnStart(const std::string& cursor) {
  has_cursor_ = false;
  snapshot_due_ = cursor.empty();
  open_.clear();
  open_kind_ = watch::v1::MESSAGE_KIND_UNSPECIFIED;
  startable_ = true;
  if (cursor.empty()) {
    reached_ = -1;
    return;
  }
  const auto position = watch::DecodeCursor(cursor);
  startable_ = position.ok();
  if (!startable_) return;
  reached_ = position->revision;
  cursor_ = cursor;
}

void WatchAuditor::OnEnd() {
  // What was not whole counts for nothing.
  open_.clear();
  open_kind_ = watch::v1::MESSAGE_KIND_UNSPECIFIED;
}

void WatchAuditor::Wrote(ledger::Revision revision) {
  written_ = std::max(written_, revision);
}

void WatchAuditor::OnMessage(const watch::v1::WatchHeader& header,
                             const Changes& changes) {
  if (!startable_) Broken("resumable", "goes on from what is no cursor");
  OnPart(header, changes);
  if (header.partial()) {
    if (!header.cursor().empty()) {
      Broken("atomic", "a part of a revision has a cursor");
    }
    return;
  }
  const auto position = watch::DecodeCursor(header.cursor());
  if (!position.ok()) {
    return Broken("bookmarkable", "a whole message without a cursor");
  }
  CheckPosition(*position);
  switch (header.kind()) {
    case watch::v1::MESSAGE_KIND_SNAPSHOT_COMPLETE:
      OnSnapshot(position->revision);
      break;
    case watch::v1::MESSAGE_KIND_CHANGE:
      OnChange(position->revision);
      break;
    case watch::v1::MESSAGE_KIND_BOOKMARK:
      OnBookmark(position->revision);
      break;
    default:
      Broken("bookmarkable", "a message of no known kind");
  }
  Reach(header, position->revision);
}

void WatchAuditor::OnPart(const watch::v1::WatchHeader& header,
                          const Changes& changes) {
  const MessageKind kind = WholeKind(header.kind());
  if (open_kind_ != watch::v1::MESSAGE_KIND_UNSPECIFIED && open_kind_ != kind) {
    Broken("atomic", "another message within a revision");
    open_.clear();
  }
  open_.insert(open_.end(), changes.begin(), changes.end());
  open_kind_ = header.partial() ? kind : watch::v1::MESSAGE_KIND_UNSPECIFIED;
}

void WatchAuditor::OnSnapshot(ledger::Revision revision) {
  if (!snapshot_due_) Broken("resumable", "a snapshot that nobody asked for");
  snapshot_due_ = false;
  CheckWhole("atomic", revision, truth_.picture);
}

void WatchAuditor::OnChange(ledger::Revision revision) {
  if (snapshot_due_) Broken("bookmarkable", "a change before the snapshot");
  if (!has_cursor_) {
    Broken("bookmarkable", "a stream that opens with a change");
  }
  if (revision == reached_) {
    Broken("unique", absl::StrCat("revision ", revision, " once more"));
  }
  if (revision > reached_ + 1) CheckNothingSkipped(reached_, revision);
  CheckWhole("atomic", revision, truth_.change);
}

void WatchAuditor::OnBookmark(ledger::Revision revision) {
  if (snapshot_due_) Broken("bookmarkable", "a bookmark before the snapshot");
  if (!open_.empty()) Broken("bookmarkable", "a bookmark with changes");
  open_.clear();
  if (!has_cursor_ && revision < reached_) {
    return Broken("resumable",
                  absl::StrCat("asked for what follows ", reached_,
                               ", the stream starts at ", revision));
  }
  CheckNothingSkipped(reached_, revision + 1);
}

void WatchAuditor::CheckWhole(const char* promise, ledger::Revision revision,
                              const ToldOf& told) {
  const Changes seen = Sorted(std::exchange(open_, {}));
  if (std::adjacent_find(seen.begin(), seen.end()) != seen.end()) {
    Broken("unique", absl::StrCat("a change twice in revision ", revision));
  }
  if (!told) return;
  const std::optional<Changes> expected = told(revision);
  if (!expected) {
    return Broken("unknown", absl::StrCat("revision ", revision, " came"));
  }
  if (seen == Sorted(*expected)) return;
  Broken(promise, absl::StrCat("revision ", revision, " came as [",
                               absl::StrJoin(seen, " "), "], not [",
                               absl::StrJoin(Sorted(*expected), " "), "]"));
}

void WatchAuditor::CheckNothingSkipped(ledger::Revision after,
                                       ledger::Revision before) {
  if (after < 0 || !truth_.change) return;
  for (ledger::Revision r = after + 1; r < before; ++r) {
    const std::optional<Changes> shown = truth_.change(r);
    if (!shown) Broken("unknown", absl::StrCat("revision ", r, " was passed"));
    if (!shown || shown->empty()) continue;
    // What is missing right after a resume was lost by the resume.
    Broken(has_cursor_ ? "reliable" : "resumable",
           absl::StrCat("revision ", r, " was left out"));
  }
}

void WatchAuditor::CheckPosition(const ledger::Position& position) {
  const absl::Status status = truth_.position(position);
  if (status.ok()) return;
  Broken("bookmarkable", absl::StrCat("the cursor at ", position.revision,
                                      " is no place: ", status.message()));
}

void WatchAuditor::Reach(const watch::v1::WatchHeader& header,
                         ledger::Revision revision) {
  if (revision < reached_) {
    Broken("ordered", absl::StrCat("revision ", revision, " after ", reached_));
  }
  if (header.reached_size() == 0 || header.reached(0).revision() != revision) {
    Broken("bookmarkable", "the cursor and the place reached differ");
  }
  has_cursor_ = true;
  reached_ = std::max(reached_, revision);
  cursor_ = header.cursor();
}

std::vector<std::string> WatchAuditor::Finish() {
  if (reached_ < written_) {
    Broken("reached",
           absl::StrCat("revision ", written_,
                        " was written, the watcher is at ", reached_));
  }
  return std::exchange(violations_, {});
}

}  // namespace lagesbild::testing
