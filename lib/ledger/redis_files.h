#ifndef LAGESBILD_LIB_LEDGER_REDIS_FILES_H_
#define LAGESBILD_LIB_LEDGER_REDIS_FILES_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "lib/ledger/redis_connection.h"

namespace lagesbild::ledger {

// Redis' append-only file and snapshot, as seen over one connection. Calls wait
// for Redis; STORAGE_UNAVAILABLE after `patience`, or when it cannot write.

// Returns once the append-only file was written anew since the server started;
// asks for it where nobody did. FAILED_PRECONDITION for a Redis before 7.
//
// A server that was killed in the middle of writing a transaction to its
// append-only file starts without that transaction, but may leave the beginning
// of it in the file (aof-load-truncated; redis 7.0, mended in valkey by pull
// request 4342). The next transaction is appended to it, and at the next start
// both are carried out as one: a commit that nobody was told of comes back
// under a revision that another one has taken.
absl::Status EnsureOwnAppendOnlyFile(RedisConnection* connection,
                                     absl::Duration patience);

// Writes the append-only file and the snapshot anew: bytes that were removed
// before the call are in no file after it.
absl::Status RewriteFiles(RedisConnection* connection, absl::Duration patience);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_FILES_H_
