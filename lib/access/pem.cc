#include "lib/access/pem.h"

#include <openssl/pem.h>

namespace lagesbild::access {
namespace {

BioPtr Reading(absl::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string TextIn(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : "";
}

// OpenSSL's default asks on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

KeyPtr NewP256Key() { return KeyPtr(EVP_EC_gen("P-256")); }

std::string PrivateKeyPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  const bool written =
      bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0,
                                           nullptr, nullptr) == 1;
  return written ? TextIn(bio.get()) : "";
}

std::string CertificatePem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  const bool written = bio && PEM_write_bio_X509(bio.get(), certificate) == 1;
  return written ? TextIn(bio.get()) : "";
}

KeyPtr PrivateKeyFromPem(absl::string_view pem) {
  const BioPtr bio = Reading(pem);
  return KeyPtr(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassword, nullptr));
}

KeyPtr PublicKeyFromPem(absl::string_view pem) {
  const BioPtr bio = Reading(pem);
  return KeyPtr(PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassword, nullptr));
}

CertificatePtr CertificateFromPem(absl::string_view pem) {
  const BioPtr bio = Reading(pem);
  return CertificatePtr(
      PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
}

}  // namespace lagesbild::access
