#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_SECRET_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_SECRET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// Signatures of the Standard Webhooks specification (symmetric, "v1").
namespace lagesbild::notifications {

inline constexpr char kSecretMark[] = "whsec_";
inline constexpr int kMinSecretBytes = 24;
inline constexpr int kMaxSecretBytes = 64;

// The key behind "whsec_" and base64. INVALID_ARGUMENT naming
// contact.webhook_secret, and nothing of what was given.
absl::StatusOr<std::string> ParseSecret(absl::string_view text);

std::string FormatSecret(absl::string_view key);

// A new key from the operating system's generator; UNAVAILABLE when it has
// none.
absl::StatusOr<std::string> MintSecret();

// The value of header webhook-signature: "v1," and the base64 of HMAC-SHA256
// over "<id>.<unix seconds>.<body>".
std::string SignWebhook(absl::string_view key, absl::string_view id,
                        absl::Time timestamp, absl::string_view body);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_SECRET_H_
