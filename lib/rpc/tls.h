#ifndef LAGESBILD_LIB_RPC_TLS_H_
#define LAGESBILD_LIB_RPC_TLS_H_

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

// TLS from PEM files that are read again while running, within
// kReloadIntervalSeconds of a change. All functions give INVALID_ARGUMENT,
// naming the file, for one that is missing, does not parse, or is a key that
// does not fit its certificate.
namespace lagesbild::rpc {

inline constexpr unsigned kReloadIntervalSeconds = 2;

struct TlsFiles {
  std::string certificate;  // this process's own, with its chain
  std::string key;
  std::string ca;  // whom to trust
};

// Between members of the suite: a client without a certificate of the CA does
// not get a connection. Which member it is, SuiteIdentity checks for each call.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> SuiteServerCredentials(
    const TlsFiles& files);

// The gateway's door: a client may show a certificate, which is then verified.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> OpenServerCredentials(
    const TlsFiles& files);

// A member as client: shows its certificate, verifies the server's, name too.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>>
SuiteChannelCredentials(const TlsFiles& files);

// A client without a certificate: verifies the server against `ca`, name too.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> TlsChannelCredentials(
    const std::string& ca);

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_TLS_H_
