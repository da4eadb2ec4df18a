#ifndef LAGESBILD_LIB_LEDGER_MEMORY_STORE_H_
#define LAGESBILD_LIB_LEDGER_MEMORY_STORE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "lib/ledger/commit_rules.h"
#include "lib/ledger/ledger.h"
#include "lib/ledger/stored.h"
#include "lib/ledger/transaction.h"

namespace lagesbild::ledger {

// The reference model: the contract of ledger.h in ordinary containers, written
// to be read. Not thread-safe. As a sink it takes a restored backup.
class MemoryStore final : public CommitFacts, public StoreSink {
 public:
  explicit MemoryStore(std::string store_id);

  absl::StatusOr<Committed> Apply(const PreparedTransaction& prepared,
                                  absl::Time now);
  const Head& head() const { return standing_.head; }
  Revision compacted_through() const { return compacted_through_; }
  const std::string& store_id() const { return store_id_; }

  absl::StatusOr<ChangePage> ReadChanges(Revision after, int limit) const;
  Snapshot Load() const;
  absl::StatusOr<std::vector<Version>> ReadHistory(absl::string_view prefix,
                                                   Revision at) const;
  std::vector<Version> ReadVersions(absl::string_view key) const;
  Revision RevisionAt(absl::Time time) const;
  std::vector<RequestRecord> LoadRequests() const;
  absl::Status Compact(Revision through, absl::Time now);
  absl::Status Erase(const Erasure& erasure);
  const std::vector<Erasure>& erasures() const { return erasures_; }
  absl::Status CheckPosition(const Position& position) const;
  absl::Status SwapLease(absl::string_view name, const LeaseRecord& expected,
                         const LeaseRecord& next);
  absl::Status Export(StoreSink* sink) const;

  absl::StatusOr<std::optional<RequestRecord>> FindRequest(
      const RequestKey& request) override;
  absl::StatusOr<LeaseRecord> FindLease(absl::string_view name) override;
  absl::StatusOr<Revision> RevisionOf(absl::string_view key) override;

  absl::Status Begin(const StoreHeader& header) override;
  absl::Status AddRevision(StoredRevision revision) override;
  absl::Status AddRequest(const RequestRecord& request) override;
  absl::Status AddLease(const std::string& name,
                        const LeaseRecord& lease) override;
  absl::Status AddErasure(const Erasure& erasure) override;
  absl::Status Finish() override;

 private:
  struct Kept {
    Version version;
    std::string digest;
  };
  using Versions = std::vector<Kept>;  // of one key, oldest first
  struct LogEntry {
    std::string chain;
    std::string content_digest;
    Meta meta;
    std::vector<std::string> keys;  // in commit order
  };
  using RequestId = std::tuple<std::string, std::string, std::string>;

  void Record(const PreparedTransaction& prepared);
  void Remember(const RequestRecord& request);
  // The first version recorded after revision `at`.
  static Versions::const_iterator After(const Versions& versions, Revision at);
  // The version of the key at `at` or before; null where there is none or it
  // is a deletion.
  static const Version* LiveAt(const Versions& versions, Revision at);
  const Kept* VersionOf(const std::string& key, Revision revision) const;
  const LogEntry& Logged(Revision revision) const;
  RevisionChanges ChangesOf(Revision revision) const;
  Change ChangeOf(const std::string& key, Revision revision) const;
  std::string ChainAt(Revision revision) const;
  void ForgetRequests(absl::Time now);
  StoredRevision StoredAt(Revision revision,
                          const std::vector<std::string>& keys) const;

  std::string store_id_;
  Standing standing_ = EmptyStanding();
  Revision compacted_through_ = 0;
  std::string compacted_chain_;
  std::map<std::string, Versions, std::less<>> history_;
  std::deque<LogEntry> log_;          // of compacted_through_ + 1 and on
  std::vector<absl::Time> recorded_;  // of revision 1 and on
  std::map<RequestId, RequestRecord> requests_;
  std::map<std::string, LeaseRecord, std::less<>> leases_;
  std::vector<Erasure> erasures_;
};

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_MEMORY_STORE_H_
