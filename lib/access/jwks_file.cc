#include "lib/access/jwks_file.h"

#include <sys/stat.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lib/access/read_file.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

// How long the thread sleeps at most: the injected clock may run faster than
// the system's.
constexpr absl::Duration kMaxNap = absl::Milliseconds(100);

}  // namespace

absl::StatusOr<std::unique_ptr<JwksFile>> JwksFile::Open(
    std::string path, const base::Clock* clock, base::Logger* logger) {
  std::unique_ptr<JwksFile> file(new JwksFile(std::move(path), clock, logger));
  LB_RETURN_IF_ERROR(file->Reload());
  file->watcher_ =
      std::thread([raw = file.get(), due = clock->Monotonic() + kJwksInterval] {
        raw->Watch(due);
      });
  return file;
}

JwksFile::~JwksFile() {
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.SignalAll();
  if (watcher_.joinable()) watcher_.join();
}

std::shared_ptr<const VerificationKey> JwksFile::Find(absl::string_view kid) {
  base::MutexLock lock(&mutex_);
  const auto it = keys_.find(kid);
  return it == keys_.end() ? nullptr : it->second;
}

absl::Status JwksFile::Reload() {
  // Before it is read: a file that is replaced meanwhile is looked at again.
  const Stamp stamp = Look();
  {
    base::MutexLock lock(&mutex_);
    seen_ = stamp;
  }
  LB_ASSIGN_OR_RETURN(const std::string text,
                      ReadSmallFile(path_, kMaxJwksBytes));
  absl::StatusOr<KeySet> keys = ParseJwks(text);
  if (!keys.ok()) {
    return absl::Status(keys.status().code(),
                        absl::StrCat(path_, ": ", keys.status().message()));
  }
  base::MutexLock lock(&mutex_);
  keys_ = *std::move(keys);
  return absl::OkStatus();
}

// Follows symbolic links: Kubernetes replaces one to replace the file.
JwksFile::Stamp JwksFile::Look() const {
  struct stat found = {};
  if (stat(path_.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size,
          absl::ToUnixNanos(absl::TimeFromTimespec(found.st_mtim))};
}

void JwksFile::Watch(absl::Duration due) {
  for (; WaitUntil(due); due += kJwksInterval) {
    const Stamp stamp = Look();
    {
      base::MutexLock lock(&mutex_);
      if (stamp == seen_) continue;
    }
    if (absl::Status status = Reload(); status.ok()) {
      logger_->Info("issuer's keys read again", {{"file", path_}});
    } else {
      logger_->Error("issuer's keys could not be read, the old ones stay",
                     {{"error", std::string(status.message())}});
    }
  }
}

// False when the object goes.
bool JwksFile::WaitUntil(absl::Duration due) {
  base::MutexLock lock(&mutex_);
  while (!stopping_ && clock_->Monotonic() < due) {
    wake_.WaitFor(&mutex_, std::min(due - clock_->Monotonic(), kMaxNap));
  }
  return !stopping_;
}

}  // namespace lagesbild::access
