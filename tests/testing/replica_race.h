#ifndef LAGESBILD_TESTS_TESTING_REPLICA_RACE_H_
#define LAGESBILD_TESTS_TESTING_REPLICA_RACE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "lib/ledger/ledger.h"
#include "tests/testing/faulty_ledger.h"
#include "tests/testing/waiting.h"

namespace lagesbild::testing {

// What two replicas of a service have between them and their one ledger, so
// that both can be made to decide the same thing on the same state. Outlives
// the replicas.
class ReplicaRace {
 public:
  explicit ReplicaRace(ledger::Ledger* ledger)
      : ledger_(*ledger), one_(ledger), two_(ledger) {}

  ledger::Ledger* one() { return &one_; }
  ledger::Ledger* two() { return &two_; }

  struct Outcome {
    absl::Status first;
    absl::Status late;
  };

  // After `change` each replica has decided on a commit with this cause; then
  // the first one's is committed, with nothing after it, then the other's. What
  // came of the two. The change must have no other effect on the ledger until
  // they are committed, and both replicas must have come to rest before it.
  Outcome Run(const std::string& cause, const std::function<void()>& change) {
    const absl::Cleanup release = [this] {
      one_.Release();
      two_.Release();
    };
    const std::size_t before = one_.outcomes().size();
    one_.HoldCommits(cause);
    two_.HoldCommits(cause);
    change();
    if (!Eventually([&] { return one_.held() == 1 && two_.held() == 1; })) {
      return Never("the replicas did not both decide");
    }
    one_.HoldCommits("");
    one_.PassHeld();
    if (!Eventually([&] { return one_.outcomes().size() > before; })) {
      return Never("the first commit was not answered");
    }
    const std::size_t late = two_.outcomes().size();
    two_.Release();
    if (!Eventually([&] { return two_.outcomes().size() > late; })) {
      return Never("the late commit was not answered");
    }
    return {one_.outcomes()[before], two_.outcomes()[late]};
  }

  // "key at revision" for each change that wrote what was there already.
  std::vector<std::string> Repetitions() {
    std::vector<std::string> found;
    const auto page = ledger_.ReadChanges(0, 1'000'000);
    if (!page.ok()) return {page.status().ToString()};
    for (const auto& revision : page->revisions) {
      for (const auto& change : revision.changes) {
        const auto before = change.before ? change.before->value : std::nullopt;
        if (before != change.after) continue;
        found.push_back(absl::StrCat(change.key, " at ", revision.revision));
      }
    }
    return found;
  }

 private:
  static Outcome Never(const char* what) {
    return {absl::DeadlineExceededError(what),
            absl::DeadlineExceededError(what)};
  }

  ledger::Ledger& ledger_;
  FaultyLedger one_;
  FaultyLedger two_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_REPLICA_RACE_H_
