#include "cli/webhook_listener.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lagesbild::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr std::uint64_t kMaxBodyBytes = 1 << 20;

// One connection: a request, its answer, and the end.
class Session final : public std::enable_shared_from_this<Session> {
 public:
  Session(Tcp::socket socket, std::chrono::milliseconds patience,
          const WebhookListener::Accept* accept)
      : stream_(std::move(socket)), patience_(patience), accept_(accept) {
    parser_.body_limit(kMaxBodyBytes);
  }

  void Start() {
    stream_.expires_after(patience_);
    http::async_read(
        stream_, buffer_, parser_,
        [self = shared_from_this()](beast::error_code error, size_t) {
          if (!error) self->Answer();
        });
  }

 private:
  WebhookCall Call() const {
    const auto& request = parser_.get();
    return {std::string(request["webhook-id"]),
            std::string(request["webhook-timestamp"]),
            std::string(request["webhook-signature"]), request.body()};
  }

  void Answer() {
    response_.result((*accept_)(Call()) ? http::status::no_content
                                        : http::status::unauthorized);
    response_.prepare_payload();
    response_.keep_alive(false);
    stream_.expires_after(patience_);
    http::async_write(
        stream_, response_,
        [self = shared_from_this()](beast::error_code error, size_t) {
          self->stream_.socket().shutdown(Tcp::socket::shutdown_send, error);
        });
  }

  beast::tcp_stream stream_;
  const std::chrono::milliseconds patience_;
  const WebhookListener::Accept* const accept_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  http::response<http::empty_body> response_;
};

class Listener final : public WebhookListener {
 public:
  Listener(absl::Duration patience, Accept accept)
      : patience_(absl::ToChronoMilliseconds(patience)),
        accept_(std::move(accept)),
        acceptor_(io_) {}

  ~Listener() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(int port) {
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(),
                                 static_cast<std::uint16_t>(port));
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) {
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on port ", port, ": ", error.message()));
    }
    Next();
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  int port() const override { return acceptor_.local_endpoint().port(); }

 private:
  void Next() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (!error) {
        std::make_shared<Session>(std::move(socket), patience_, &accept_)
            ->Start();
      }
      Next();
    });
  }

  const std::chrono::milliseconds patience_;
  const Accept accept_;
  asio::io_context io_;
  Tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WebhookListener>> WebhookListener::Start(
    int port, absl::Duration patience, Accept accept) {
  auto listener = std::make_unique<Listener>(patience, std::move(accept));
  const absl::Status listens = listener->Listen(port);
  if (!listens.ok()) return listens;
  return listener;
}

}  // namespace lagesbild::cli
