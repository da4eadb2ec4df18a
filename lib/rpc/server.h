#ifndef LAGESBILD_LIB_RPC_SERVER_H_
#define LAGESBILD_LIB_RPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lib/base/log.h"
#include "lib/base/mutex.h"
#include "lib/rpc/admin.h"
#include "lib/rpc/component.h"
#include "lib/rpc/metrics.h"

namespace lagesbild::rpc {

struct ServerOptions {
  // "127.0.0.1:0" (port 0 picks a free one); empty: in-process channels only.
  std::string address;
  // For `address`; see tls.h.
  std::shared_ptr<grpc::ServerCredentials> credentials;
  // Methods of no registered service go here (the gateway's proxy). Not owned.
  grpc::CallbackGenericService* generic = nullptr;
  // Plaintext probes and metrics; empty: none.
  std::string admin_address;
  // Between failing readiness and ending streams, for load balancers to notice.
  absl::Duration notice = absl::ZeroDuration();
  // How long calls may go on after that, before they are cancelled.
  absl::Duration grace = absl::Seconds(1);
  base::Logger* logger = nullptr;    // not owned
  const Metrics* metrics = nullptr;  // not owned, for /metrics
};

// A running gRPC server. grpc.health.v1.Health on the main port follows the
// components' readiness, as does /readyz.
class Server {
 public:
  // The components are not owned and outlive the server. INVALID_ARGUMENT for
  // options that make no sense, UNAVAILABLE when the address cannot be taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      ServerOptions options, std::vector<Component*> components);

  // Drains.
  ~Server();

  int port() const { return port_; }  // 0: in-process only
  int admin_port() const;             // 0: none
  std::shared_ptr<grpc::Channel> InProcessChannel();

  // Started, not draining, and every component ready.
  bool Ready() const;

  // Has every component read its files again.
  void Reload();

  // Readiness fails → `notice` → components end their streams → calls have
  // `grace` → the rest is cancelled → the server is gone. Blocks until then;
  // later calls return at once.
  void Drain();

 private:
  Server(ServerOptions options, std::vector<Component*> components);
  absl::Status Build();
  absl::Status StartAdmin();
  void FollowReadiness();
  void StopFollowing();

  const ServerOptions options_;
  const std::vector<Component*> components_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<AdminServer> admin_;
  std::atomic<bool> draining_ = false;
  base::Mutex mutex_;
  base::CondVar wake_;
  bool stop_following_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread readiness_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_SERVER_H_
