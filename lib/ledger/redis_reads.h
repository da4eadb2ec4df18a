#ifndef LAGESBILD_LIB_LEDGER_REDIS_READS_H_
#define LAGESBILD_LIB_LEDGER_REDIS_READS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/redis_connection.h"
#include "lib/ledger/stored.h"

namespace lagesbild::ledger {

// The reads of ledger.h over one connection. Versions never change but by an
// erasure, so what a script or a log page names can be fetched afterwards.
class RedisReads {
 public:
  RedisReads(RedisConnection* connection, std::string tag)
      : connection_(connection), tag_(std::move(tag)) {}

  absl::StatusOr<Head> ReadHead();
  absl::StatusOr<Head> WaitForHead(Revision after, absl::Duration timeout);
  absl::StatusOr<ChangePage> Changes(Revision after, int limit);
  absl::StatusOr<Snapshot> Load();
  absl::StatusOr<std::vector<Version>> History(absl::string_view prefix,
                                               Revision at);
  absl::StatusOr<std::vector<Version>> Versions(absl::string_view key);
  absl::StatusOr<Revision> RevisionAt(absl::Time time);
  absl::StatusOr<std::vector<RequestRecord>> Requests();
  absl::StatusOr<std::vector<Erasure>> Erasures();
  absl::StatusOr<Revision> CompactedThrough();
  absl::StatusOr<LeaseRecord> Lease(absl::string_view name);
  absl::Status CheckPosition(const Position& position);
  // ABORTED when a compaction or an erasure came between: to be begun anew.
  absl::Status Export(StoreSink* sink);
  // Whether the ledger is still the one that was opened; DATA_LOSS when not. A
  // store that was replaced does not come back: asked last, this holds for all
  // that was read before.
  absl::Status CheckStore(absl::string_view store_id);

 private:
  // A version of a key, by name.
  using Name = std::pair<std::string, Revision>;
  struct Fetched {
    StoredVersion version;
    std::int64_t recorded_micros = 0;
  };
  struct LogChange {
    std::string key;
    bool deleted = false;
    Revision before = 0;
  };
  struct LogRevision {
    Revision revision = 0;
    std::int64_t recorded_micros = 0;
    std::size_t count = 0;
    std::string chain;
    std::string digest;
    Meta meta;
    std::vector<LogChange> changes;
  };
  struct LogPage {
    Head head;
    std::vector<LogRevision> revisions;
  };

  std::string Key(absl::string_view part) const;
  absl::StatusOr<LogPage> ReadLog(Revision after, int limit);
  absl::Status AddEntry(const RedisValue& entry, LogPage* page);
  absl::StatusOr<std::vector<Fetched>> Fetch(const std::vector<Name>& names);
  absl::Status FetchSome(const std::vector<Name>& names, std::size_t from,
                         std::vector<Fetched>* fetched);
  absl::StatusOr<std::vector<Version>> FetchVersions(
      const std::vector<Name>& names);
  // Every version of the keys in a range of :index, by key and revision.
  absl::StatusOr<std::vector<Name>> Index(std::string from,
                                          const std::string& to);
  absl::StatusOr<ChangePage> Fill(const LogPage& log);
  // All of a hash that may be large, in order of its fields.
  absl::StatusOr<std::map<std::string, std::string>> HashOf(
      absl::string_view part);
  absl::StatusOr<std::map<std::string, Revision>> ScanState();
  absl::StatusOr<Head> Replay(Revision after,
                              std::map<std::string, Revision>* state);
  absl::StatusOr<Snapshot> LoadOnce();
  absl::StatusOr<Snapshot> LoadFromHistory();
  absl::StatusOr<StoreHeader> ReadStoreHeader();
  absl::Status ExportCompacted(StoreSink* sink, Revision through);
  absl::Status ExportLogged(StoreSink* sink, const StoreHeader& header);
  absl::Status ExportOne(StoreSink* sink, const LogRevision& logged);
  absl::Status ExportRest(StoreSink* sink, Revision head);
  absl::StatusOr<StoredRevision> FetchRevision(Revision revision,
                                               const std::vector<Name>& names);
  // Ends a MULTI that was appended with so many commands.
  absl::StatusOr<RedisReply> Execute(std::size_t queued);
  static Head HeadOf(const RedisValue& revision, const RedisValue& recorded,
                     const RedisValue& chain);

  RedisConnection* const connection_;
  const std::string tag_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_READS_H_
