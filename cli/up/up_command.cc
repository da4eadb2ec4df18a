#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/up/default_config.h"
#include "cli/up/folder_lock.h"
#include "cli/up/suite.h"
#include "lib/access/certs.h"
#include "lib/access/config_file.h"
#include "lib/access/mint.h"
#include "lib/access/write_file.h"
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

// An operator's own file stays as it is.
absl::Status WriteIfMissing(const fs::path& path, const std::string& text) {
  if (fs::exists(path)) return absl::OkStatus();
  return access::ReplaceFile(path, text, access::FileSecrecy::kSecret);
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
  absl::StatusOr<FolderLock> TakeFolder() const {
    std::error_code error;
    fs::create_directories(fs::path(data_) / "config", error);
    if (error) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot make ", data_, ": ", error.message()));
    }
    return FolderLock::Take(data_);
  }

  absl::Status Prepare(const base::Clock& clock) const {
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
    return access::ReplaceFile(EndpointsFile(), json.dump(2) + "\n",
                               access::FileSecrecy::kSecret);
  }

  absl::Status Run() {
    rpc::HoldTerminationSignals();
    // Ledgers, logs and keys are for the eyes of their owner.
    umask(S_IRWXG | S_IRWXO);
    LB_ASSIGN_OR_RETURN(const FolderLock lock, TakeFolder());
    base::SystemClock clock;
    LB_RETURN_IF_ERROR(Prepare(clock));
    // Old addresses must not pass for new ones.
    std::error_code ignored;
    fs::remove(EndpointsFile(), ignored);
    absl::Status served = Serve(clock);
    fs::remove(EndpointsFile(), ignored);
    return served;
  }

  absl::StatusOr<std::FILE*> OpenLog() const {
    if (log_ == "-") return stderr;
    const std::string path = log_.empty() ? data_ + "/log.jsonl" : log_;
    std::FILE* log = std::fopen(path.c_str(), "a");
    if (log != nullptr) return log;
    return absl::FailedPreconditionError(absl::StrCat("cannot write ", path));
  }

  absl::Status Serve(const base::Clock& clock) const {
    LB_ASSIGN_OR_RETURN(std::FILE * log, OpenLog());
    process::Runtime runtime(log);
    LB_ASSIGN_OR_RETURN(const auto suite, Suite::Start(Options(), &runtime));
    const auto ready = [&suite] { return suite->Ready(); };
    if (!rpc::HoldsBeforeTermination(ready, kReadinessPoll)) {
      return absl::CancelledError("stopped before the suite was ready");
    }
    LB_RETURN_IF_ERROR(WriteEndpoints(*suite, clock));
    std::printf("serving %s on %s; endpoints and sample tokens in %s\n",
                region_.c_str(), WithPort(grpc_, suite->grpc_port()).c_str(),
                EndpointsFile().c_str());
    std::fflush(stdout);
    rpc::WaitForTermination([&suite] { suite->Reload(); });
    suite->Drain();
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
