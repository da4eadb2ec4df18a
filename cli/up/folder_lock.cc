#include "cli/up/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::cli {
namespace {

constexpr mode_t kLockMode = 0600;

}  // namespace

absl::StatusOr<FolderLock> FolderLock::Take(const std::string& dir) {
  const std::string path = dir + "/lock";
  FolderLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kLockMode));
  if (lock.fd_ >= 0 && flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (lock.fd_ >= 0 && errno == EWOULDBLOCK) {
    return absl::FailedPreconditionError(
        absl::StrCat("another lagesbild up serves this folder: ", dir));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("cannot lock ", path, ": ", std::strerror(errno)));
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace lagesbild::cli
