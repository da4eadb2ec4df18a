#ifndef LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
#define LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lagesbild/watch/v1/watch.pb.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// Reads along with one watcher, over all its streams, and names each promise of
// a watch that was broken:
//   ordered       revisions only grow
//   unique        a change is delivered once, also over a resume
//   reliable      nothing the filter shows is left out
//   atomic        a revision comes whole, with nothing in between
//   resumable     a stream that resumes goes on right after its cursor
//   bookmarkable  every stream opens with a message that has a cursor or a
//                 snapshot that ends with one, and a cursor stands for
//                 everything before it
//   reached       every revision a write returned is reached
// Not thread-safe.
class WatchAuditor {
 public:
  // Any text that tells a change from all others of its revision; `truth` and
  // `picture` give the same texts.
  using Changes = std::vector<std::string>;
  // What the watcher's filter shows of one revision, in any order; nullopt
  // where that is not known. Without it, gaps in what is delivered cannot be
  // seen.
  using Truth = std::function<std::optional<Changes>(ledger::Revision)>;
  // As Truth, for everything the filter shows at one revision.
  using Picture = Truth;

  explicit WatchAuditor(Truth truth = nullptr, Picture picture = nullptr);

  // A stream was opened with this cursor; empty for a snapshot.
  void OnStart(const std::string& cursor);
  void OnMessage(const watch::v1::WatchHeader& header, const Changes& changes);
  // The stream ended, however.
  void OnEnd();

  // A write was answered with this revision.
  void Wrote(ledger::Revision revision);

  // The last cursor seen; to resume with.
  const std::string& cursor() const { return cursor_; }
  // The last revision that was reached; -1 before any.
  ledger::Revision reached() const { return reached_; }

  // Call when the watcher was given the time to catch up. "promise: what
  // happened", oldest first; empty when all were kept.
  std::vector<std::string> Finish();

 private:
  void Broken(const std::string& promise, const std::string& what);
  void OnPart(const watch::v1::WatchHeader& header, const Changes& changes);
  void OnChange(ledger::Revision revision);
  void OnSnapshot(ledger::Revision revision);
  void OnBookmark(ledger::Revision revision);
  void CheckWhole(const char* promise, ledger::Revision revision,
                  const std::optional<Changes>& expected);
  void CheckNothingSkipped(ledger::Revision after, ledger::Revision before);
  void Reach(const watch::v1::WatchHeader& header, ledger::Revision revision);

  const Truth truth_;
  const Picture picture_;
  std::vector<std::string> violations_;
  std::string cursor_;
  ledger::Revision reached_ = -1;
  ledger::Revision written_ = 0;

  // The present stream.
  bool has_cursor_ = false;  // a message with a cursor has come
  bool snapshot_due_ = false;
  watch::v1::MessageKind open_kind_ = watch::v1::MESSAGE_KIND_UNSPECIFIED;
  Changes open_;  // parts of what is not whole yet
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
