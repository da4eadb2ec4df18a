#ifndef LAGESBILD_TESTS_TESTING_WATCH_TRUTH_H_
#define LAGESBILD_TESTS_TESTING_WATCH_TRUTH_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// What one filter shows of one ledger, from another source than the watch.
// Changes are named by any text that tells one from all others of its revision.
struct WatchTruth {
  using Changes = std::vector<std::string>;

  // What is shown of one revision, in any order. Nullopt where it cannot be
  // told, which is a fault up to the head.
  std::function<std::optional<Changes>(ledger::Revision)> change;
  // Everything that is shown at one revision, as if it had just come.
  std::function<std::optional<Changes>(ledger::Revision)> picture;
  // OK for a place in the ledger's own history.
  std::function<absl::Status(const ledger::Position&)> position;
  // The last revision that was written.
  std::function<ledger::Revision()> head;
};

// How a WatchTruth from TruthOf names a change.
std::string Upserted(absl::string_view name, absl::string_view text);
std::string Removed(absl::string_view name);

// What a filter shows as of a revision: texts by name.
using ShownAt =
    std::function<std::map<std::string, std::string>(ledger::Revision)>;

// By the ledger's own records under `prefix`: what they are named, and `text`
// of those that the filter shows.
ShownAt RecordsShown(ledger::Ledger* ledger, const std::string& prefix,
                     std::function<std::optional<std::string>(
                         const std::string& id, const std::string& bytes)>
                         text);
// The last part of a resource's name, by which its record is stored.
std::string IdOf(absl::string_view name);

// `ledger` is the one that is watched; its log is not compacted.
WatchTruth TruthOf(ShownAt shown, ledger::Ledger* ledger);

// For a watcher whose test compares what it has gathered in the end: what is
// left out on the way, or comes in parts, is not seen.
WatchTruth NoTruth();

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WATCH_TRUTH_H_
