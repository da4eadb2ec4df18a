#ifndef LAGESBILD_LIB_LEDGER_CHAIN_H_
#define LAGESBILD_LIB_LEDGER_CHAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lib/ledger/ledger.h"

namespace lagesbild::ledger {

// The chain ties every revision to all before it. It is computed over digests
// of the payloads, never over the payloads, so that it outlives an erasure.
// docs/adr/0001 says why its links are SHA-1 over SHA-256.

// The chain of the empty ledger.
inline constexpr char kEmptyChain[] =
    "0000000000000000000000000000000000000000";

// SHA-256 of the bytes, 32 raw bytes; empty for a deletion.
std::string PayloadDigest(const std::optional<std::string>& value);

// A key changed by a commit, with the digest of what it became.
struct DigestedKey {
  absl::string_view key;
  absl::string_view digest;
};

// What a commit says, in 64 hex digits: SHA-256 over the canonical encoding of
// its meta and of its keys with their payloads' digests, in commit order.
std::string ContentDigest(const Meta& meta,
                          const std::vector<DigestedKey>& keys);

// The chain at `revision`: 40 hex digits, SHA-1 over the chain before, the
// revision, its recorded time in microseconds and its content digest, each on a
// line of its own.
std::string ChainHash(absl::string_view previous, Revision revision,
                      std::int64_t recorded_micros,
                      absl::string_view content_digest);

}  // namespace lagesbild::ledger

#endif  // LAGESBILD_LIB_LEDGER_CHAIN_H_
