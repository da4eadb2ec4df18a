#include "lib/rpc/tls.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "absl/strings/str_cat.h"
#include "lib/base/status.h"

namespace lagesbild::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using grpc::experimental::HostNameCertificateVerifier;
using grpc::experimental::TlsChannelCredentialsOptions;
using grpc::experimental::TlsServerCredentialsOptions;

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* object) const { kFree(object); }
};
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

absl::Status Bad(const std::string& path, absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::StatusOr<Bio> Open(const std::string& path) {
  Bio bio(BIO_new_file(path.c_str(), "r"));
  if (bio == nullptr) return Bad(path, "cannot be read");
  return bio;
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  LB_ASSIGN_OR_RETURN(const Bio bio, Open(path));
  Certificate certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return Bad(path, "is not a PEM certificate");
  return certificate;
}

// A key with a passphrase is refused rather than asked about at a terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<Key> ReadKey(const std::string& path) {
  LB_ASSIGN_OR_RETURN(const Bio bio, Open(path));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) return Bad(path, "is not a PEM key without passphrase");
  return key;
}

absl::Status Check(const TlsFiles& files) {
  LB_ASSIGN_OR_RETURN(const Certificate certificate,
                      ReadCertificate(files.certificate));
  LB_ASSIGN_OR_RETURN(const Key key, ReadKey(files.key));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Bad(files.key, absl::StrCat("does not fit the certificate ",
                                       files.certificate));
  }
  return ReadCertificate(files.ca).status();
}

std::shared_ptr<FileWatcherCertificateProvider> Watch(const TlsFiles& files) {
  return std::make_shared<FileWatcherCertificateProvider>(
      files.key, files.certificate, files.ca, kReloadIntervalSeconds);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerSide(
    const TlsFiles& files, grpc_ssl_client_certificate_request_type request) {
  LB_RETURN_IF_ERROR(Check(files));
  TlsServerCredentialsOptions options(Watch(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(request);
  return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> ClientSide(
    std::shared_ptr<FileWatcherCertificateProvider> provider,
    bool own_certificate) {
  TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::move(provider));
  options.watch_root_certs();
  if (own_certificate) options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_check_call_host(true);
  options.set_certificate_verifier(
      std::make_shared<HostNameCertificateVerifier>());
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> SuiteServerCredentials(
    const TlsFiles& files) {
  return ServerSide(files,
                    GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> OpenServerCredentials(
    const TlsFiles& files) {
  return ServerSide(files, GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
SuiteChannelCredentials(const TlsFiles& files) {
  LB_RETURN_IF_ERROR(Check(files));
  return ClientSide(Watch(files), true);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> TlsChannelCredentials(
    const std::string& ca) {
  LB_RETURN_IF_ERROR(ReadCertificate(ca).status());
  return ClientSide(std::make_shared<FileWatcherCertificateProvider>(
                        ca, kReloadIntervalSeconds),
                    false);
}

}  // namespace lagesbild::rpc
