#include "lib/base/digest.h"

#include <openssl/sha.h>

#include "absl/strings/escaping.h"

namespace lagesbild::base {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string Sha256(absl::string_view bytes) {
  unsigned char out[SHA256_DIGEST_LENGTH];
  SHA256(Bytes(bytes), bytes.size(), out);
  return std::string(reinterpret_cast<char*>(out), sizeof(out));
}

std::string Sha1Hex(absl::string_view bytes) {
  unsigned char out[SHA_DIGEST_LENGTH];
  SHA1(Bytes(bytes), bytes.size(), out);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<char*>(out), sizeof(out)));
}

}  // namespace lagesbild::base
