#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>

#include "absl/strings/str_split.h"
#include "lib/base/mutex.h"
#include "tests/conformance/describe.h"
#include "tests/conformance/fixture.h"

namespace lagesbild::testing {
namespace {

using ledger::LeaseRecord;
using ledger::RequestKey;

constexpr int kOperations = 10'000;
constexpr int kMostTogether = 60;
constexpr int kKeys = 40;
constexpr int kHistoryImported = 5;  // groups that carry their own time

unsigned Seed() {
  const char* given = std::getenv("LAGESBILD_SEED");
  return given != nullptr ? unsigned(std::strtoul(given, nullptr, 10))
                          : std::random_device{}();
}

// The transactions of a random history. Expectations are guessed from the state
// as last seen, so that some hold and some do not.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int Below(int limit) { return int(random_() % unsigned(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  std::string Key() { return absl::StrCat(Kind(), "/", Below(kKeys / 4)); }
  std::string Kind() { return std::string(1, "abcd"[Below(4)]); }

  Transaction Next(const std::map<std::string, Revision>& seen) {
    if (OneIn(12) && !requested_.empty()) return Repeat();
    Transaction transaction;
    for (int i = Below(3) + 1; i > 0; --i) AddWrite(seen, &transaction);
    if (OneIn(30)) transaction.writes.push_back(transaction.writes[0]);
    if (OneIn(6)) transaction.checks.push_back({Key(), Guess(Key(), seen)});
    if (OneIn(15)) transaction.fence = {"lease", Below(4)};
    transaction.meta.actor = absl::StrCat("actor", Below(5));
    transaction.meta.basis = absl::StrCat("registry=", Below(1000));
    if (OneIn(4)) Request(&transaction);
    return transaction;
  }

 private:
  void AddWrite(const std::map<std::string, Revision>& seen,
                Transaction* transaction) {
    const std::string key = Key();
    for (const auto& write : transaction->writes) {
      if (write.key == key) return;
    }
    ledger::Write write{key, std::nullopt, std::nullopt};
    if (!OneIn(5)) write.value = Bytes();
    if (OneIn(3)) write.expected = Guess(key, seen);
    transaction->writes.push_back(std::move(write));
  }
  std::string Bytes() {
    std::string bytes(std::size_t(Below(OneIn(20) ? 6000 : 300)), '\0');
    for (char& c : bytes) c = char(random_());
    return bytes;
  }
  Revision Guess(const std::string& key,
                 const std::map<std::string, Revision>& seen) {
    const auto found = seen.find(key);
    if (OneIn(5)) return Below(50);
    return found == seen.end() ? 0 : found->second;
  }
  void Request(Transaction* transaction) {
    transaction->meta.request =
        RequestKey{absl::StrCat("agency", Below(2)), "Method",
                   absl::StrCat("r", Below(400)), absl::StrCat(Below(3))};
    requested_.push_back(*transaction);
  }
  Transaction Repeat() {
    return requested_[std::size_t(Below(int(requested_.size())))];
  }

  std::mt19937 random_;
  std::vector<Transaction> requested_;
};

// One history, lived through by all engines at once.
class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_(seed) {
    for (const char* name : kEngineNames) {
      engines_.push_back(NewEngine(name, &clock_, &ids_));
      ledgers_.push_back(engines_.back()->OpenNew());
    }
  }

  void Run() {
    int groups = 0;
    while (operations_ < kOperations && !::testing::Test::HasFailure()) {
      clock_.Advance(absl::Microseconds(random_.Below(5'000'000)));
      if (random_.OneIn(20)) clock_.JumpWall(-absl::Seconds(30));
      CommitTogether(++groups <= kHistoryImported);
      Look();
      if (random_.OneIn(4)) SwapLease();
      if (random_.OneIn(25)) Compact();
      if (random_.OneIn(30)) Erase();
      if (random_.OneIn(60)) Reopen();
      if (random_.OneIn(100)) clock_.Advance(absl::Hours(24 * 4));
    }
    CompareEverything();
    // A history in which nothing ever clashes would prove little.
    for (const auto& [outcome, count] : outcomes_) {
      std::cout << outcome << ": " << count << std::endl;
      EXPECT_GT(count, 0) << outcome;
    }
  }

 private:
  // Asks all the same; every answer must be the first one's.
  template <typename Ask>
  std::string Same(const std::string& what, Ask ask) {
    ++operations_;
    std::string expected = Describe(ask(ledgers_[0].get()));
    for (std::size_t i = 1; i < ledgers_.size(); ++i) {
      EXPECT_EQ(Describe(ask(ledgers_[i].get())), expected)
          << kEngineNames[i] << ": " << what << " as operation " << operations_;
    }
    return expected;
  }

