#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "lib/access/config_file.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/rpc/signals.h"
#include "nlohmann/json.hpp"
#include "openssl/crypto.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;
using Request = http::request<http::string_body>;

constexpr std::uint64_t kMaxBodyBytes = 1 << 20;
constexpr size_t kMaxSecretFileBytes = 1024;
constexpr std::chrono::seconds kTimeout(10);
// The Standard Webhooks specification's tolerance.
constexpr absl::Duration kTolerance = absl::Minutes(5);

// Whether the request is what the holder of `key` signed, lately.
bool Verifies(const std::string& key, const Request& request, absl::Time now) {
  std::int64_t seconds = 0;
  const std::string id(request["webhook-id"]);
  if (!absl::SimpleAtoi(std::string(request["webhook-timestamp"]), &seconds)) {
    return false;
  }
  const absl::Time sent = absl::FromUnixSeconds(seconds);
  if (sent < now - kTolerance || sent > now + kTolerance) return false;
  const std::string expected =
      notifications::SignWebhook(key, id, sent, request.body());
  const std::string given(request["webhook-signature"]);
  const std::vector<std::string> signatures = absl::StrSplit(given, ' ');
  for (const std::string& one : signatures) {
    if (one.size() == expected.size() &&
        CRYPTO_memcmp(one.data(), expected.data(), one.size()) == 0) {
      return true;
    }
  }
  return false;
}

// One line about an event for whoever watches the terminal.
void Print(const Request& request, bool verified) {
  const auto json = nlohmann::json::parse(request.body(), nullptr, false);
  const auto text = [&json](const char* name) -> std::string {
    return json.is_object() ? json.value(name, "") : "";
  };
  std::printf("%s  %s  %s  signature %s\n", Printable(text("time")).c_str(),
              Printable(text("type")).c_str(),
              Printable(text("subject")).c_str(), verified ? "good" : "BAD");
  std::fflush(stdout);
}

// Receives webhooks one at a time, checks their signature and shows them: the
// other end of an alert, for trying things out.
class ReceiverCommand final : public Command {
 public:
  explicit ReceiverCommand(rpc::Commands* program)
      : flags_("lagesbild receiver",
               "Receives signed webhooks on a loopback port and prints them; "
               "for trying out alerts.") {
    flags_.Add("port", "0 takes a free one", &port_);
    flags_.Add("secret-file", "file with the contact's whsec_ secret",
               &secret_file_);
    flags_.Add("url-file", "file to write the address into, once it listens",
               &url_file_);
    flags_.Require("secret-file");
    program->Add("receiver", &flags_, [this] { return cli::Report(Run()); });
  }

 private:
  absl::Status Run() {
    rpc::HoldTerminationSignals();
    LB_ASSIGN_OR_RETURN(
        const std::string secret,
        access::ReadSmallFile(secret_file_, kMaxSecretFileBytes));
    LB_ASSIGN_OR_RETURN(
        key_, notifications::ParseSecret(absl::StripAsciiWhitespace(secret)));
    beast::error_code error;
    asio::io_context io;
    Tcp::acceptor acceptor(io);
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(),
                                 static_cast<std::uint16_t>(port_));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error)
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on port ", port_, ": ", error.message()));
    }
    LB_RETURN_IF_ERROR(Announce(acceptor.local_endpoint().port()));
    // Accepting ends with the process: a signal ends the wait below.
    std::thread([this, &acceptor, &io] {
      for (;;) Serve(acceptor, io);
    }).detach();
    rpc::WaitForTermination();
    std::fflush(stdout);
    std::_Exit(0);
  }

  absl::Status Announce(int port) const {
    const std::string url = absl::StrCat("http://127.0.0.1:", port, "/hook");
    std::printf("receiving on %s\n", url.c_str());
    std::fflush(stdout);
    if (url_file_.empty()) return absl::OkStatus();
    std::FILE* file = std::fopen((url_file_ + ".new").c_str(), "w");
    if (file == nullptr) {
      return absl::NotFoundError(absl::StrCat("cannot write ", url_file_));
    }
    std::fprintf(file, "%s\n", url.c_str());
    std::fclose(file);
    std::rename((url_file_ + ".new").c_str(), url_file_.c_str());
    return absl::OkStatus();
  }

  void Serve(Tcp::acceptor& acceptor, asio::io_context& io) const {
    beast::error_code error;
    beast::tcp_stream stream(io);
    acceptor.accept(stream.socket(), error);
    if (error) return;
    beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(kMaxBodyBytes);
    stream.expires_after(kTimeout);
    http::read(stream, buffer, parser, error);
    if (error) return;
    const bool verified =
        Verifies(key_, parser.get(), base::SystemClock().Now());
    Print(parser.get(), verified);
    http::response<http::empty_body> response(
        verified ? http::status::no_content : http::status::unauthorized, 11);
    response.prepare_payload();
    response.keep_alive(false);
    http::write(stream, response, error);
    stream.socket().shutdown(Tcp::socket::shutdown_send, error);
  }

  rpc::Flags flags_;
  int port_ = 0;
  std::string secret_file_;
  std::string url_file_;
  std::string key_;
};

}  // namespace

void AddReceiverCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ReceiverCommand>(program));
}

}  // namespace lagesbild::cli
