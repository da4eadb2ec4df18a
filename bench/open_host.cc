#include "bench/open_host.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/must.h"
#include "lib/access/caller.h"
#include "lib/rpc/channel.h"

namespace lagesbild::bench {
namespace {

std::FILE* Nowhere() {
  std::FILE* file = std::fopen("/dev/null", "w");
  if (file == nullptr) Must(absl::UnavailableError("/dev/null is not there"));
  return file;
}

}  // namespace

OpenHost::OpenHost() : log_(Nowhere()) {}

rpc::HandlerOptions OpenHost::Handlers() {
  rpc::HandlerOptions handlers;
  handlers.clock = &clock_;
  handlers.logger = &logger_;
  handlers.access_log = &access_log_;
  handlers.metrics = &metrics_;
  handlers.identify = [](const grpc::ServerContextBase& context) {
    return access::DecodeCaller(
        rpc::MetadataValue(context, access::kCallerMetadata));
  };
  return handlers;
}

std::unique_ptr<rpc::Server> OpenHost::Serve(rpc::Component* component) {
  rpc::ServerOptions options;
  options.address = "127.0.0.1:0";
  options.credentials = grpc::InsecureServerCredentials();
  options.logger = &logger_;
  return Must(rpc::Server::Start(std::move(options), {component}));
}

std::shared_ptr<grpc::Channel> OpenChannel(int port) {
  return rpc::MakeChannel({.target = absl::StrCat("127.0.0.1:", port),
                           .credentials = grpc::InsecureChannelCredentials(),
                           .server_name = "",
                           .retried_services = {}});
}

}  // namespace lagesbild::bench
