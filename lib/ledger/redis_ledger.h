#ifndef LAGESBILD_LIB_LEDGER_REDIS_LEDGER_H_
#define LAGESBILD_LIB_LEDGER_REDIS_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/committer.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/redis_connection.h"

namespace lagesbild::ledger {

struct RedisOptions {
  RedisEndpoint endpoint;
  // The ledger's name, such as "registry/stockholm": its keys' hash tag.
  // Without braces.
  std::string name;
  // A commit is acknowledged when so many replicas have it too; 0: none asked.
  int wait_replicas = 0;
  absl::Duration wait_timeout = absl::Seconds(2);
  CommitterLimits limits;
};

// The ledger `options.name` in a Redis (7.0 or later), made when it is not
// there. Several processes may open one ledger. While Redis is away, commits
// fail with UNAVAILABLE after some seconds of trying; they go on by themselves
// when it is back. A commit whose reply was lost is recognised by Redis when it
// is sent again, so none is applied twice. Where another ledger has taken the
// place of this one, every call gives DATA_LOSS. Does not own `clock` or `ids`.
//   INVALID_ARGUMENT     the address is not of this machine
//   FAILED_PRECONDITION  the server would lose acknowledged commits (its
//                        appendonly, appendfsync), or is too old, or the ledger
//                        has another format
absl::StatusOr<std::unique_ptr<Ledger>> OpenRedis(const RedisOptions& options,
                                                  const base::Clock* clock,
                                                  base::IdSource* ids);

// Makes the ledger `options.name` of the backup at `backup`, with a new store
// id. ALREADY_EXISTS when there is one, DATA_LOSS when the backup is damaged. A
// restore that was cut off is begun anew by the next.
absl::Status RestoreRedis(const std::string& backup,
                          const RedisOptions& options, base::IdSource* ids);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_LEDGER_H_
