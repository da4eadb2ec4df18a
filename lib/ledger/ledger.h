#ifndef LAGESBILD_LIB_LEDGER_LEDGER_H_
#define LAGESBILD_LIB_LEDGER_LEDGER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lagesbild::ledger {

// A ledger is one service's memory of one region: a map of versioned records
// and the ordered log of how it came to be. Every change is one revision:
// atomic, durable before it is acknowledged, never reused and chained to the
// one before. Records are opaque bytes under keys of printable ASCII.
//
// Three stores with three horizons: the state (live records), the history
// (every version, never compacted, only erased by decision) and the log (the
// order for watchers, compacted). Compaction and restarts change no as-of
// answer.

// Counts commits; the first is 1. 0 stands for the empty ledger.
using Revision = std::int64_t;

inline constexpr int kMaxKeyBytes = 512;
inline constexpr int kMaxValueBytes = 8 << 20;
// One import of a whole county, a thousand times over, is one revision.
inline constexpr int kMaxWritesPerCommit = 2'000'000;
// Keys, values and meta of one commit; Redis takes it as one command.
inline constexpr std::size_t kMaxCommitBytes = std::size_t{768} << 20;

// One record to change. Keys may appear once in a transaction.
struct Write {
  std::string key;
  std::optional<std::string> value;  // nullopt: delete
  // The revision that last changed the key, 0 where it must be absent; nullopt:
  // whatever it is.
  std::optional<Revision> expected;
};

// A record that is not written but must be as it was read.
struct Check {
  std::string key;
  Revision expected = 0;
};

// Names one request of one caller, so that a repeat is recognised. A request is
// remembered for kRequestMemory.
struct RequestKey {
  std::string agency;
  std::string method;
  std::string request_id;
  std::string digest;  // of the request's content
};

inline constexpr absl::Duration kRequestMemory = absl::Hours(24 * 7);

// Why a commit happened. Stored with the revision; part of the chain.
struct Meta {
  std::string actor;  // agency and subject, or the follower that derived it
  std::optional<RequestKey> request;
  std::string cause;  // the method, or the upstream event
  std::string basis;  // upstream positions that a derived commit saw
};

// Holding a lease is only a promise until the commit checks it.
struct Fence {
  std::string lease;
  std::int64_t token = 0;
};

struct Transaction {
  std::vector<Write> writes;
  std::vector<Check> checks;
  Meta meta;
  std::optional<Fence> fence;
  // Only for importing history into a ledger that holds nothing but imported
  // history: the time the change was recorded elsewhere; must not decrease.
  std::optional<absl::Time> migrated_time;
};

struct Committed {
  Revision revision = 0;
  absl::Time recorded;
  // The request had been committed before: nothing was written now, and
  // `revision` and `recorded` are the first time's.
  bool repeated = false;
};

using CommitCallback = std::function<void(absl::StatusOr<Committed>)>;

// One version of one record.
struct Version {
  std::string key;
  Revision revision = 0;
  absl::Time recorded;
  std::optional<std::string> value;  // nullopt: deleted at this revision
  bool erased = false;               // the bytes are gone by decision
};

struct Change {
  std::string key;
  std::optional<Version> before;     // nullopt: the key did not exist
  std::optional<std::string> after;  // nullopt: deleted
  bool erased = false;               // `after` was erased since
};

// Everything one commit did.
struct RevisionChanges {
  Revision revision = 0;
  absl::Time recorded;
  std::string chain;  // the chain hash at this revision
  Meta meta;
  std::vector<Change> changes;
};

struct ChangePage {
  std::vector<RevisionChanges> revisions;  // whole ones, oldest first
  Revision head = 0;                       // when the page was read
};

struct Head {
  Revision revision = 0;
  absl::Time recorded;
  std::string chain;  // hash at `revision`; a fixed value for the empty ledger
};

// All live records at one revision, in key order.
struct Snapshot {
  Head head;
  std::vector<Version> records;
};

// Where a watcher stands. The chain hash ties it to one history: after a lost
// tail or a restored backup it is found to be foreign, not silently wrong.
struct Position {
  std::string store_id;
  Revision revision = 0;
  std::string chain;
};

// A remembered request.
struct RequestRecord {
  RequestKey key;
  Revision revision = 0;
  absl::Time recorded;
};

// The state of a lease as stored. A taker who has seen `beat` stand still for
// `ttl` by its own monotonic clock may take it with token + 1 (LeaseKeeper).
struct LeaseRecord {
  std::string holder;  // empty: free
  std::int64_t token = 0;
  std::int64_t beat = 0;
  absl::Duration ttl;
};

// Bytes of some revisions of one key to erase for good.
struct Erasure {
  std::string key;
  std::vector<Revision> revisions;  // empty: every one
  std::string decision;             // the decision's reference, kept
};

// Thread-safe. Calls block except Commit; none may be made from a completion.
// Storage that is out of reach or full gives UNAVAILABLE (STORAGE_UNAVAILABLE)
// or RESOURCE_EXHAUSTED (STORAGE_FULL); the ledger recovers by itself when the
// cause is gone. DATA_LOSS means that what is stored contradicts itself.
class Ledger {
 public:
  // Commits that were accepted complete first; later ones fail with
  // UNAVAILABLE.
  virtual ~Ledger() = default;

