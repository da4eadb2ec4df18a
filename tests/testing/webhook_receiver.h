#ifndef LAGESBILD_TESTS_TESTING_WEBHOOK_RECEIVER_H_
#define LAGESBILD_TESTS_TESTING_WEBHOOK_RECEIVER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lib/base/mutex.h"

namespace lagesbild::testing {

// A real HTTP server on 127.0.0.1 that receives webhooks: it records every
// request and answers as it was told. Thread-safe.
//
//   WebhookReceiver receiver;
//   receiver.AnswerNext({.status = 503, .headers = {{"Retry-After", "1"}}});
//   … post to receiver.url() …
//   ASSERT_TRUE(receiver.WaitForRequests(1));
//   receiver.requests()[0].headers.at("webhook-id")
class WebhookReceiver {
 public:
  struct Answer {
    int status = 200;
    std::map<std::string, std::string> headers = {};
    std::string body = {};
    bool hang_up = false;  // closes the connection without an answer
  };
  struct Request {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    int answered = 0;  // the status; 0: hung up
  };

  // Listens on `port`, 0 for a free one.
  explicit WebhookReceiver(int port = 0);
  ~WebhookReceiver();
  WebhookReceiver(const WebhookReceiver&) = delete;
  WebhookReceiver& operator=(const WebhookReceiver&) = delete;

  int port() const { return port_; }
  // "http://127.0.0.1:<port>/hook".
  std::string url() const;

  // Answers one request so; in the order given. Then the default.
  void AnswerNext(Answer answer);
  // What is answered when nothing is scripted; 200 at first.
  void AnswerAlways(Answer answer);

  // Runs with every request, before it is answered, on the receiver's thread.
  void OnRequest(std::function<void()> hook);

  std::vector<Request> requests() const;

  // Waits for so many requests since the start. False when they have not come
  // after `timeout`.
  bool WaitForRequests(std::size_t count,
                       absl::Duration timeout = absl::Seconds(30)) const;

 private:
  class Server;

  Answer Receive(Request request);

  mutable base::Mutex mutex_;
  mutable base::CondVar received_;
  std::vector<Request> requests_ ABSL_GUARDED_BY(mutex_);
  std::deque<Answer> script_ ABSL_GUARDED_BY(mutex_);
  Answer always_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_);
  int port_ = 0;
  std::unique_ptr<Server> server_;
};

}  // namespace lagesbild::testing

#endif  // LAGESBILD_TESTS_TESTING_WEBHOOK_RECEIVER_H_
