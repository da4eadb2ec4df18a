#ifndef LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
#define LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_

#include <functional>
#include <map>
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
//   bookmarkable  a cursor stands for everything before it; a snapshot ends
//   with
//                 one, and every stream opens with a message that has one
//   reached       every revision a write returned is reached
// Not thread-safe.
class WatchAuditor {
 public:
  // Any text that tells a change from all others of its revision; with `truth`,
  // the same texts.
  using Changes = std::vector<std::string>;
  // What the watcher's filter shows of one revision, or nullopt while that is
  // not known. Leave it out where the truth is not at hand: then gaps in what
  // is delivered cannot be seen.
  using Truth = std::function<std::optional<Changes>(ledger::Revision)>;
  // What the filter shows at one revision, in any order.
  using Picture = std::function<std::optional<Changes>(ledger::Revision)>;

  explicit WatchAuditor(Truth truth = nullptr, Picture picture = nullptr);

  // A stream was opened with this cursor; empty for a snapshot.
  void OnStart(const std::string& cursor);
  // A message came.
  void OnMessage(const watch::v1::WatchHeader& header, const Changes& changes);
  // The stream ended, however.
  void OnEnd();

  // A write was answered with this revision.
  void Wrote(ledger::Revision revision);

  // The last cursor seen; to resume with.
  const std::string& cursor() const { return cursor_; }
  ledger::Revision reached() const { return reached_; }

  // Call when the watcher was given the time to catch up. "promise: what
  // happened", oldest first; empty when all were kept.
  std::vector<std::string> Finish();
  const std::vector<std::string>& violations() const { return violations_; }
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WATCH_AUDITOR_H_