  void CommitTogether(bool imported) {
    std::vector<Transaction> group;
    for (int i = random_.Below(kMostTogether) + 1; i > 0; --i) {
      group.push_back(random_.Next(seen_));
      if (imported || random_.OneIn(200)) {
        group.back().migrated_time =
            clock_.Now() - absl::Hours(1) + absl::Seconds(random_.Below(20));
      }
    }
    const std::string results = Same(
        "commits", [&](Ledger* ledger) { return CommitAll(ledger, group); });
    for (auto& [outcome, count] : outcomes_) {
      count += int(std::vector<std::string>(absl::StrSplit(results, outcome))
                       .size()) -
               1;
    }
    operations_ += int(group.size()) - 1;
    seen_.clear();
    const Snapshot snapshot = *ledgers_[0]->Load();
    for (const Version& version : snapshot.records) {
      seen_[version.key] = version.revision;
    }
  }

  static std::vector<absl::StatusOr<Committed>> CommitAll(
      Ledger* ledger, const std::vector<Transaction>& group) {
    base::Mutex mutex;
    base::CondVar told;
    std::size_t left = group.size();
    std::vector<absl::StatusOr<Committed>> results(group.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
      ledger->Commit(group[i], [&, i](absl::StatusOr<Committed> committed) {
        base::MutexLock lock(&mutex);
        results[i] = std::move(committed);
        if (--left == 0) told.Signal();
      });
    }
    base::MutexLock lock(&mutex);
    while (left > 0) told.Wait(&mutex);
    return results;
  }

  Revision SomeRevision() {
    const Revision head = ledgers_[0]->ReadHead()->revision;
    return random_.Below(int(head) + 2);
  }

  void Look() {
    Same("head", [](Ledger* l) { return l->ReadHead(); });
    const Revision at = SomeRevision();
    const int limit = random_.Below(50);
    Same("changes", [&](Ledger* l) { return l->ReadChanges(at, limit); });
    const std::string prefix = random_.OneIn(2) ? random_.Kind() : "";
    Same("history", [&](Ledger* l) { return l->ReadHistory(prefix, at); });
    const std::string key = random_.Key();
    Same("versions", [&](Ledger* l) { return l->ReadVersions(key); });
    const absl::Time then = clock_.Now() - absl::Seconds(random_.Below(3600));
    Same("time", [&](Ledger* l) { return l->RevisionAt(then); });
    if (random_.OneIn(10)) CompareEverything();
  }

  void CompareEverything() {
    Same("load", [](Ledger* l) { return l->Load(); });
    Same("requests", [](Ledger* l) { return l->LoadRequests(); });
    Same("erasures", [](Ledger* l) { return l->ReadErasures(); });
    Same("lease", [](Ledger* l) { return l->ReadLease("lease"); });
    Same("chain", [](Ledger* l) { return l->VerifyChain(); });
    Same("all changes", [](Ledger* l) {
      return l->ReadChanges(*l->CompactedThrough(), 1'000'000);
    });
  }

  void SwapLease() {
    LeaseRecord expected = *ledgers_[0]->ReadLease("lease");
    if (random_.OneIn(4)) ++expected.beat;
    LeaseRecord next = expected;
    next.holder = random_.OneIn(3) ? "" : "me";
    next.token = (expected.token + random_.Below(2)) % 4;
    ++next.beat;
    Same("lease swap",
         [&](Ledger* l) { return l->SwapLease("lease", expected, next); });
  }

  void Compact() {
    const Revision through = SomeRevision();
    Same("compaction", [&](Ledger* l) { return l->Compact(through); });
    Same("compacted", [](Ledger* l) { return l->CompactedThrough(); });
  }

  void Erase() {
    Erasure erasure{random_.Key(), {}, absl::StrCat("D-", random_.Below(9))};
    const auto versions = *ledgers_[0]->ReadVersions(erasure.key);
    for (const Version& v : versions) {
      if (random_.OneIn(4)) erasure.revisions.push_back(v.revision);
    }
    if (random_.OneIn(5)) erasure.revisions.push_back(SomeRevision());
    Same("erasure", [&](Ledger* l) { return l->Erase(erasure); });
  }

  void Reopen() {
    ++operations_;
    for (std::size_t i = 0; i < ledgers_.size(); ++i) {
      ledgers_[i] = engines_[i]->Reopen(std::move(ledgers_[i]));
    }
  }

  Generator random_;
  FakeClock clock_;
  base::RandomIds ids_;
  std::vector<std::unique_ptr<Engine>> engines_;
  std::vector<std::unique_ptr<Ledger>> ledgers_;
  std::map<std::string, Revision> seen_;
  std::map<std::string, int> outcomes_ = {
      {base::kRevisionMismatch, 0}, {base::kLeaseLost, 0},
      {base::kRequestIdReused, 0},  {"INVALID_ARGUMENT", 0},
      {"FAILED_PRECONDITION", 0},   {" repeated", 0}};
  int operations_ = 0;
};

// The suite on one engine would answer otherwise than on another.
TEST(RandomHistoryTest, IsTheSameOnEveryEngine) {
  const unsigned seed = Seed();
  std::cout << "LAGESBILD_SEED=" << seed << std::endl;
  RandomHistory(seed).Run();
  if (::testing::Test::HasFailure()) {
    std::cout << "failed with LAGESBILD_SEED=" << seed << std::endl;
  }
}

}  // namespace
}  // namespace lagesbild::testing
