#ifndef LAGESBILD_LIB_ACCESS_CERTS_H_
#define LAGESBILD_LIB_ACCESS_CERTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/base/clock.h"

// The development certificate authority: everything a suite needs to talk TLS
// with itself and its callers. Not for production, which brings its own.
namespace lagesbild::access {

// The URI that names a member of the suite in its certificate:
// "spiffe://lagesbild/registry".
std::string SuiteUri(absl::string_view member);

// registry, proximity, interventions, notifications, gateway: who may speak for
// callers.
std::vector<std::string> SuiteMembers();

// The members, and redis: behind its TLS sidecar it is served like one, but it
// calls nobody.
std::vector<std::string> CertifiedNames();

inline constexpr absl::Duration kCaLifetime = absl::Hours(24 * 3650);
inline constexpr absl::Duration kCertificateLifetime = absl::Hours(24 * 365);
// A certificate that ends sooner than this is made anew.
inline constexpr absl::Duration kRenewBefore = absl::Hours(24 * 30);

struct DevelopmentCaOptions {
  std::string dir;  // made when missing
  std::vector<std::string> members = CertifiedNames();
  // Host names and IP addresses beside the member's name, "localhost" and
  // 127.0.0.1, for every certificate.
  std::vector<std::string> hosts;
  // Makes everything anew, the authority and the issuer's key too.
  bool force = false;
};

// Writes, in `dir`:
//   ca.crt ca.key          the authority
//   NAME.crt NAME.key      for each of `members`, for servers and clients,
//                          P-256; the gateway's serves outside callers too
//   issuer.key jwks.json   the local issuer's ES256 key and its public half
// PEM; keys are readable by their owner alone. What is there and still good
// (parses, fits its key and authority, names every host, ends later than
// kRenewBefore) is kept, so that a second call changes nothing. Each file is
// replaced as a whole. Returns the names of the files written.
// INVALID_ARGUMENT for a member's name that is not of lower-case letters,
// digits and hyphens or a host that is neither a host name nor an address;
// FAILED_PRECONDITION when the folder cannot be written.
absl::StatusOr<std::vector<std::string>> MakeDevelopmentCa(
    const DevelopmentCaOptions& options, const base::Clock& clock);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_CERTS_H_
