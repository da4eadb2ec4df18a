#ifndef LAGESBILD_LIB_LEDGER_BACKUP_FILE_H_
#define LAGESBILD_LIB_LEDGER_BACKUP_FILE_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "openssl/evp.h"

namespace lagesbild::ledger {

// The frame of a backup file: length-delimited records between a magic line and
// a digest of everything before it. Knows nothing of what the records say.

inline constexpr char kBackupMagic[] = "LAGESBILD-LEDGER-1\n";
inline constexpr std::size_t kBackupDigestBytes = 32;

// SHA-256 over what is fed to it.
class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;
  void Feed(absl::string_view bytes);
  std::string Finish();

 private:
  EVP_MD_CTX* const context_;
};

// Writes records to an open file, which it owns.
class RecordWriter {
 public:
  explicit RecordWriter(std::FILE* file);
  ~RecordWriter();
  absl::Status Put(absl::string_view record);
  // Writes the digest and makes the file durable.
  absl::Status Finish();

 private:
  absl::Status Write(absl::string_view bytes);

  std::FILE* const file_;
  RunningDigest digest_;
};

// Reads records back. Any damage is DATA_LOSS.
class RecordReader {
 public:
  static absl::StatusOr<std::unique_ptr<RecordReader>> Open(
      const std::string& path);
  ~RecordReader();
  absl::StatusOr<std::string> Next();
  // The digest fits, and nothing stands after it.
  absl::Status CheckEnd();

 private:
  RecordReader(std::FILE* file, std::size_t size);
  absl::StatusOr<std::string> Read(std::size_t size);

  std::FILE* const file_;
  std::size_t left_;
  RunningDigest digest_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_BACKUP_FILE_H_
