#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/webhook_listener.h"
#include "lib/access/config_file.h"
#include "lib/access/write_file.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"
#include "lib/rpc/signals.h"
#include "nlohmann/json.hpp"
#include "openssl/crypto.h"
#include "services/notifications/webhook_secret.h"

namespace lagesbild::cli {
namespace {

constexpr size_t kMaxSecretFileBytes = 1024;
constexpr absl::Duration kPatience = absl::Seconds(10);
// The Standard Webhooks specification's tolerance.
constexpr absl::Duration kTolerance = absl::Minutes(5);

// Whether the call is what the holder of `key` signed, lately.
bool Verifies(const std::string& key, const WebhookCall& call, absl::Time now) {
  std::int64_t seconds = 0;
  if (!absl::SimpleAtoi(call.timestamp, &seconds)) return false;
  const absl::Time sent = absl::FromUnixSeconds(seconds);
  if (sent < now - kTolerance || sent > now + kTolerance) return false;
  const std::string expected =
      notifications::SignWebhook(key, call.id, sent, call.body);
  const std::vector<std::string> signatures =
      absl::StrSplit(call.signature, ' ');
  for (const std::string& one : signatures) {
    if (one.size() == expected.size() &&
        CRYPTO_memcmp(one.data(), expected.data(), one.size()) == 0) {
      return true;
    }
  }
  return false;
}

// One line about an event for whoever watches the terminal.
void Print(const WebhookCall& call, bool verified) {
  const auto json = nlohmann::json::parse(call.body, nullptr, false);
  const auto text = [&json](const char* name) -> std::string {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? *found : "";
  };
  std::printf("%s  %s  %s  signature %s\n", Printable(text("time")).c_str(),
              Printable(text("type")).c_str(),
              Printable(text("subject")).c_str(), verified ? "good" : "BAD");
  std::fflush(stdout);
}

// Checks the signature of webhooks and shows them: the other end of an alert,
// for trying things out.
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
  absl::StatusOr<std::string> ReadKey() const {
    LB_ASSIGN_OR_RETURN(
        const std::string secret,
        access::ReadSmallFile(secret_file_, kMaxSecretFileBytes));
    return notifications::ParseSecret(absl::StripAsciiWhitespace(secret));
  }

  absl::Status Announce(int port) const {
    const std::string url = absl::StrCat("http://127.0.0.1:", port, "/hook");
    std::printf("receiving on %s\n", url.c_str());
    std::fflush(stdout);
    if (url_file_.empty()) return absl::OkStatus();
    return access::ReplaceFile(url_file_, url + "\n",
                               access::FileSecrecy::kOpen);
  }

  absl::Status Run() {
    rpc::HoldTerminationSignals();
    LB_ASSIGN_OR_RETURN(const std::string key, ReadKey());
    LB_ASSIGN_OR_RETURN(
        const auto listener,
        WebhookListener::Start(port_, kPatience, [&](const WebhookCall& call) {
          const bool good = Verifies(key, call, base::SystemClock().Now());
          Print(call, good);
          return good;
        }));
    LB_RETURN_IF_ERROR(Announce(listener->port()));
    rpc::WaitForTermination();
    return absl::OkStatus();
  }

  rpc::Flags flags_;
  int port_ = 0;
  std::string secret_file_;
  std::string url_file_;
};

}  // namespace

void AddReceiverCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<ReceiverCommand>(program));
}

}  // namespace lagesbild::cli
