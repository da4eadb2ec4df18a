#include "lib/access/certs.h"

#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "lib/access/certificate.h"
#include "lib/access/jwks.h"
#include "lib/access/mint.h"
#include "lib/access/pem.h"
#include "lib/access/read_file.h"
#include "lib/access/write_file.h"
#include "lib/base/status.h"

namespace lagesbild::access {
namespace {

constexpr char kAuthorityName[] = "Lagesbild development CA";
constexpr size_t kMaxPemBytes = 64 << 10;
constexpr size_t kMaxMemberChars = 63;
// For machines whose clocks are a little behind.
constexpr absl::Duration kBackdated = absl::Minutes(5);

absl::Status CheckMember(absl::string_view member) {
  // A path, an URI and a DNS name are made of it.
  bool ok = !member.empty() && member.size() <= kMaxMemberChars &&
            member.front() != '-' && member.back() != '-';
  for (const char c : member) {
    ok &= absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  }
  // These names are taken by files beside the members'.
  ok &= member != "ca" && member != "issuer";
  return ok ? absl::OkStatus()
            : base::InvalidField("members", "not a member's name");
}

absl::StatusOr<std::string> AlternativeNames(
    absl::string_view member, const std::vector<std::string>& hosts) {
  std::vector<std::string> names = {absl::StrCat("URI:", SuiteUri(member)),
                                    absl::StrCat("DNS:", member),
                                    "DNS:localhost", "IP:127.0.0.1"};
  std::set<std::string> seen(names.begin(), names.end());
  for (const std::string& host : hosts) {
    const std::string name = AlternativeNameOf(host);
    if (name.empty()) {
      return base::InvalidField(
          "hosts", absl::StrCat("neither host name nor address: ", host));
    }
    if (seen.insert(name).second) names.push_back(name);
  }
  return absl::StrJoin(names, ",");
}

// Brings one folder up to date and remembers what it wrote.
class Folder {
 public:
  Folder(const DevelopmentCaOptions& options, absl::Time now)
      : options_(options), now_(now) {}

  absl::Status Prepare() {
    LB_RETURN_IF_ERROR(MakeFolder());
    LB_RETURN_IF_ERROR(PrepareAuthority());
    for (const std::string& member : options_.members) {
      LB_RETURN_IF_ERROR(PrepareMember(member));
    }
    return PrepareIssuer();
  }

  std::vector<std::string> Take() { return std::move(written_); }

 private:
  absl::Status MakeFolder() const {
    std::error_code error;
    std::filesystem::create_directories(options_.dir, error);
    if (!error) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(options_.dir, ": ", error.message()));
  }

  absl::Status PrepareAuthority() {
    authority_ = ReadIdentity("ca");
    if (!options_.force && IsGood(authority_, authority_, now_, Soon())) {
      return KeepSecret("ca.key");
    }
    authority_ = MakeAuthority(
        {kAuthorityName, "", now_ - kBackdated, now_ + kCaLifetime});
    return WriteIdentity("ca", authority_);
  }

  absl::Status PrepareMember(const std::string& member) {
    LB_RETURN_IF_ERROR(CheckMember(member));
    LB_ASSIGN_OR_RETURN(const std::string names,
                        AlternativeNames(member, options_.hosts));
    const Identity old = ReadIdentity(member);
    if (!options_.force && IsGood(old, authority_, now_, Soon()) &&
        HasAlternativeNames(old.certificate.get(), names)) {
      return KeepSecret(absl::StrCat(member, ".key"));
    }
    return WriteIdentity(member, MakeLeaf({member, names, now_ - kBackdated,
                                           now_ + kCertificateLifetime},
                                          authority_));
  }

  absl::Status PrepareIssuer() {
    std::string pem = Read("issuer.key");
    absl::StatusOr<std::string> jwks = JwksOf({pem});
    if (options_.force || !PrivateKeyFromPem(pem) || !jwks.ok()) {
      LB_ASSIGN_OR_RETURN(pem, NewEs256Key());
      LB_ASSIGN_OR_RETURN(jwks, JwksOf({pem}));
      LB_RETURN_IF_ERROR(Write("issuer.key", pem, FileSecrecy::kSecret));
    }
    LB_RETURN_IF_ERROR(KeepSecret("issuer.key"));
    if (HoldsKeysOf(Read("jwks.json"), *jwks)) return absl::OkStatus();
    return Write("jwks.json", *jwks, FileSecrecy::kOpen);
  }

  // An operator may have added other issuers' keys: those stay.
  static bool HoldsKeysOf(const std::string& file, const std::string& wanted) {
    const absl::StatusOr<KeySet> have = ParseJwks(file);
    const absl::StatusOr<KeySet> keys = ParseJwks(wanted);
    return have.ok() && keys.ok() && have->count(keys->begin()->first) != 0;
  }

  absl::Time Soon() const { return now_ + kRenewBefore; }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(options_.dir, "/", name);
  }

  // Empty for what cannot be read: it is made anew.
  std::string Read(absl::string_view name) const {
    return ReadSmallFile(Path(name), kMaxPemBytes).value_or("");
  }

  Identity ReadIdentity(absl::string_view name) const {
    return {PrivateKeyFromPem(Read(absl::StrCat(name, ".key"))),
            CertificateFromPem(Read(absl::StrCat(name, ".crt")))};
  }

  absl::Status KeepSecret(absl::string_view name) const {
    if (chmod(Path(name).c_str(), 0600) == 0) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(Path(name), ": cannot be made secret"));
  }

  // The key first: a certificate without its key would pass for good to those
  // who only read certificates.
  absl::Status WriteIdentity(absl::string_view name, const Identity& identity) {
    if (!identity.key || !identity.certificate) {
      return absl::InternalError("OpenSSL made no certificate");
    }
    LB_RETURN_IF_ERROR(Write(absl::StrCat(name, ".key"),
                             PrivateKeyPem(identity.key.get()),
                             FileSecrecy::kSecret));
    return Write(absl::StrCat(name, ".crt"),
                 CertificatePem(identity.certificate.get()),
                 FileSecrecy::kOpen);
  }

  absl::Status Write(const std::string& name, const std::string& bytes,
                     FileSecrecy secrecy) {
    LB_RETURN_IF_ERROR(ReplaceFile(Path(name), bytes, secrecy));
    written_.push_back(name);
    return absl::OkStatus();
  }

  const DevelopmentCaOptions& options_;
  const absl::Time now_;
  Identity authority_;
  std::vector<std::string> written_;
};

}  // namespace

std::string SuiteUri(absl::string_view member) {
  return absl::StrCat("spiffe://lagesbild/", member);
}

std::vector<std::string> SuiteMembers() {
  return {"registry", "proximity", "interventions", "notifications", "gateway"};
}

std::vector<std::string> CertifiedNames() {
  std::vector<std::string> names = SuiteMembers();
  names.push_back("redis");
  return names;
}

absl::StatusOr<std::vector<std::string>> MakeDevelopmentCa(
    const DevelopmentCaOptions& options, const base::Clock& clock) {
  const ErrorQueueMark mark;
  Folder folder(options, clock.Now());
  LB_RETURN_IF_ERROR(folder.Prepare());
  return folder.Take();
}

}  // namespace lagesbild::access
