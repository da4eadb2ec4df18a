#include "lib/ledger/redis_pool.h"

namespace lagesbild::ledger {
namespace {

// Connections kept for the next user.
constexpr std::size_t kMaxIdle = 16;

}  // namespace

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisPool::Take() {
  {
    base::MutexLock lock(&mutex_);
    while (!idle_.empty()) {
      std::unique_ptr<RedisConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->Usable()) return connection;
    }
  }
  return RedisConnection::Connect(endpoint_);
}

void RedisPool::Return(std::unique_ptr<RedisConnection> connection) {
  if (!connection->Usable()) return;
  base::MutexLock lock(&mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(connection));
}

}  // namespace lagesbild::ledger
