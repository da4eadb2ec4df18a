#ifndef LAGESBILD_LIB_ACCESS_JWKS_FILE_H_
#define LAGESBILD_LIB_ACCESS_JWKS_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/access/jwks.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"

namespace lagesbild::access {

// How long a key may go on working after it was taken out of the file.
inline constexpr absl::Duration kJwksInterval = absl::Seconds(30);

// Keys in a file that an operator replaces. A thread of its own looks every
// kJwksInterval of the monotonic clock whether it is another file than before;
// Find never touches it. A set that cannot be read leaves the last good one in
// force, and is logged.
class JwksFile final : public KeySource {
 public:
  // Fails as ParseJwks(), naming the file, or NOT_FOUND or FAILED_PRECONDITION
  // when it cannot be read. `clock` and `logger` must outlive the object.
  static absl::StatusOr<std::unique_ptr<JwksFile>> Open(
      std::string path, const base::Clock* clock, base::Logger* logger);
  ~JwksFile() override;

  std::shared_ptr<const VerificationKey> Find(absl::string_view kid) override;

  // Reads the file now, on this thread. On an error the last good set stays in
  // force.
  absl::Status Reload();

 private:
  // What tells one content of a path from another without reading it.
  struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
  };

  JwksFile(std::string path, const base::Clock* clock, base::Logger* logger)
      : path_(std::move(path)), clock_(clock), logger_(logger) {}
  Stamp Look() const;
  void Watch(absl::Duration due);
  bool WaitUntil(absl::Duration due);

  const std::string path_;
  const base::Clock* const clock_;
  base::Logger* const logger_;

  mutable base::Mutex mutex_;
  base::CondVar wake_;
  KeySet keys_ ABSL_GUARDED_BY(mutex_);
  Stamp seen_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread watcher_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_JWKS_FILE_H_
