#include "lib/rpc/server.h"

#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "lib/base/status.h"
#include "lib/rpc/limits.h"

namespace lagesbild::rpc {
namespace {

constexpr absl::Duration kReadinessInterval = absl::Milliseconds(200);

// gRPC takes a larger port for what is left of it in sixteen bits.
absl::Status CheckPort(absl::string_view address) {
  const std::string port(address.substr(address.rfind(':') + 1));
  const bool number = port.find_first_not_of("0123456789") == std::string::npos;
  std::int32_t value = 0;
  if (address.empty() || !number || port.empty() ||
      (absl::SimpleAtoi(port, &value) && value <= 65535)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(address, ": a port lies in 0 to 65535"));
}

absl::Status CheckOptions(const ServerOptions& options) {
  if (!options.address.empty() && options.credentials == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("no credentials for ", options.address));
  }
  if (options.logger == nullptr) {
    return absl::InvalidArgumentError("a server needs a logger");
  }
  return CheckPort(options.address);
}

}  // namespace

Server::Server(ServerOptions options, std::vector<Component*> components)
    : options_(std::move(options)), components_(std::move(components)) {}

Server::~Server() { Drain(); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    ServerOptions options, std::vector<Component*> components) {
  LB_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<Server> server(
      new Server(std::move(options), std::move(components)));
  LB_RETURN_IF_ERROR(server->Build());
  LB_RETURN_IF_ERROR(server->StartAdmin());
  server->readiness_ =
      std::thread([raw = server.get()] { raw->FollowReadiness(); });
  return server;
}

absl::Status Server::Build() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  ApplyLimits(&builder);
  if (!options_.address.empty()) {
    builder.AddListeningPort(options_.address, options_.credentials, &port_);
  }
  for (Component* component : components_) {
    for (grpc::Service* service : component->Services()) {
      builder.RegisterService(service);
    }
  }
  if (options_.generic != nullptr) {
    builder.RegisterCallbackGenericService(options_.generic);
  }
  server_ = builder.BuildAndStart();
  if (server_ != nullptr && (options_.address.empty() || port_ != 0)) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("cannot serve on ", options_.address,
                   ": is the address this machine's, and the port free?"));
}

absl::Status Server::StartAdmin() {
  if (options_.admin_address.empty()) return absl::OkStatus();
  AdminOptions options;
  options.address = options_.admin_address;
  options.ready = [this] { return Ready(); };
  options.metrics = options_.metrics;
  LB_ASSIGN_OR_RETURN(admin_, AdminServer::Start(std::move(options)));
  return absl::OkStatus();
}

int Server::admin_port() const {
  return admin_ == nullptr ? 0 : admin_->port();
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  return server_->InProcessChannel(arguments);
}

bool Server::Ready() const {
  return !draining_ &&
         std::all_of(components_.begin(), components_.end(),
                     [](const Component* c) { return c->Ready(); });
}

void Server::FollowReadiness() {
  base::MutexLock lock(&mutex_);
  while (!stop_following_) {
    server_->GetHealthCheckService()->SetServingStatus(Ready());
    wake_.WaitFor(&mutex_, kReadinessInterval);
  }
}

void Server::StopFollowing() {
  {
    base::MutexLock lock(&mutex_);
    stop_following_ = true;
  }
  wake_.SignalAll();
  if (readiness_.joinable()) readiness_.join();
}

void Server::Reload() {
  for (Component* component : components_) component->Reload();
}

void Server::Drain() {
  if (draining_.exchange(true)) return;
  StopFollowing();
  if (server_ == nullptr) return;
  options_.logger->Info("draining");
  server_->GetHealthCheckService()->SetServingStatus(false);
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(options_.notice));
  for (Component* component : components_) component->Drain();
  // Refuses new calls, gives those under way until the deadline, then cancels
  // them and waits for each to end.
  server_->Shutdown(std::chrono::system_clock::now() +
                    absl::ToChronoMilliseconds(options_.grace));
  options_.logger->Info("drained");
}

}  // namespace lagesbild::rpc
