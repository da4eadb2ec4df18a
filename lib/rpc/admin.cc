#include "lib/rpc/admin.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr std::size_t kMaxSessions = 64;
constexpr std::uint32_t kMaxHeaderBytes = 8 << 10;
constexpr std::uint64_t kMaxBodyBytes = 0;
constexpr std::chrono::seconds kSessionTimeout(5);
constexpr std::chrono::milliseconds kAcceptPause(100);
constexpr char kTextType[] = "text/plain; charset=utf-8";

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

Response Text(http::status status, std::string body) {
  Response response(status, 11);
  response.set(http::field::content_type, kTextType);
  response.set(http::field::cache_control, "no-store");
  response.body() = std::move(body);
  return response;
}

Response Route(const AdminOptions& options, beast::string_view target) {
  if (target == "/livez") return Text(http::status::ok, "ok\n");
  if (target == "/readyz") {
    return options.ready()
               ? Text(http::status::ok, "ready\n")
               : Text(http::status::service_unavailable, "not ready\n");
  }
  if (target == "/metrics" && options.metrics != nullptr) {
    return Text(http::status::ok, options.metrics->Text());
  }
  return Text(http::status::not_found, "not found\n");
}

Response Answer(const AdminOptions& options, const Request& request) {
  const bool head = request.method() == http::verb::head;
  if (!head && request.method() != http::verb::get) {
    Response refused = Text(http::status::method_not_allowed, "");
    refused.set(http::field::allow, "GET, HEAD");
    return refused;
  }
  Response response = Route(options, request.target());
  response.content_length(response.body().size());
  if (head) response.body().clear();
  return response;
}

// One connection. All of it runs on the server's single thread.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Tcp::socket socket, const AdminOptions* options)
      : stream_(std::move(socket)), options_(options) {}

  void Read() {
    idle_ = true;
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(kMaxBodyBytes);
    stream_.expires_after(kSessionTimeout);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error) self->Write();
        });
  }

  // Waits for a request.
  bool idle() const { return idle_; }
  void Close() { stream_.close(); }

 private:
  void Write() {
    idle_ = false;
    const Request& request = parser_->get();
    response_ = Answer(*options_, request);
    response_.keep_alive(request.keep_alive());
    if (!response_.has_content_length()) response_.prepare_payload();
    stream_.expires_after(kSessionTimeout);
    http::async_write(
        stream_, response_,
        [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error && self->response_.keep_alive()) self->Read();
        });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
  const AdminOptions* const options_;
  bool idle_ = true;
};

absl::StatusOr<Tcp::endpoint> ParseAddress(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  beast::error_code error;
  int port = 0;
  if (colon != std::string::npos &&
      absl::SimpleAtoi(address.substr(colon + 1), &port) && port >= 0 &&
      port < 65536) {
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') {
      host = host.substr(1, host.size() - 2);
    }
    const auto ip = asio::ip::make_address(host, error);
    if (!error) return Tcp::endpoint(ip, static_cast<std::uint16_t>(port));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not an address like 127.0.0.1:9090: '", address, "'"));
}

}  // namespace

class AdminServer::Impl {
 public:
  explicit Impl(AdminOptions options)
      : options_(std::move(options)), acceptor_(io_) {}

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start() {
    LB_ASSIGN_OR_RETURN(const Tcp::endpoint endpoint,
                        ParseAddress(options_.address));
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error)
      acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat(
          "cannot serve on ", options_.address, ": ", error.message()));
    }
    port_ = acceptor_.local_endpoint(error).port();
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return Recover();
      Serve(std::move(socket));
      Accept();
    });
  }

  // Out of descriptors, most likely: the next attempt would fail as well.
  void Recover() {
    CloseOldestIdle();
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error) Accept();
    });
  }

  // Whoever only holds connections must not keep a probe out. Where all are
  // busy the socket is closed by going out of scope.
  void Serve(Tcp::socket socket) {
    sessions_.remove_if([](const auto& weak) { return weak.expired(); });
    if (sessions_.size() >= kMaxSessions && !CloseOldestIdle()) return;
    const auto session =
        std::make_shared<Session>(std::move(socket), &options_);
    sessions_.push_back(session);
    session->Read();
  }

  bool CloseOldestIdle() {
    for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
      const std::shared_ptr<Session> session = it->lock();
      if (session == nullptr || !session->idle()) continue;
      session->Close();
      sessions_.erase(it);
      return true;
    }
    return false;
  }

  const AdminOptions options_;
  std::list<std::weak_ptr<Session>> sessions_;  // oldest first
  asio::io_context io_{1};
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_{io_};
  int port_ = 0;
  std::thread thread_;
};

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdminServer::~AdminServer() = default;

int AdminServer::port() const { return impl_->port(); }

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(
    AdminOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  LB_RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

}  // namespace lagesbild::rpc
