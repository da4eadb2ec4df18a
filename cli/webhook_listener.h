#ifndef LAGESBILD_CLI_WEBHOOK_LISTENER_H_
#define LAGESBILD_CLI_WEBHOOK_LISTENER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lagesbild::cli {

// What a webhook's caller sent, in the words of Standard Webhooks.
struct WebhookCall {
  std::string id;
  std::string timestamp;  // seconds since 1970
  std::string signature;
  std::string body;
};

// Receives webhooks on a loopback port until it is destroyed. Callers do not
// wait for each other: one that is silent for too long is hung up on.
class WebhookListener {
 public:
  // Whether the call is accepted (204) or not (401). Called on one thread.
  using Accept = std::function<bool(const WebhookCall&)>;

  // Port 0 takes a free one. UNAVAILABLE when the port cannot be had.
  static absl::StatusOr<std::unique_ptr<WebhookListener>> Start(
      int port, absl::Duration patience, Accept accept);
  virtual ~WebhookListener() = default;
  virtual int port() const = 0;
};

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_WEBHOOK_LISTENER_H_
