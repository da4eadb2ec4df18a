#ifndef LAGESBILD_LIB_ACCESS_PEM_H_
#define LAGESBILD_LIB_ACCESS_PEM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "lib/access/openssl_ptr.h"

// Keys and certificates as text.
namespace lagesbild::access {

KeyPtr NewP256Key();

// Empty when OpenSSL fails.
std::string PrivateKeyPem(EVP_PKEY* key);
std::string CertificatePem(X509* certificate);

// Null for what is not such a PEM. An encrypted key is not read: nobody is
// asked for its password.
KeyPtr PrivateKeyFromPem(absl::string_view pem);
KeyPtr PublicKeyFromPem(absl::string_view pem);
CertificatePtr CertificateFromPem(absl::string_view pem);

}  // namespace lagesbild::access

#endif  // LAGESBILD_LIB_ACCESS_PEM_H_
