#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/county/county.h"
#include "cli/output.h"
#include "cli/upload.h"
#include "lib/access/caller.h"
#include "lib/access/certs.h"
#include "lib/access/config_file.h"
#include "lib/access/mint.h"
#include "lib/base/clock.h"
#include "lib/base/status.h"

// Commands that need no server.
namespace lagesbild::cli {
namespace {

constexpr size_t kMaxKeyFileBytes = 64 << 10;
// Nobody can take a token back; and one without an end no gateway takes.
constexpr absl::Duration kMaxLifetime = absl::Hours(24 * 366);

class TokenCommand final : public Command {
 public:
  explicit TokenCommand(rpc::Commands* program)
      : flags_("lagesbild token",
               "Prints a bearer token signed with an issuer's key.") {
    flags_.Add("key", "the issuer's private key, PEM", &key_);
    flags_.Add("agency", "the agency's id in the agencies file", &agency_);
    flags_.Add("role",
               "VIEWER, REPORTER, COORDINATOR, AUDITOR or ADMIN; several "
               "times; default: all that the agency has",
               &roles_);
    flags_.Add("subject", "the person or system, for the logs", &subject_);
    flags_.Add("ttl", "how long it is valid: 1h", &ttl_);
    flags_.Require("key");
    flags_.Require("agency");
    program->Add("token", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    if (ttl_ > kMaxLifetime) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--ttl is at most ", absl::FormatDuration(kMaxLifetime)));
    }
    for (const std::string& role : roles_) {
      if (access::RoleNamed(role) == access::v1::ROLE_UNSPECIFIED) {
        return absl::InvalidArgumentError(
            absl::StrCat("--role: there is no role '", Printable(role), "'"));
      }
    }
    LB_ASSIGN_OR_RETURN(const std::string key,
                        access::ReadSmallFile(key_, kMaxKeyFileBytes));
    access::MintClaims claims;
    claims.agency = agency_;
    claims.roles = roles_;
    claims.subject = subject_;
    LB_ASSIGN_OR_RETURN(
        const std::string token,
        access::MintToken(key, claims, ttl_, base::SystemClock()));
    std::printf("%s\n", token.c_str());
    return absl::OkStatus();
  }

  rpc::Flags flags_;
  std::string key_;
  std::string agency_;
  std::vector<std::string> roles_;
  std::string subject_ = "command-line";
  absl::Duration ttl_ = absl::Hours(1);
};

class CertsCommand final : public Command {
 public:
  explicit CertsCommand(rpc::Commands* program)
      : flags_("lagesbild certs",
               "Makes a development authority, the suite's certificates, and a "
               "local issuer's key and JWKS. What is there and still good is "
               "kept.") {
    flags_.Argument("DIR", "where to write them", &options_.dir);
    flags_.Add("host",
               "another host name or address in the certificates; "
               "several times",
               &options_.hosts);
    flags_.Add("force", "make everything anew", &options_.force);
    program->Add("certs", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    LB_ASSIGN_OR_RETURN(
        const std::vector<std::string> written,
        access::MakeDevelopmentCa(options_, base::SystemClock()));
    for (const std::string& file : written) {
      std::printf("%s/%s\n", options_.dir.c_str(), file.c_str());
    }
    if (written.empty()) std::printf("everything is there and still good\n");
    return absl::OkStatus();
  }

  rpc::Flags flags_;
  access::DevelopmentCaOptions options_;
};

class GenerateCommand final : public Command {
 public:
  explicit GenerateCommand(rpc::Commands* program)
      : flags_("lagesbild generate",
               "Writes an invented county, calibrated to published figures: "
               "areas, schools, sites, history and interventions.") {
    flags_.Argument("DIR", "where to write the files", &options_.directory);
    flags_.Add("seed", "the same seed gives the same files", &seed_);
    flags_.Add("scale", "how many counties, 1 to 1000", &options_.scale);
    program->Add("generate", &flags_, [this] { return Report(Run()); });
  }

 private:
  absl::Status Run() {
    options_.seed = static_cast<uint64_t>(seed_);
    county::CountySummary made;
    {
      Progress progress("counties");
      options_.progress = [&](int done, int of) { progress.At(done, of); };
      LB_ASSIGN_OR_RETURN(made, county::GenerateCounty(options_));
    }
    std::printf(
        "%s: %d municipalities, %d places, %d sites, %d acts, %d "
        "interventions\n",
        options_.directory.c_str(), made.municipalities, made.places,
        made.sites, made.acts, made.interventions);
    return absl::OkStatus();
  }

  rpc::Flags flags_;
  county::CountyOptions options_;
  std::int64_t seed_ = 1;
};

}  // namespace

void AddTokenCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<TokenCommand>(program));
}

void AddCertsCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<CertsCommand>(program));
}

void AddGenerateCommand(rpc::Commands* program, CommandList* list) {
  list->push_back(std::make_unique<GenerateCommand>(program));
}

}  // namespace lagesbild::cli
