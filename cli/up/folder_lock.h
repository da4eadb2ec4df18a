#ifndef LAGESBILD_CLI_UP_FOLDER_LOCK_H_
#define LAGESBILD_CLI_UP_FOLDER_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace lagesbild::cli {

// Keeps every other holder out of a folder of state for as long as it lives.
// The system lets go of it with the process, however that ends.
class FolderLock {
 public:
  // Locks `dir`/lock, which is made when missing and stays. FAILED_PRECONDITION
  // when another holder has it or the file cannot be made.
  static absl::StatusOr<FolderLock> Take(const std::string& dir);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_UP_FOLDER_LOCK_H_
