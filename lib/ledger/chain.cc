#include "lib/ledger/chain.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "lib/base/digest.h"
#include "lib/ledger/codec.h"

namespace lagesbild::ledger {

std::string PayloadDigest(const std::optional<std::string>& value) {
  return value ? base::Sha256(*value) : std::string();
}

std::string ContentDigest(const Meta& meta,
                          const std::vector<DigestedKey>& keys) {
  Encoder out;
  out.Bytes(EncodeMeta(meta)).Number(static_cast<std::int64_t>(keys.size()));
  for (const DigestedKey& changed : keys) {
    out.Bytes(changed.key).Bytes(changed.digest);
  }
  return absl::BytesToHexString(base::Sha256(out.Take()));
}

std::string ChainHash(absl::string_view previous, Revision revision,
                      std::int64_t recorded_micros,
                      absl::string_view content_digest) {
  return base::Sha1Hex(absl::StrCat(previous, "\n", revision, "\n",
                                    recorded_micros, "\n", content_digest));
}

}  // namespace lagesbild::ledger
