#include "services/notifications/webhook_client.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/notifications/cloud_event.h"

namespace lagesbild::notifications {
namespace {

constexpr char kUserAgent[] = "lagesbild-notifications/1";
constexpr char kRetryAfterHeader[] = "retry-after:";
constexpr std::size_t kMaxRetryAfterBytes = 64;
constexpr long kMaxIdleConnections = 256;

void* NewMulti() {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
  return multi;
}

}  // namespace

struct WebhookClient::Transfer {
  WebhookPost post;
  const WebhookClientOptions* options = nullptr;
  CURL* easy = curl_easy_init();
  curl_slist* headers = nullptr;
  std::string retry_after;
  std::size_t answer_bytes = 0;
  bool refused_address = false;

  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }

  void AddHeader(absl::string_view name, absl::string_view value) {
    headers =
        curl_slist_append(headers, absl::StrCat(name, ": ", value).c_str());
  }

  template <typename Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(easy, option, value);
  }

  void Prepare();
  void PrepareSafety();
  bool TooLong(std::size_t more);
  WebhookAnswer AnswerOf(CURLcode code);

  static std::size_t OnHeader(char* data, std::size_t, std::size_t size,
                              void* self);
  static std::size_t OnBody(char*, std::size_t, std::size_t size, void* self);
  static curl_socket_t OpenSocket(void* self, curlsocktype purpose,
                                  curl_sockaddr* address);
};

bool WebhookClient::Transfer::TooLong(std::size_t more) {
  answer_bytes += more;
  return answer_bytes > kMaxAnswerBytes;
}

std::size_t WebhookClient::Transfer::OnHeader(char* data, std::size_t,
                                              std::size_t size, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  const absl::string_view line(data, size);
  if (transfer->TooLong(size)) return 0;
  if (absl::StartsWithIgnoreCase(line, kRetryAfterHeader)) {
    transfer->retry_after = std::string(absl::StripAsciiWhitespace(
        line.substr(sizeof(kRetryAfterHeader) - 1, kMaxRetryAfterBytes)));
  }
  return size;
}

std::size_t WebhookClient::Transfer::OnBody(char*, std::size_t,
                                            std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->TooLong(size) ? 0 : size;
}

curl_socket_t WebhookClient::Transfer::OpenSocket(void* self, curlsocktype,
                                                  curl_sockaddr* address) {
  auto* transfer = static_cast<Transfer*>(self);
  if (!MayConnect(&address->addr, transfer->options->targets)) {
    transfer->refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

void WebhookClient::Transfer::Prepare() {
  AddHeader("content-type", kCloudEventContentType);
  AddHeader("webhook-id", post.id);
  AddHeader("webhook-timestamp", post.timestamp);
  AddHeader("webhook-signature", post.signature);
  // curl would wait for "100 Continue" before a larger body.
  headers = curl_slist_append(headers, "Expect:");
  Set(CURLOPT_URL, post.url.c_str());
  Set(CURLOPT_HTTPHEADER, headers);
  Set(CURLOPT_POSTFIELDS, post.body.data());
  Set(CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  Set(CURLOPT_USERAGENT, kUserAgent);
  Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(CURLOPT_HEADERDATA, this);
  Set(CURLOPT_WRITEFUNCTION, &OnBody);
  Set(CURLOPT_WRITEDATA, this);
  Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(kConnectTimeout)));
  Set(CURLOPT_TIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(kTotalTimeout)));
  PrepareSafety();
}

void WebhookClient::Transfer::PrepareSafety() {
  Set(CURLOPT_PROTOCOLS_STR,
      options->targets.allow_http ? "https,http" : "https");
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  // The environment's proxy would be reached instead of the checked address.
  Set(CURLOPT_PROXY, "");
  Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  Set(CURLOPT_OPENSOCKETDATA, this);
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options->ca_file.empty()) {
    Set(CURLOPT_CAINFO, options->ca_file.c_str());
  }
}

WebhookAnswer WebhookClient::Transfer::AnswerOf(CURLcode code) {
  WebhookAnswer answer;
  answer.id = post.id;
  const bool cut_off =
      code == CURLE_WRITE_ERROR && answer_bytes > kMaxAnswerBytes;
  if (code == CURLE_OK || cut_off) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer.http_status = static_cast<int>(status);
    answer.retry_after = retry_after;
  } else if (refused_address) {
    answer.error = "the address is not allowed";
  } else {
    answer.error = curl_easy_strerror(code);
  }
  return answer;
}

WebhookClient::WebhookClient(WebhookClientOptions options)
    : options_(std::move(options)), multi_(NewMulti()) {}

WebhookClient::~WebhookClient() {
  Clear();
  curl_multi_cleanup(multi_);
}

void WebhookClient::Start(WebhookPost post) {
  auto transfer = std::make_unique<Transfer>();
  transfer->post = std::move(post);
  transfer->options = &options_;
  transfer->Prepare();
  CURL* easy = transfer->easy;
  curl_multi_add_handle(multi_, easy);
  transfers_[easy] = std::move(transfer);
}

std::vector<WebhookAnswer> WebhookClient::Wait(absl::Duration timeout) {
  int running = 0;
  curl_multi_perform(multi_, &running);
  std::vector<WebhookAnswer> answers = TakeAnswers();
  if (!answers.empty()) return answers;
  // Rounded up: a wait that ends a moment too early would spin.
  const auto ms = absl::ToInt64Milliseconds(
      absl::Ceil(std::clamp(timeout, absl::ZeroDuration(), absl::Minutes(1)),
                 absl::Milliseconds(1)));
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(ms), nullptr);
  curl_multi_perform(multi_, &running);
  return TakeAnswers();
}

std::vector<WebhookAnswer> WebhookClient::TakeAnswers() {
  std::vector<WebhookAnswer> answers;
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const auto it = transfers_.find(easy);
    answers.push_back(it->second->AnswerOf(message->data.result));
    curl_multi_remove_handle(multi_, easy);
    transfers_.erase(it);
  }
  return answers;
}

void WebhookClient::Wake() { curl_multi_wakeup(multi_); }

void WebhookClient::Clear() {
  for (const auto& [easy, transfer] : transfers_) {
    curl_multi_remove_handle(multi_, easy);
  }
  transfers_.clear();
}

}  // namespace lagesbild::notifications
