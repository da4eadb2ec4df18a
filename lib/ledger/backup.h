#ifndef LAGESBILD_LIB_LEDGER_BACKUP_H_
#define LAGESBILD_LIB_LEDGER_BACKUP_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lib/ledger/stored.h"

namespace lagesbild::ledger {

class RecordWriter;

// A backup is one file, the same for every engine:
//   magic   "LAGESBILD-LEDGER-1\n"
//   records length (8 bytes, little-endian), then as many bytes: a letter for
//           the kind, then the fields as codec.h writes them
//             H header   R revision, followed by its versions   V version
//             Q remembered request   L lease   E erasure   Z end
//   digest  SHA-256 over all that stands before it, 32 bytes
// Leases keep their tokens but no holder, so that no fence of the time before
// fits again.

// Writes a backup as it is given. The file is new, and durable after Finish;
// it is removed when the writer goes without that.
class BackupWriter final : public StoreSink {
 public:
  // ALREADY_EXISTS when there is a file at `path`.
  static absl::StatusOr<std::unique_ptr<BackupWriter>> Create(
      const std::string& path);
  ~BackupWriter() override;

  absl::Status Begin(const StoreHeader& header) override;
  absl::Status AddRevision(StoredRevision revision) override;
  absl::Status AddRequest(const RequestRecord& request) override;
  absl::Status AddLease(const std::string& name,
                        const LeaseRecord& lease) override;
  absl::Status AddErasure(const Erasure& erasure) override;
  absl::Status Finish() override;

 private:
  BackupWriter(std::string path, std::FILE* file);
  absl::Status Put(char kind, const std::string& fields);

  const std::string path_;
  const std::unique_ptr<RecordWriter> out_;
  bool finished_ = false;
};

// Checks the whole file, its digest, its chain and its bytes, then gives it to
// `sink`. NOT_FOUND, or DATA_LOSS when it is damaged: `sink` then got nothing.
absl::Status ReadBackup(const std::string& path, StoreSink* sink);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_BACKUP_H_
