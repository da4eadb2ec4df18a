#include <utility>

#include "lib/base/mutex.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

absl::StatusOr<Committed> CommitAndWait(Ledger* ledger,
                                        Transaction transaction) {
  base::Mutex mutex;
  base::CondVar told;
  std::optional<absl::StatusOr<Committed>> result;
  ledger->Commit(std::move(transaction),
                 [&](absl::StatusOr<Committed> committed) {
                   base::MutexLock lock(&mutex);
                   result = std::move(committed);
                   told.Signal();
                 });
  base::MutexLock lock(&mutex);
  while (!result) told.Wait(&mutex);
  return *std::move(result);
}

}  // namespace lagesbild::ledger
