#include "tests/testing/webhook_receiver.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace lagesbild::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

using Handle = std::function<WebhookReceiver::Answer(WebhookReceiver::Request)>;

std::string Text(beast::string_view text) {
  return std::string(text.data(), text.size());
}

WebhookReceiver::Request ToRequest(
    const http::request<http::string_body>& message) {
  WebhookReceiver::Request request;
  request.method = Text(message.method_string());
  request.target = Text(message.target());
  for (const auto& field : message) {
    request.headers[absl::AsciiStrToLower(Text(field.name_string()))] =
        Text(field.value());
  }
  request.body = message.body();
  return request;
}

// One connection; keeps itself alive while something is under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Handle receive)
      : stream_(std::move(socket)), receive_(std::move(receive)) {}

  void Read() {
    request_ = {};
    http::async_read(
        stream_, buffer_, request_,
        [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error) self->Respond();
        });
  }

 private:
  void Respond() {
    const WebhookReceiver::Answer answer = receive_(ToRequest(request_));
    if (answer.hang_up) return stream_.close();
    response_ = {};
    response_.version(request_.version());
    response_.result(static_cast<unsigned>(answer.status));
    response_.keep_alive(request_.keep_alive());
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    response_.body() = answer.body;
    response_.prepare_payload();
    http::async_write(
        stream_, response_,
        [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error && self->response_.keep_alive()) {
            self->Read();
          }
        });
  }

  beast::tcp_stream stream_;
  const Handle receive_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

}  // namespace

class WebhookReceiver::Server {
 public:
  Server(int port, Handle receive)
      : receive_(std::move(receive)),
        acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(),
                                          static_cast<std::uint16_t>(port))) {
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  ~Server() {
    context_.stop();
    thread_.join();
  }

  int port() const { return acceptor_.local_endpoint().port(); }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error) return;
      std::make_shared<Session>(std::move(socket), receive_)->Read();
      Accept();
    });
  }

  const Handle receive_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::thread thread_;
};

WebhookReceiver::WebhookReceiver(int port)
    : server_(std::make_unique<Server>(port, [this](Request request) {
        return Receive(std::move(request));
      })) {
  port_ = server_->port();
}

WebhookReceiver::~WebhookReceiver() = default;

std::string WebhookReceiver::url() const {
  return absl::StrCat("http://127.0.0.1:", port_, "/hook");
}

void WebhookReceiver::AnswerNext(Answer answer) {
  base::MutexLock lock(&mutex_);
  script_.push_back(std::move(answer));
}

void WebhookReceiver::AnswerAlways(Answer answer) {
  base::MutexLock lock(&mutex_);
  always_ = std::move(answer);
}

void WebhookReceiver::OnRequest(std::function<void()> hook) {
  base::MutexLock lock(&mutex_);
  hook_ = std::move(hook);
}

WebhookReceiver::Answer WebhookReceiver::Receive(Request request) {
  base::MutexLock lock(&mutex_);
  if (hook_) hook_();
  Answer answer = always_;
  if (!script_.empty()) {
    answer = std::move(script_.front());
    script_.pop_front();
  }
  request.answered = answer.hang_up ? 0 : answer.status;
  requests_.push_back(std::move(request));
  received_.SignalAll();
  return answer;
}

std::vector<WebhookReceiver::Request> WebhookReceiver::requests() const {
  base::MutexLock lock(&mutex_);
  return requests_;
}

bool WebhookReceiver::WaitForRequests(std::size_t count,
                                      absl::Duration timeout) const {
  const absl::Time deadline = absl::Now() + timeout;
  base::MutexLock lock(&mutex_);
  while (requests_.size() < count) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    received_.WaitFor(&mutex_, left);
  }
  return true;
}

}  // namespace lagesbild::testing
