#include "lib/ledger/backup_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/ledger/codec.h"
#include "lib/ledger/errors.h"

namespace lagesbild::ledger {
namespace {

constexpr std::size_t kLengthBytes = 8;

absl::Status WriteError() {
  const std::string why = absl::StrCat("backup: ", std::strerror(errno));
  return errno == ENOSPC ? StorageFull(why) : StorageUnavailable(why);
}

absl::Status Damaged(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("damaged backup: ", why));
}

}  // namespace

RunningDigest::RunningDigest() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_, EVP_sha256(), nullptr);
}

RunningDigest::~RunningDigest() { EVP_MD_CTX_free(context_); }

void RunningDigest::Feed(absl::string_view bytes) {
  EVP_DigestUpdate(context_, bytes.data(), bytes.size());
}

std::string RunningDigest::Finish() {
  unsigned char out[kBackupDigestBytes];
  EVP_DigestFinal_ex(context_, out, nullptr);
  return std::string(reinterpret_cast<char*>(out), sizeof(out));
}

RecordWriter::RecordWriter(std::FILE* file) : file_(file) {
  // A failed write shows again at the flush in Finish.
  Write(kBackupMagic).IgnoreError();
}

RecordWriter::~RecordWriter() { std::fclose(file_); }

absl::Status RecordWriter::Write(absl::string_view bytes) {
  digest_.Feed(bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) {
    return absl::OkStatus();
  }
  return WriteError();
}

absl::Status RecordWriter::Put(absl::string_view record) {
  LB_RETURN_IF_ERROR(
      Write(Encoder().Number(std::int64_t(record.size())).Take()));
  return Write(record);
}

absl::Status RecordWriter::Finish() {
  LB_RETURN_IF_ERROR(Write(digest_.Finish()));
  if (std::ferror(file_) != 0 || std::fflush(file_) != 0 ||
      fsync(fileno(file_)) != 0) {
    return WriteError();
  }
  return absl::OkStatus();
}

RecordReader::RecordReader(std::FILE* file, std::size_t size)
    : file_(file), left_(size) {}

RecordReader::~RecordReader() { std::fclose(file_); }

absl::StatusOr<std::unique_ptr<RecordReader>> RecordReader::Open(
    const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("backup ", path, ": ", std::strerror(errno)));
  }
  struct stat info;
  fstat(fileno(file), &info);
  std::unique_ptr<RecordReader> reader(
      new RecordReader(file, static_cast<std::size_t>(info.st_size)));
  LB_ASSIGN_OR_RETURN(const std::string magic,
                      reader->Read(std::strlen(kBackupMagic)));
  if (magic != kBackupMagic) return Damaged("not a backup of a ledger");
  return reader;
}

absl::StatusOr<std::string> RecordReader::Read(std::size_t size) {
  // Checked first: a damaged length must not make us ask for all memory.
  if (size > left_) return Damaged("cut short");
  std::string bytes(size, '\0');
  if (std::fread(bytes.data(), 1, size, file_) != size) {
    return Damaged("cannot be read");
  }
  left_ -= size;
  digest_.Feed(bytes);
  return bytes;
}

absl::StatusOr<std::string> RecordReader::Next() {
  LB_ASSIGN_OR_RETURN(const std::string length, Read(kLengthBytes));
  return Read(static_cast<std::size_t>(Decoder(length).Number()));
}

absl::Status RecordReader::CheckEnd() {
  const std::string expected = digest_.Finish();
  if (left_ != kBackupDigestBytes) return Damaged("wrong length");
  std::string found(kBackupDigestBytes, '\0');
  if (std::fread(found.data(), 1, found.size(), file_) != found.size() ||
      found != expected) {
    return Damaged("the digest does not fit");
  }
  return absl::OkStatus();
}

}  // namespace lagesbild::ledger
