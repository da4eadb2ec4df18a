#ifndef LAGESBILD_LIB_ACCESS_JWKS_H_
#define LAGESBILD_LIB_ACCESS_JWKS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lagesbild::access {

// The signature algorithms that tokens may use; there are no others.
enum class Algorithm { kEs256, kRs256, kEdDsa };

// The "alg" of a JOSE header, and back. False for any other name.
bool AlgorithmNamed(absl::string_view name, Algorithm* algorithm);
absl::string_view AlgorithmName(Algorithm algorithm);

// A public key that checks one algorithm's signatures. Immutable.
class VerificationKey {
 public:
  virtual ~VerificationKey() = default;
  virtual Algorithm algorithm() const = 0;
  // Whether `signature` (as in a token: 64 bytes r and s for ES256) is this
  // key's over `data`.
  virtual bool Verify(absl::string_view data,
                      absl::string_view signature) const = 0;
};

// Public keys by key id.
using KeySet =
    std::map<std::string, std::shared_ptr<const VerificationKey>, std::less<>>;

// More than this is refused: bytes and keys of a set, characters of a key id.
inline constexpr size_t kMaxJwksBytes = 64 << 10;
inline constexpr size_t kMaxJwksKeys = 64;
inline constexpr size_t kMaxKeyIdChars = 128;

// Reads a JSON Web Key Set (RFC 7517). Keys for other uses or algorithms, RSA
// keys below 2,048 bits and keys without an id are left out, as the RFC asks.
// INVALID_ARGUMENT for what is not such a set, a doubled key id or member, a
// broken key of a supported kind, and a set without any usable key.
absl::StatusOr<KeySet> ParseJwks(absl::string_view json);

// Where a verifier finds an issuer's keys. Thread-safe.
class KeySource {
 public:
  virtual ~KeySource() = default;
  // Null when there is no such key. Cheap enough for an RPC thread.
  virtual std::shared_ptr<const VerificationKey> Find(
      absl::string_view kid) = 0;
};

// Keys that never change.
class StaticKeys final : public KeySource {
 public:
  explicit StaticKeys(KeySet keys) : keys_(std::move(keys)) {}
  std::shared_ptr<const VerificationKey> Find(absl::string_view kid) override;

 private:
  const KeySet keys_;
};

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_JWKS_H_
