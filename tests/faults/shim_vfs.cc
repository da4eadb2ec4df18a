#include "tests/faults/shim_vfs.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lagesbild::testing {
namespace {

constexpr std::int64_t kSector = 512;

// What SQLite holds for an open file: ours, with the real one behind it.
struct ShimFile {
  sqlite3_file base;
  ShimVfs* shim;
  std::string* path;
  sqlite3_file* real;
};

ShimFile* Ours(sqlite3_file* file) { return reinterpret_cast<ShimFile*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Ours(file)->real; }
ShimVfs* ShimOf(sqlite3_vfs* vfs) {
  return static_cast<ShimVfs*>(vfs->pAppData);
}
sqlite3_vfs* Default() { return sqlite3_vfs_find("unix"); }

int Close(sqlite3_file* file) {
  const int code = Real(file)->pMethods->xClose(Real(file));
  delete Ours(file)->path;
  return code;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), out, size, offset);
}

int Write(sqlite3_file* file, const void* bytes, int size,
          sqlite3_int64 offset) {
  const absl::string_view view(static_cast<const char*>(bytes),
                               static_cast<std::size_t>(size));
  const int code = Ours(file)->shim->OnWrite(*Ours(file)->path, view, offset);
  if (code != SQLITE_OK) return code;
  return Real(file)->pMethods->xWrite(Real(file), bytes, size, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  Ours(file)->shim->OnTruncate(*Ours(file)->path, size);
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  const int code = Ours(file)->shim->OnSync(*Ours(file)->path);
  if (code != SQLITE_OK) return code;
  return Real(file)->pMethods->xSync(Real(file), flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}

int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}

int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}

int CheckReserved(sqlite3_file* file, int* out) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
}

int FileControl(sqlite3_file* file, int op, void* arg) {
  return Real(file)->pMethods->xFileControl(Real(file), op, arg);
}

int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}

// Nothing that a real disk might not have: no safe appends, no atomic writes.
int Characteristics(sqlite3_file*) { return 0; }

int ShmMap(sqlite3_file* file, int page, int size, int extend,
           void volatile** out) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, out);
}

int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}

void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}

int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReserved,
                                         FileControl,
                                         SectorSize,
                                         Characteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
         int* out) {
  ShimFile* ours = Ours(file);
  ours->base.pMethods = nullptr;
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  const int code = Default()->xOpen(Default(), name, ours->real, flags, out);
  if (code != SQLITE_OK) return code;
  ours->shim = ShimOf(vfs);
  ours->path = new std::string(name == nullptr ? "" : name);
  ours->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync) {
  ShimOf(vfs)->OnDelete(name);
  return Default()->xDelete(Default(), name, sync);
}

}  // namespace

ShimVfs::ShimVfs()
    : name_(absl::StrCat("shim", reinterpret_cast<std::uintptr_t>(this))),
      vfs_(*Default()) {
  vfs_.szOsFile = int(sizeof(ShimFile)) + Default()->szOsFile;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = Open;
  vfs_.xDelete = Delete;
  sqlite3_vfs_register(&vfs_, 0);
}

ShimVfs::~ShimVfs() { sqlite3_vfs_unregister(&vfs_); }

int ShimVfs::OnWrite(const std::string& path, absl::string_view bytes,
                     std::int64_t offset) {
  if (fault_ == Fault::kFull) return SQLITE_FULL;
  if (fault_ == Fault::kReadOnly) return SQLITE_IOERR_WRITE;
  base::MutexLock lock(&mutex_);
  BeforeChange();
  Image& image = images_[path];
  const std::int64_t end = offset + static_cast<std::int64_t>(bytes.size());
  if (end > image.max_size) return SQLITE_FULL;
  image.since.push_back({offset, std::string(bytes), false});
  image.size = std::max(image.size, end);
  return SQLITE_OK;
}

void ShimVfs::OnTruncate(const std::string& path, std::int64_t size) {
  base::MutexLock lock(&mutex_);
  BeforeChange();
  Image& image = images_[path];
  image.since.push_back({size, "", true});
  image.size = size;
}

int ShimVfs::OnSync(const std::string& path) {
  if (fault_ == Fault::kSyncFails) return SQLITE_IOERR_FSYNC;
  base::MutexLock lock(&mutex_);
  BeforeChange();
  Image& image = images_[path];
  for (const Unsynced& change : image.since) Apply(change, &image.synced);
  image.since.clear();
  return SQLITE_OK;
}

void ShimVfs::OnDelete(const std::string& path) {
  base::MutexLock lock(&mutex_);
  images_.erase(path);
}

void ShimVfs::Apply(const Unsynced& change, std::string* content) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.truncates) {
    content->resize(offset);
    return;
  }
  if (content->size() < offset + change.bytes.size()) {
    content->resize(offset + change.bytes.size());
  }
  content->replace(offset, change.bytes.size(), change.bytes);
}

// A disk writes sectors, in any order, and none or all of each.
void ShimVfs::ApplyTorn(const Unsynced& change, std::mt19937* random,
                        std::string* content) {
  if (change.truncates) {
    if ((*random)() % 2 == 0) Apply(change, content);
    return;
  }
  std::int64_t at = 0;
  const auto size = static_cast<std::int64_t>(change.bytes.size());
  while (at < size) {
    const std::int64_t end =
        std::min(size, at + kSector - (change.offset + at) % kSector);
    if ((*random)() % 2 == 0) {
      Apply(
          {change.offset + at,
           change.bytes.substr(std::size_t(at), std::size_t(end - at)), false},
          content);
    }
    at = end;
  }
}

void ShimVfs::LimitGrowth(std::int64_t bytes) {
  base::MutexLock lock(&mutex_);
  for (auto& [path, image] : images_) {
    image.max_size = bytes < kUnlimited ? image.size + bytes : kUnlimited;
  }
}

void ShimVfs::CutBefore(int n, const std::string& folder, unsigned seed,
                        std::function<void()> at_cut) {
  base::MutexLock lock(&mutex_);
  planned_ = {n, folder, seed, std::move(at_cut)};
}

bool ShimVfs::CutDone() {
  base::MutexLock lock(&mutex_);
  return !planned_;
}

bool ShimVfs::CutInto(absl::string_view suffix) {
  base::MutexLock lock(&mutex_);
  return std::any_of(cut_into_.begin(), cut_into_.end(),
                     [suffix](const std::string& path) {
                       return absl::EndsWith(path, suffix);
                     });
}

void ShimVfs::BeforeChange() {
  if (!planned_ || --planned_->left > 0) return;
  planned_->at_cut();
  CutNow(planned_->folder, planned_->seed);
  planned_.reset();
}

void ShimVfs::Cut(const std::string& folder, unsigned seed) {
  base::MutexLock lock(&mutex_);
  CutNow(folder, seed);
}

void ShimVfs::CutNow(const std::string& folder, unsigned seed) {
  std::mt19937 random(seed);
  cut_into_.clear();
  for (const auto& [path, image] : images_) {
    std::string content = image.synced;
    for (const Unsynced& change : image.since) {
      ApplyTorn(change, &random, &content);
    }
    if (!image.since.empty()) cut_into_.insert(path);
    const std::filesystem::path name = std::filesystem::path(path).filename();
    std::ofstream(std::filesystem::path(folder) / name, std::ios::binary)
        << content;
  }
}

}  // namespace lagesbild::testing
