#ifndef LAGESBILD_LIB_LEDGER_REDIS_CODEC_H_
#define LAGESBILD_LIB_LEDGER_REDIS_CODEC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/redis_connection.h"
#include "lib/ledger/stored.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// How the values in Redis are written. A version is a letter (p put, d deleted,
// e erased), the recorded microseconds, a space, the payload's digest (32
// bytes, none when deleted), the bytes.

// Outcomes of a writer's commits that Redis remembers; the script has the same.
inline constexpr std::size_t kRememberedOutcomes = 1024;

// A writer's place in its own sequence of commits, by which a commit whose
// reply was lost is recognised when it is sent again.
struct WriterPlace {
  std::string writer;
  std::int64_t epoch = 0;
  std::int64_t sequence = 0;
};

// The arguments of CommitScript. `views` refer into `texts` and into what was
// given to EncodeCommit, all of which must outlive them.
struct CommitArguments {
  std::vector<std::string> texts;
  std::vector<absl::string_view> views;
};

// EVALSHA with the script's arguments, ready to Append.
CommitArguments EncodeCommit(absl::string_view tag, absl::string_view store_id,
                             const WriterPlace& place, absl::Time now,
                             const PreparedTransaction& prepared);

// What the script replied. A status that is not one of the ledger's refusals is
// STORE (DATA_LOSS) or unknown (INTERNAL).
absl::StatusOr<Committed> DecodeCommitted(const Transaction& transaction,
                                          const RedisValue& reply);

// DATA_LOSS: the ledger in Redis is not the one that was opened.
absl::Status OtherStore();

std::string HistoryField(absl::string_view key, Revision revision);
bool SplitHistoryField(absl::string_view field, std::string* key,
                       Revision* revision);
std::string PaddedRevision(Revision revision);

std::string EncodeVersion(const StoredVersion& version,
                          std::int64_t recorded_micros);
// False when `text` is not a version.
bool DecodeVersion(absl::string_view text, StoredVersion* version,
                   std::int64_t* recorded_micros);

std::string EncodeRequestField(const RequestKey& request);
std::string EncodeRequestValue(const RequestRecord& record);
bool DecodeRequest(absl::string_view field, absl::string_view value,
                   RequestRecord* record);

std::string EncodeLease(const LeaseRecord& lease);
bool DecodeLease(absl::string_view text, LeaseRecord* lease);

std::string EncodeErasureRecord(const Erasure& erasure);
bool DecodeErasureRecord(absl::string_view text, Erasure* erasure);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_CODEC_H_