  // Applies `transaction` atomically at one new revision, durable before `done`
  // hears OK. Its recorded time is max(clock, the last one's).
  //   ABORTED REVISION_MISMATCH   a key is not at its expected revision; the
  //                               metadata names it
  //   ABORTED LEASE_LOST          the fence is not the lease's current token
  //   INVALID_ARGUMENT REQUEST_ID_REUSED   same request id, other digest
  //   INVALID_ARGUMENT            no writes, a key twice, a limit passed
  //   RESOURCE_EXHAUSTED OVERLOADED   too many wait; not tried, told at once
  //   UNAVAILABLE                 the outcome may be unknown: repeat with the
  //                               same request id or expected revisions
  // `done` runs exactly once, on a thread of the ledger, or on this one where
  // refusals come faster than they are heard; it must not block. Commits of one
  // caller are ordered as they were given.
  virtual void Commit(Transaction transaction, CommitCallback done) = 0;

  // Whole revisions after `after`, oldest first, at most `limit` changes (more
  // only where one revision alone is larger).
  // OUT_OF_RANGE CURSOR_COMPACTED when `after` < CompactedThrough();
  // OUT_OF_RANGE CURSOR_AHEAD when it lies beyond the head.
  virtual absl::StatusOr<ChangePage> ReadChanges(Revision after, int limit) = 0;

  // Returns when the head is beyond `after`, or after `timeout`, with the head.
  virtual absl::StatusOr<Head> WaitForHead(Revision after,
                                           absl::Duration timeout) = 0;

  virtual absl::StatusOr<Head> ReadHead() = 0;

  // Every live record at one revision.
  virtual absl::StatusOr<Snapshot> Load() = 0;

  // The records whose key starts with `prefix` as they stood after revision
  // `at`; deleted ones are left out. OUT_OF_RANGE when `at` is beyond the head.
  virtual absl::StatusOr<std::vector<Version>> ReadHistory(
      absl::string_view prefix, Revision at) = 0;

  // Every version of one key, oldest first; deletions included.
  virtual absl::StatusOr<std::vector<Version>> ReadVersions(
      absl::string_view key) = 0;

  // The last revision recorded at or before `time`, 0 when there is none.
  virtual absl::StatusOr<Revision> RevisionAt(absl::Time time) = 0;

  // The requests remembered at head.
  virtual absl::StatusOr<std::vector<RequestRecord>> LoadRequests() = 0;

  // Drops the log up to and including `through`, and forgets requests older
  // than kRequestMemory. State and history stay.
  virtual absl::Status Compact(Revision through) = 0;
  virtual absl::StatusOr<Revision> CompactedThrough() = 0;

  // Replaces bytes by a tombstone in state, history, log and every reply. The
  // digests stay, so the chain stays valid. Durable when OK; the bytes are gone
  // from the files too. A live record's newest version can be erased: it then
  // reads as erased with empty bytes.
  // NOT_FOUND, and nothing erased, when the key has no such version. May be
  // repeated.
  virtual absl::Status Erase(const Erasure& erasure) = 0;

  // Every erasure carried out, oldest first, with the revisions that it took:
  // what must be carried out again (EraseAgain) after an older backup is
  // restored.
  virtual absl::StatusOr<std::vector<Erasure>> ReadErasures() = 0;

  // OK when the position is in this ledger's log or is its head, else
  // INVALID_ARGUMENT CURSOR_FOREIGN, OUT_OF_RANGE CURSOR_COMPACTED or
  // OUT_OF_RANGE CURSOR_AHEAD.
  virtual absl::Status CheckPosition(const Position& position) = 0;

  // Minted when the store is made and again by a restore.
  virtual std::string StoreId() = 0;

  // Recomputes chain and digests, and compares the live records with history.
  // DATA_LOSS naming the first revision, or record, that does not fit.
  virtual absl::Status VerifyChain() = 0;

  // Writes a consistent copy of everything to a new file at `path`, while
  // commits go on; OpenBackup formats are the same for all engines (backup.h).
  virtual absl::Status Backup(const std::string& path) = 0;

  // A lease lives outside revisions and log. SwapLease succeeds only while the
  // stored record equals `expected` in token and beat; else ABORTED LEASE_LOST.
  virtual absl::StatusOr<LeaseRecord> ReadLease(absl::string_view name) = 0;
  virtual absl::Status SwapLease(absl::string_view name,
                                 const LeaseRecord& expected,
                                 const LeaseRecord& next) = 0;
};

// Commit and wait, for tools and tests; never on an RPC thread.
absl::StatusOr<Committed> CommitAndWait(Ledger* ledger,
                                        Transaction transaction);

// Carries out what ReadErasures gave in a ledger restored from an older backup,
// before anything is committed to it. Revisions that the backup does not hold
// are left out.
absl::Status EraseAgain(Ledger* ledger, const std::vector<Erasure>& erasures);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_LEDGER_H_
