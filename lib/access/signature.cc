#include "lib/access/signature.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::access {
namespace {

constexpr size_t kEs256Bytes = 2 * kP256Bytes;
constexpr size_t kEd25519Bytes = 32;
// A larger exponent makes each check slow and has no use.
constexpr size_t kMaxRsaExponentBytes = 4;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr char kP256Group[] = "prime256v1";

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr Bignum(absl::string_view bytes) {
  return BignumPtr(
      BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

// OpenSSL wants ES256's two numbers as DER.
std::string DerOf(absl::string_view raw) {
  if (raw.size() != kEs256Bytes) return "";
  const EcdsaSignaturePtr pair(ECDSA_SIG_new());
  BignumPtr r = Bignum(raw.substr(0, kP256Bytes));
  BignumPtr s = Bignum(raw.substr(kP256Bytes));
  if (!pair || !r || !s) return "";
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return "";
  // They are the pair's by now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return "";
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::optional<std::string> RawOf(const std::string& der) {
  const unsigned char* at = Bytes(der);
  const EcdsaSignaturePtr pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!pair) return std::nullopt;
  unsigned char raw[kEs256Bytes];
  const BIGNUM* r = ECDSA_SIG_get0_r(pair.get());
  const BIGNUM* s = ECDSA_SIG_get0_s(pair.get());
  if (BN_bn2binpad(r, raw, kP256Bytes) != static_cast<int>(kP256Bytes) ||
      BN_bn2binpad(s, raw + kP256Bytes, kP256Bytes) !=
          static_cast<int>(kP256Bytes)) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<char*>(raw), sizeof(raw));
}

KeyPtr FromParams(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        params.get()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

bool IsP256(EVP_PKEY* key) {
  char group[32];
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group,
                                        sizeof(group), nullptr) == 1 &&
         absl::string_view(group) == kP256Group;
}

}  // namespace

bool VerifySignature(Algorithm algorithm, EVP_PKEY* key, absl::string_view data,
                     absl::string_view signature) {
  const ErrorQueueMark mark;
  std::string der;
  if (algorithm == Algorithm::kEs256) {
    der = DerOf(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const EVP_MD* digest =
      algorithm == Algorithm::kEdDsa ? nullptr : EVP_sha256();
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) ==
             1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                          Bytes(data), data.size()) == 1;
}

std::optional<std::string> SignEs256(EVP_PKEY* key, absl::string_view data) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  size_t size = 0;
  if (!context ||
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) !=
          1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(data), data.size()) !=
          1) {
    return std::nullopt;
  }
  std::string der(size, '\0');
  if (EVP_DigestSign(context.get(),
                     reinterpret_cast<unsigned char*>(der.data()), &size,
                     Bytes(data), data.size()) != 1) {
    return std::nullopt;
  }
  der.resize(size);
  return RawOf(der);
}

KeyPtr P256PublicKey(absl::string_view x, absl::string_view y) {
  if (x.size() != kP256Bytes || y.size() != kP256Bytes) return nullptr;
  const std::string point = absl::StrCat("\x04", x, y);
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      kP256Group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                       point.data(), point.size()) != 1) {
    return nullptr;
  }
  return FromParams("EC", builder.get());
}

KeyPtr RsaPublicKey(absl::string_view modulus, absl::string_view exponent) {
  if (exponent.empty() || exponent.size() > kMaxRsaExponentBytes) {
    return nullptr;
  }
  const BignumPtr n = Bignum(modulus);
  const BignumPtr e = Bignum(exponent);
  if (!n || !e || BN_num_bits(n.get()) < kMinRsaBits ||
      BN_num_bits(n.get()) > kMaxRsaBits || !BN_is_odd(n.get()) ||
      !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return nullptr;
  }
  const ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) !=
          1) {
    return nullptr;
  }
  return FromParams("RSA", builder.get());
}

KeyPtr Ed25519PublicKey(absl::string_view x) {
  if (x.size() != kEd25519Bytes) return nullptr;
  return KeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(x),
                                            x.size()));
}

std::string P256Point(EVP_PKEY* key) {
  BIGNUM* x = nullptr;
  BIGNUM* y = nullptr;
  if (!IsP256(key)) return "";
  const bool got =
      EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
      EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1;
  const BignumPtr own_x(x);
  const BignumPtr own_y(y);
  if (!got) return "";
  unsigned char point[2 * kP256Bytes];
  if (BN_bn2binpad(x, point, kP256Bytes) < 0 ||
      BN_bn2binpad(y, point + kP256Bytes, kP256Bytes) < 0) {
    return "";
  }
  return std::string(reinterpret_cast<char*>(point), sizeof(point));
}

}  // namespace lagesbild::access
