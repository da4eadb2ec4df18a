#ifndef LAGESBILD_LIB_RPC_ADMIN_H_
#define LAGESBILD_LIB_RPC_ADMIN_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "lib/rpc/metrics.h"

namespace lagesbild::rpc {

struct AdminOptions {
  std::string address;               // "127.0.0.1:0"
  std::function<bool()> ready;       // must not block
  const Metrics* metrics = nullptr;  // not owned
};

// The plaintext HTTP/1.1 port for probes and scrapes, on a thread of its own:
// GET /livez (200 while the process serves), /readyz (200 or 503), /metrics.
// Nothing behind it is about data.
class AdminServer {
 public:
  // INVALID_ARGUMENT for an address that does not parse, UNAVAILABLE for one
  // that is taken.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(
      AdminOptions options);
  ~AdminServer();

  int port() const;

 private:
  class Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_ADMIN_H_
