#ifndef LAGESBILD_LIB_LEDGER_REDIS_POOL_H_
#define LAGESBILD_LIB_LEDGER_REDIS_POOL_H_

#include <memory>
#include <utility>
#include <vector>

#include "lib/base/mutex.h"
#include "lib/ledger/redis_connection.h"

namespace lagesbild::ledger {

// Connections for whoever reads or changes something apart from the commits;
// each is used by one thread at a time and kept for the next. Thread-safe.
class RedisPool {
 public:
  explicit RedisPool(RedisEndpoint endpoint) : endpoint_(std::move(endpoint)) {}

  // Runs `use`, a function of RedisConnection*, once.
  template <typename Result, typename Use>
  Result Run(Use use) {
    absl::StatusOr<std::unique_ptr<RedisConnection>> connection = Take();
    if (!connection.ok()) return connection.status();
    Result result = use(connection->get());
    Return(*std::move(connection));
    return result;
  }

 private:
  absl::StatusOr<std::unique_ptr<RedisConnection>> Take();
  void Return(std::unique_ptr<RedisConnection> connection);

  const RedisEndpoint endpoint_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<RedisConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_POOL_H_
