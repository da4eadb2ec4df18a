#ifndef LAGESBILD_LIB_LEDGER_SQLITE_LEDGER_H_
#define LAGESBILD_LIB_LEDGER_SQLITE_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"
#include "lib/base/ids.h"
#include "lib/ledger/committer.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

struct SqliteOptions {
  // How long a commit waits for another process that writes the same file.
  absl::Duration busy_timeout = absl::Seconds(5);
  // The name of a registered VFS; empty: SQLite's own.
  std::string vfs;
  // Pages in the WAL that make a checkpoint: the more, the fewer fsyncs.
  int checkpoint_pages = 4000;
  // Which ledger it must be, such as "registry/stockholm". A file that has no
  // name yet is given it; empty: not asked.
  std::string name;
  CommitterLimits limits;
};

// The embedded ledger: one file (and its -wal and -shm beside it), made when it
// is not there. WAL with synchronous=FULL: what is acknowledged survives a
// power cut. Several processes may open one file. An erasure writes the
// file anew; commits wait for it. Only the owner of a file it makes can read
// it. Does not own `clock` or `ids`.
//   FAILED_PRECONDITION  the file is not a ledger, of a later format, or the
//                        ledger has another name
//   DATA_LOSS            the file is damaged
absl::StatusOr<std::unique_ptr<Ledger>> OpenSqlite(
    const std::string& path, const base::Clock* clock, base::IdSource* ids,
    const SqliteOptions& options = {});

// Makes a ledger at `path` of the backup at `backup`, with a new store id; all
// or nothing. ALREADY_EXISTS when `path` holds anything, DATA_LOSS when the
// backup is damaged.
absl::Status RestoreSqlite(const std::string& backup, const std::string& path,
                           base::IdSource* ids,
                           const SqliteOptions& options = {});

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_SQLITE_LEDGER_H_
