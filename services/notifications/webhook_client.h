#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_CLIENT_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_CLIENT_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/notifications/webhook_target.h"

namespace lagesbild::notifications {

inline constexpr absl::Duration kConnectTimeout = absl::Seconds(5);
inline constexpr absl::Duration kTotalTimeout = absl::Seconds(15);
// More of an answer than this is not read; its status counts all the same.
inline constexpr std::size_t kMaxAnswerBytes = 64 << 10;

struct WebhookClientOptions {
  TargetPolicy targets;
  std::string ca_file;  // PEM; empty: the system's authorities
};

// One webhook to post.
struct WebhookPost {
  std::string id;  // webhook-id; one at a time
  std::string url;
  std::string timestamp;  // webhook-timestamp
  std::string signature;  // webhook-signature
  std::string body;
};

// What became of it.
struct WebhookAnswer {
  std::string id;
  int http_status = 0;      // 0: no answer
  std::string error;        // what went wrong; no address, no URL
  std::string retry_after;  // the header as it came, or empty
};

// Posts webhooks, many at once on one thread (libcurl's multi interface).
// Connections are kept open and used again. Redirects are not followed, no
// proxy is used, certificates are checked. The very address that a connection
// is made to is checked just before, so that a name that resolves differently
// the second time leads nowhere.
//
// All calls from one thread, but Wake.
class WebhookClient {
 public:
  explicit WebhookClient(WebhookClientOptions options);
  // What is under way is dropped.
  ~WebhookClient();
  WebhookClient(const WebhookClient&) = delete;
  WebhookClient& operator=(const WebhookClient&) = delete;

  void Start(WebhookPost post);

  // Drives what is under way; returns when something was answered, after Wake,
  // or after `timeout`.
  std::vector<WebhookAnswer> Wait(absl::Duration timeout);

  // Makes a Wait return, this one or the next. Any thread.
  void Wake();

  // Drops everything that is under way.
  void Clear();

  std::size_t under_way() const { return transfers_.size(); }

 private:
  struct Transfer;

  std::vector<WebhookAnswer> TakeAnswers();

  const WebhookClientOptions options_;
  void* const multi_;
  std::map<void*, std::unique_ptr<Transfer>> transfers_;  // by easy handle
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_WEBHOOK_CLIENT_H_
