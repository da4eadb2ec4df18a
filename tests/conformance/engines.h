#ifndef LAGESBILD_TESTS_CONFORMANCE_ENGINES_H_
#define LAGESBILD_TESTS_CONFORMANCE_ENGINES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::testing {

// One engine and the place where its stores are, for tests that hold for all.
class Engine {
 public:
  virtual ~Engine() = default;

  // A ledger over a new, empty store.
  virtual std::unique_ptr<ledger::Ledger> OpenNew() = 0;

  // The same store after its process ended and began again. The memory engine
  // has nothing but its process and gives `old` back.
  virtual std::unique_ptr<ledger::Ledger> Reopen(
      std::unique_ptr<ledger::Ledger> old) = 0;

  // A second ledger over the store last opened, as another process would have;
  // null where the engine cannot share.
  virtual std::unique_ptr<ledger::Ledger> OpenSecond() = 0;

  // A ledger over another new store, made of the backup.
  virtual absl::StatusOr<std::unique_ptr<ledger::Ledger>> Restore(
      const std::string& backup) = 0;

  // Has the store copy itself to another of its files, as an operator may,
  // where the engine knows of such a thing.
  virtual void SaveSnapshot() {}

  // The files where the store last opened keeps its bytes.
  virtual std::vector<std::string> Files() = 0;
};

// "memory", "sqlite" or "redis". `clock` and `ids` must outlive its ledgers.
std::unique_ptr<Engine> NewEngine(const std::string& name,
                                  const base::Clock* clock,
                                  base::IdSource* ids);

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_CONFORMANCE_ENGINES_H_
