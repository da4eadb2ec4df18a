#ifndef LAGESBILD_LIB_ACCESS_SIGNATURE_H_
#define LAGESBILD_LIB_ACCESS_SIGNATURE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "lib/access/jwks.h"
#include "lib/access/openssl_ptr.h"

// JOSE signatures (RFC 7518, RFC 8037) on OpenSSL.
namespace lagesbild::access {

// Bytes of a P-256 coordinate, and of each half of an ES256 signature.
inline constexpr size_t kP256Bytes = 32;

// Whether `signature` is the key's over `data`. False for anything malformed.
bool VerifySignature(Algorithm algorithm, EVP_PKEY* key, absl::string_view data,
                     absl::string_view signature);

// 64 bytes, r and s; nothing when OpenSSL fails.
std::optional<std::string> SignEs256(EVP_PKEY* key, absl::string_view data);

// Public keys from their parts as a JSON Web Key holds them (raw bytes). Null
// for a point that is not on the curve, or parts of the wrong size.
KeyPtr P256PublicKey(absl::string_view x, absl::string_view y);
KeyPtr RsaPublicKey(absl::string_view modulus, absl::string_view exponent);
KeyPtr Ed25519PublicKey(absl::string_view x);

// The coordinates of a P-256 key, x then y; empty for any other key.
std::string P256Point(EVP_PKEY* key);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_SIGNATURE_H_
