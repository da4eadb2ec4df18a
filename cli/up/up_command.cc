#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/up/default_config.h"
#include "cli/up/suite.h"
#include "lib/access/certs.h"
#include "lib/access/config_file.h"
#include "lib/access/mint.h"
#include "lib/base/status.h"
#include "lib/process/service_main.h"
#include "lib/rpc/signals.h"
#include "nlohmann/json.hpp"

namespace lagesbild::cli {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kSampleTokenLifetime = absl::Hours(24 * 30);
constexpr absl::Duration kReadinessPoll = absl::Milliseconds(10);
constexpr size_t kMaxKeyFileBytes = 64 << 10;
// Whom the local issuer signs sample tokens for: ids of the agencies file.
constexpr const char* kSampleAgencies[] = {"coordination-office", "police",
                                           "municipality"};

absl::Status WriteFile(const fs::path& path, const std::string& text,
                       fs::perms permissions) {
  const fs::path draft = path.string() + ".new";
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  std::error_code error;
  fs::permissions(draft, permissions, error);
  out << text;
  out.close();
  if (!out || error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot write ", path.string()));
  }
  fs::rename(draft, path, error);
  return error ? absl::FailedPreconditionError(
                     absl::StrCat("cannot write ", path.string()))
               : absl::OkStatus();
}

// An operator's own file stays as it is.
absl::Status WriteIfMissing(const fs::path& path, const std::string& text) {
  if (fs::exists(path)) return absl::OkStatus();
  return WriteFile(path, text, fs::perms::owner_read | fs::perms::owner_write);
}

class UpCommand final : public Command {
 public:
  explicit UpCommand(rpc::Commands* program)
      : flags_("lagesbild up",
               "Serves the whole suite from one process and one folder. Writes "
               "the addresses, the authority and three sample tokens to "
               "DIR/endpoints.json once it serves.") {
    flags_.Add("data", "folder of state; made when missing", &data_);
    flags_.Require("data");
    flags_.Add("grpc", "the gateway's address; port 0 takes a free one",
               &grpc_);
    flags_.Add("admin", "probes and metrics, plaintext", &admin_);
    flags_.Add("region", "the region whose picture this is", &region_);
    flags_.Add(
        "allow-local-webhooks",
        "let webhooks go to plain http and private addresses; for trying "
        "things out",
        &allow_local_webhooks_);
    flags_.Add("log", "file for logs; empty: DIR/log.jsonl, -: stderr", &log_);
    program->Add("up", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Prepare(const base::Clock& clock) const {
    std::error_code error;
    fs::create_directories(fs::path(data_) / "config", error);
    if (error) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot make ", data_, ": ", error.message()));
    }
    access::DevelopmentCaOptions ca;
    ca.dir = CertsDir();
    LB_RETURN_IF_ERROR(access::MakeDevelopmentCa(ca, clock).status());
    LB_RETURN_IF_ERROR(
        WriteIfMissing(ConfigFile("agencies.textproto"), DefaultAgencies()));
    return WriteIfMissing(ConfigFile("policy.textproto"), DefaultPolicy());
  }

  SuiteOptions Options() const {
    SuiteOptions options;
    options.region = region_;
    options.data_dir = data_;
    options.grpc_address = grpc_;
    options.admin_address = admin_;
    options.allow_local_webhooks = allow_local_webhooks_;
    options.tls = process::TlsFilesIn(CertsDir(), "gateway");
    options.gateway.agencies_file = ConfigFile("agencies.textproto");
    options.gateway.policy_file = ConfigFile("policy.textproto");
    options.gateway.jwks_file = CertsDir() + "/jwks.json";
    options.gateway.issuer = access::kLocalIssuer;
    options.gateway.audience = access::kGatewayAudience;
    return options;
  }

  absl::StatusOr<nlohmann::ordered_json> SampleTokens(
      const base::Clock& clock) const {
    LB_ASSIGN_OR_RETURN(
        const std::string key,
        access::ReadSmallFile(CertsDir() + "/issuer.key", kMaxKeyFileBytes));
    nlohmann::ordered_json tokens;
    for (const char* agency : kSampleAgencies) {
      access::MintClaims claims;
      claims.agency = agency;
      claims.subject = "sample";
      LB_ASSIGN_OR_RETURN(
          tokens[agency],
          access::MintToken(key, claims, kSampleTokenLifetime, clock));
    }
    return tokens;
  }

  absl::Status WriteEndpoints(const Suite& suite,
                              const base::Clock& clock) const {
    nlohmann::ordered_json json;
    json["region"] = region_;
    json["grpc"] = WithPort(grpc_, suite.grpc_port());
    json["admin"] = admin_.empty() ? "" : WithPort(admin_, suite.admin_port());
    json["ca"] = fs::absolute(CertsDir() + "/ca.crt").lexically_normal();
    json["issuer_key"] =
        fs::absolute(CertsDir() + "/issuer.key").lexically_normal();
    LB_ASSIGN_OR_RETURN(json["tokens"], SampleTokens(clock));
    return WriteFile(EndpointsFile(), json.dump(2) + "\n",
                     fs::perms::owner_read | fs::perms::owner_write);
  }

  absl::Status Run() {
    rpc::HoldTerminationSignals();
    const std::string log_path = log_.empty() ? data_ + "/log.jsonl" : log_;
    base::SystemClock clock;
    LB_RETURN_IF_ERROR(Prepare(clock));
    // Old addresses must not pass for new ones.
    std::error_code ignored;
    fs::remove(EndpointsFile(), ignored);
    std::FILE* log =
        log_path == "-" ? stderr : std::fopen(log_path.c_str(), "a");
    if (log == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot write ", log_path));
    }
    process::Runtime runtime(log);
    LB_ASSIGN_OR_RETURN(const auto suite, Suite::Start(Options(), &runtime));
    while (!suite->Ready()) absl::SleepFor(kReadinessPoll);
    LB_RETURN_IF_ERROR(WriteEndpoints(*suite, clock));
    std::printf("serving %s on %s; endpoints and sample tokens in %s\n",
                region_.c_str(), WithPort(grpc_, suite->grpc_port()).c_str(),
                EndpointsFile().c_str());
    std::fflush(stdout);
    rpc::WaitForTermination();
    suite->Drain();
    fs::remove(EndpointsFile(), ignored);
    return absl::OkStatus();
  }

  static std::string WithPort(const std::string& address, int port) {
    return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
  }
  std::string CertsDir() const { return data_ + "/certs"; }
  std::string ConfigFile(const std::string& name) const {
    return data_ + "/config/" + name;
  }
  std::string EndpointsFile() const { return data_ + "/endpoints.json"; }

  rpc::Flags flags_;
  std::string data_;
  std::string grpc_ = "127.0.0.1:8443";
  std::string admin_ = "127.0.0.1:0";
  std::string region_ = "local";
  std::string log_;
  bool allow_local_webhooks_ = false;
};

}  // namespace

void AddUpCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<UpCommand>(program));
}

}  // namespace lagesbild::cli
