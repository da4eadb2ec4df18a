#include "lib/access/jwks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/access/base64url.h"
#include "lib/access/signature.h"
#include "lib/access/strict_json.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

using nlohmann::json;

class OpenSslKey final : public VerificationKey {
 public:
  OpenSslKey(Algorithm algorithm, KeyPtr key)
      : algorithm_(algorithm), key_(std::move(key)) {}

  Algorithm algorithm() const override { return algorithm_; }

  bool Verify(absl::string_view data,
              absl::string_view signature) const override {
    return VerifySignature(algorithm_, key_.get(), data, signature);
  }

 private:
  const Algorithm algorithm_;
  const KeyPtr key_;
};

absl::Status Fault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("key set: ", what));
}

// What the key is for by its kty and crv; nothing for a kind not supported.
std::optional<Algorithm> KindOf(const json& key) {
  const std::string kty = StringMember(key, "kty");
  const std::string crv = StringMember(key, "crv");
  if (kty == "EC" && crv == "P-256") return Algorithm::kEs256;
  if (kty == "OKP" && crv == "Ed25519") return Algorithm::kEdDsa;
  if (kty == "RSA") return Algorithm::kRs256;
  return std::nullopt;
}

bool MayVerify(const json& key) {
  const auto ops = key.find("key_ops");
  if (ops == key.end()) return true;
  if (!ops->is_array()) return false;
  for (const json& op : *ops) {
    if (op == "verify") return true;
  }
  return false;
}

// "use", "key_ops" and "alg", each where it is there.
bool IsForSigning(const json& key, Algorithm kind) {
  if (key.contains("use") && StringMember(key, "use") != "sig") return false;
  if (!MayVerify(key)) return false;
  return !key.contains("alg") ||
         StringMember(key, "alg") == AlgorithmName(kind);
}

std::string BytesMember(const json& key, const char* name) {
  return DecodeBase64Url(StringMember(key, name)).value_or("");
}

KeyPtr Import(const json& key, Algorithm kind) {
  switch (kind) {
    case Algorithm::kEs256:
      return P256PublicKey(BytesMember(key, "x"), BytesMember(key, "y"));
    case Algorithm::kEdDsa:
      return Ed25519PublicKey(BytesMember(key, "x"));
    case Algorithm::kRs256:
      break;
  }
  return RsaPublicKey(BytesMember(key, "n"), BytesMember(key, "e"));
}

absl::Status AddKey(const json& key, KeySet& keys) {
  if (!key.is_object()) return Fault("a key that is not an object");
  const std::string kid = StringMember(key, "kid");
  const std::optional<Algorithm> kind = KindOf(key);
  if (!kind || kid.empty() || !IsForSigning(key, *kind)) {
    return absl::OkStatus();
  }
  if (kid.size() > kMaxKeyIdChars) return Fault("a key id that is too long");
  KeyPtr imported = Import(key, *kind);
  if (imported == nullptr) {
    // A weak RSA key is left out: its issuer may hold better ones.
    return *kind == Algorithm::kRs256 ? absl::OkStatus()
                                      : Fault("a broken key");
  }
  auto usable = std::make_shared<OpenSslKey>(*kind, std::move(imported));
  const bool added = keys.emplace(kid, std::move(usable)).second;
  return added ? absl::OkStatus() : Fault("a key id twice");
}

}  // namespace

bool AlgorithmNamed(absl::string_view name, Algorithm* algorithm) {
  for (const Algorithm known :
       {Algorithm::kEs256, Algorithm::kRs256, Algorithm::kEdDsa}) {
    if (name != AlgorithmName(known)) continue;
    *algorithm = known;
    return true;
  }
  return false;
}

absl::string_view AlgorithmName(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kEs256:
      return "ES256";
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kEdDsa:
      break;
  }
  return "EdDSA";
}

absl::StatusOr<KeySet> ParseJwks(absl::string_view text) {
  const ErrorQueueMark mark;
  if (text.size() > kMaxJwksBytes) return Fault("too large");
  const std::optional<json> set = ParseStrictObject(text);
  if (!set) return Fault("not a JSON object, or one with doubled members");
  const auto list = set->find("keys");
  if (list == set->end() || !list->is_array()) return Fault("has no keys");
  if (list->size() > kMaxJwksKeys) return Fault("too many keys");
  KeySet keys;
  for (const json& key : *list) LB_RETURN_IF_ERROR(AddKey(key, keys));
  if (keys.empty()) return Fault("has no key that can check tokens");
  return keys;
}

std::shared_ptr<const VerificationKey> StaticKeys::Find(absl::string_view kid) {
  const auto it = keys_.find(kid);
  return it == keys_.end() ? nullptr : it->second;
}

}  // namespace lagesbild::access
