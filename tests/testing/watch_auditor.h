#ifndef LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
#define LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lagesbild/watch/v1/watch.pb.h"
#include "lib/ledger/ledger.h"
#include "tests/testing/watch_truth.h"

namespace lagesbild::testing {

// Reads along with one watcher, over all its streams, and names each promise of
// a watch that was broken:
//   ordered       revisions only grow
//   unique        a change is delivered once, also over a resume
//   reliable      nothing the filter shows is left out
//   atomic        a revision comes whole, with nothing in between
//   resumable     a stream that resumes goes on right after its cursor
//   bookmarkable  every stream opens with a message that has a cursor or a
//                 snapshot that ends with one, and a cursor is a place in the
//                 ledger's history and stands for everything before it
//   reached       every revision a write returned is reached
// What the truth cannot tell of what was delivered, or left out, is a fault as
// well: "unknown". Not thread-safe.
class WatchAuditor {
 public:
  using Changes = WatchTruth::Changes;

  explicit WatchAuditor(WatchTruth truth);

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

  // Something else that the watcher was promised and did not get.
  void Broken(const std::string& promise, const std::string& what);

  // Call when the watcher was given the time to catch up. "promise: what
  // happened", oldest first; empty when all were kept.
  std::vector<std::string> Finish();

 private:
  using ToldOf = std::function<std::optional<Changes>(ledger::Revision)>;

  void OnPart(const watch::v1::WatchHeader& header, const Changes& changes);
  void OnChange(ledger::Revision revision);
  void OnSnapshot(ledger::Revision revision);
  void OnBookmark(ledger::Revision revision);
  void CheckWhole(const char* promise, ledger::Revision revision,
                  const ToldOf& told);
  void CheckNothingSkipped(ledger::Revision after, ledger::Revision before);
  void CheckPosition(const ledger::Position& position);
  void Reach(const watch::v1::WatchHeader& header, ledger::Revision revision);

  const WatchTruth truth_;
  std::vector<std::string> violations_;
  std::string cursor_;
  ledger::Revision reached_ = -1;
  ledger::Revision written_ = -1;

  // The present stream.
  bool startable_ = true;    // it was opened with something to go on from
  bool has_cursor_ = false;  // a message with a cursor has come
  bool snapshot_due_ = false;
  watch::v1::MessageKind open_kind_ = watch::v1::MESSAGE_KIND_UNSPECIFIED;
  Changes open_;  // parts of what is not whole yet
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
