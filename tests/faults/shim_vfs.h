#ifndef LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_
#define LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "lib/base/mutex.h"

namespace lagesbild::testing {

// A SQLite VFS over the default one that remembers which bytes were synced, and
// that can fail on demand. Registered under name() while it lives. Thread-safe.
class ShimVfs {
 public:
  enum class Fault { kNone, kFull, kReadOnly, kSyncFails };

  ShimVfs();
  ~ShimVfs();
  ShimVfs(const ShimVfs&) = delete;
  ShimVfs& operator=(const ShimVfs&) = delete;

  const std::string& name() const { return name_; }
  // From now on, for every file.
  void Set(Fault fault) { fault_ = fault; }

  // The files as a power cut right now would leave them, written into `folder`:
  // what was synced, and of what was not some sectors, chosen by `random`.
  void Cut(const std::string& folder, std::mt19937* random);

  // For the VFS' methods.
  int OnWrite(const std::string& path, absl::string_view bytes,
              std::int64_t offset);
  void OnTruncate(const std::string& path, std::int64_t size);
  int OnSync(const std::string& path);
  void OnDelete(const std::string& path);

 private:
  struct Unsynced {
    std::int64_t offset = 0;
    std::string bytes;
    bool truncates = false;
  };
  struct Image {
    std::string synced;
    std::vector<Unsynced> since;
  };
  static void Apply(const Unsynced& change, std::string* content);
  static void ApplyTorn(const Unsynced& change, std::mt19937* random,
                        std::string* content);

  const std::string name_;
  std::atomic<Fault> fault_ = Fault::kNone;
  base::Mutex mutex_;
  std::map<std::string, Image> images_ ABSL_GUARDED_BY(mutex_);
  sqlite3_vfs vfs_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_
