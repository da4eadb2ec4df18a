#include "services/notifications/webhook_secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lib/base/status.h"

namespace lagesbild::notifications {
namespace {

constexpr int kMintedBytes = 32;

unsigned char* Raw(std::string* text) {
  return reinterpret_cast<unsigned char*>(text->data());
}

absl::Status Malformed() {
  return base::InvalidField(
      "contact.webhook_secret",
      absl::StrCat("must be '", kSecretMark, "' and the base64 of ",
                   kMinSecretBytes, " to ", kMaxSecretBytes, " bytes"));
}

}  // namespace

absl::StatusOr<std::string> ParseSecret(absl::string_view text) {
  std::string key;
  if (!absl::ConsumePrefix(&text, kSecretMark) ||
      !absl::Base64Unescape(text, &key) || key.size() < kMinSecretBytes ||
      key.size() > kMaxSecretBytes) {
    return Malformed();
  }
  return key;
}

std::string FormatSecret(absl::string_view key) {
  return absl::StrCat(kSecretMark, absl::Base64Escape(key));
}

absl::StatusOr<std::string> MintSecret() {
  std::string key(kMintedBytes, '\0');
  if (RAND_bytes(Raw(&key), kMintedBytes) != 1) {
    return absl::UnavailableError("no random bytes to make a secret of");
  }
  return key;
}

std::string SignWebhook(absl::string_view key, absl::string_view id,
                        absl::Time timestamp, absl::string_view body) {
  const std::string content =
      absl::StrCat(id, ".", absl::ToUnixSeconds(timestamp), ".", body);
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(content.data()), content.size(),
       Raw(&mac), &size);
  mac.resize(size);
  return absl::StrCat("v1,", absl::Base64Escape(mac));
}

}  // namespace lagesbild::notifications
