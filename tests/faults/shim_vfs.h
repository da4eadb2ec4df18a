#ifndef LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_
#define LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
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
  // From now on no file grows by more than so much: the disk is full there.
  static constexpr std::int64_t kUnlimited =
      std::numeric_limits<std::int64_t>::max();
  void LimitGrowth(std::int64_t bytes);

  // The files as a power cut right now would leave them, written into `folder`:
  // what was synced, and of what was not some sectors, chosen by `seed`.
  void Cut(const std::string& folder, unsigned seed);

  // The same before the n-th write, truncation or sync from now, wherever
  // SQLite is then. `at_cut` runs just before, on SQLite's thread.
  void CutBefore(int n, const std::string& folder, unsigned seed,
                 std::function<void()> at_cut);
  // Whether that cut has been.
  bool CutDone();
  // Whether a file whose name ends so had anything unsynced at the last cut.
  bool CutInto(absl::string_view suffix);

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
    std::int64_t size = 0;  // with what is unsynced
    std::int64_t max_size = kUnlimited;
  };
  struct PlannedCut {
    int left = 0;
    std::string folder;
    unsigned seed = 0;
    std::function<void()> at_cut;
  };
  void BeforeChange() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CutNow(const std::string& folder, unsigned seed)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Apply(const Unsynced& change, std::string* content);
  static void ApplyTorn(const Unsynced& change, std::mt19937* random,
                        std::string* content);

  const std::string name_;
  std::atomic<Fault> fault_ = Fault::kNone;
  base::Mutex mutex_;
  std::map<std::string, Image> images_ ABSL_GUARDED_BY(mutex_);
  std::optional<PlannedCut> planned_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> cut_into_ ABSL_GUARDED_BY(mutex_);
  sqlite3_vfs vfs_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_FAULTS_SHIM_VFS_H_
