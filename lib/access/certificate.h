#ifndef LAGESBILD_LIB_ACCESS_CERTIFICATE_H_
#define LAGESBILD_LIB_ACCESS_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "lib/access/openssl_ptr.h"

// X.509 certificates as the development authority makes them.
namespace lagesbild::access {

// A key and its certificate.
struct Identity {
  KeyPtr key;
  CertificatePtr certificate;
};

// What a certificate is to say. Names hold no commas: the caller has checked.
struct CertificateRequest {
  std::string common_name;
  std::string alternative_names;  // "URI:…,DNS:…,IP:…"; none for an authority
  absl::Time not_before;
  absl::Time not_after;
};

// A self-signed authority, or an identity for TLS servers and clients signed by
// `authority`, with a new P-256 key. Null members when OpenSSL fails.
Identity MakeAuthority(const CertificateRequest& request);
Identity MakeLeaf(const CertificateRequest& request, const Identity& authority);

// Whether both are there, belong together, are signed by `authority` and are
// valid now and until `until`.
bool IsGood(const Identity& identity, const Identity& authority, absl::Time now,
            absl::Time until);

// Whether the certificate's alternative names are exactly these.
bool HasAlternativeNames(X509* certificate, const std::string& names);

// "DNS:name" or "IP:address"; empty for what is neither.
std::string AlternativeNameOf(absl::string_view host);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_CERTIFICATE_H_
