#include "lib/access/write_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace lagesbild::access {
namespace {

constexpr mode_t kOpenMode = 0644;
constexpr mode_t kSecretMode = 0600;

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(fd) == 0;
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, absl::string_view bytes,
                         FileSecrecy secrecy) {
  const std::string fresh = absl::StrCat(path, ".new");
  const mode_t mode = secrecy == FileSecrecy::kSecret ? kSecretMode : kOpenMode;
  // O_EXCL: never through a link or into a file that others can read.
  unlink(fresh.c_str());
  const int fd =
      open(fresh.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
  bool written = fd >= 0 && WriteAll(fd, bytes);
  if (fd >= 0) written &= close(fd) == 0;
  if (written && rename(fresh.c_str(), path.c_str()) == 0) {
    return absl::OkStatus();
  }
  unlink(fresh.c_str());
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": cannot be written"));
}

}  // namespace lagesbild::access
