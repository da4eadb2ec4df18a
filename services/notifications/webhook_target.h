#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_TARGET_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_TARGET_H_

#include <sys/socket.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Where webhooks may go. The suite stands inside an authority's network:
// without this, a contact's address would be a way to call whatever that
// network holds.
namespace lagesbild::notifications {

// What the operator allows beyond https to public addresses; for development
// and for receivers in the authority's own network.
struct TargetPolicy {
  bool allow_http = false;
  bool allow_private = false;  // private, loopback, link-local and the like
};

inline constexpr int kMaxUrlBytes = 2048;

// INVALID_ARGUMENT naming contact.webhook_url, saying what is wrong and nothing
// of the URL: it can hold a token. Read by the same parser that sends. Names
// are resolved only when sending, where CheckAddress has the last word.
absl::Status CheckUrl(absl::string_view url, const TargetPolicy& policy);

// Whether an address is globally reachable unicast: not private, loopback,
// link-local, shared, multicast, documentation, benchmarking or reserved; IPv6
// forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are judged by
// what they can reach.
bool IsPublicAddress(const sockaddr* address);

// Whether a connection to this very address may be made.
bool MayConnect(const sockaddr* address, const TargetPolicy& policy);

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_TARGET_H_
