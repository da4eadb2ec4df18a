#ifndef LAGESBILD_LIB_LEDGER_REDIS_SCRIPTS_H_
#define LAGESBILD_LIB_LEDGER_REDIS_SCRIPTS_H_

#include <string>

namespace lagesbild::ledger {

// What runs inside Redis. Every script takes one key, the ledger's hash tag
// "{name}", and makes its own keys of it, so that all lie in one slot:
//   :head       hash: store, format, revision, recorded, chain, mixed (1 when
//               not only imported history)
//   :log        stream, ids <revision>-<n>, one entry a change: k its key, w
//   "p"
//               or "d" and the revision before (0: none); the first of a
//               revision also n their number, t recorded, c chain, d digest,
//               m meta
//   :compacted  hash: through, chain
//   :state      hash: key -> revision of its newest version
//   :history    hash: key NUL revision (16 digits) -> version (redis_codec.h)
//   :index      sorted set of the fields of :history, by text
//   :times      sorted set of revisions (16 digits) by recorded microseconds
//   :requests   hash: request -> "revision recorded digest"
//   :leases     hash: name -> "token beat ttl holder"
//   :erasures   sorted set in the order they were carried out
//   :writer:ID  hash of one process: epoch, and what its last commits gave;
//   gone
//               a day after the last of them
//   :restoring  while a restore is under way

// A text and its SHA-1, by which Redis knows it.
struct RedisScript {
  explicit RedisScript(std::string source);
  std::string text;
  std::string sha;
};

// Commits one transaction; arguments by EncodeCommit (redis_codec.h).
// Everything is checked before anything is written, and XADD is the first
// write: should the script stop half-way, that is where it stops. Replies
//   OK revision recorded repeated | MISMATCH key expected actual | LEASE |
//   REUSED | MIXED | BACKWARDS | FUTURE | STORE (another one) | EPOCH (a newer
//   connection of this writer has taken over)
const RedisScript& CommitScript();

// Makes the ledger if it is not there. store -> store, format
const RedisScript& OpenScript();

// -> OK | EXISTS. Removes what a restore that was cut off has left; until the
// head is written nobody can open the ledger.
const RedisScript& BeginRestoreScript();

// after, limit -> OK revision recorded chain entries | COMPACTED through |
// AHEAD head. Entries are whole revisions, but perhaps for the last of several.
const RedisScript& ReadLogScript();

// The four below change a ledger apart from commits, also when Redis is out of
// memory. Their first argument is the store's id; STORE: it is another one.

// through -> OK | AHEAD head | LOST (it is not in the log). Where the log
// begins is written before it is cut.
const RedisScript& CompactScript();

// field, value, ... -> drops the remembered requests that still are so.
const RedisScript& ForgetScript();

// record without revisions, key, revision ... (none: every one) -> OK |
// MISSING revision
const RedisScript& EraseScript();

// name, token, beat, next -> OK | LEASE
const RedisScript& SwapLeaseScript();

// revision -> store, head, compacted through, chain at compacted, chain there
const RedisScript& PositionScript();

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_REDIS_SCRIPTS_H_
