#ifndef LAGESBILD_GATEWAY_ROUTES_H_
#define LAGESBILD_GATEWAY_ROUTES_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "lib/rpc/method.h"

namespace lagesbild::gateway {

// A service behind the gateway.
struct Backend {
  std::string member;   // "registry"
  std::string service;  // "lagesbild.registry.v1.SiteRegistry"
  std::shared_ptr<grpc::Channel> channel;
};

// Where one method goes.
struct Route {
  std::string path;    // "/lagesbild.registry.v1.SiteRegistry/GetSite"
  std::string member;  // "registry"
  const google::protobuf::MethodDescriptor* method = nullptr;
  const google::protobuf::Message* response = nullptr;  // the default instance
  std::shared_ptr<grpc::GenericStub> backend;
  std::shared_ptr<const rpc::MethodState> calls;  // where they are counted
};

// The methods of all backends by path. Immutable, hence thread-safe.
class Routes {
 public:
  // The services' generated code is linked in; dies for one that is not.
  // `metrics` and `access_log` outlive the routes.
  Routes(const std::vector<Backend>& backends, rpc::Metrics* metrics,
         rpc::AccessLog* access_log);

  // Null for a method that no backend has.
  const Route* Find(const std::string& path) const;

  // Where calls of no route are counted.
  const rpc::MethodState& unknown() const { return unknown_; }

  // Every backend's service, for Policy.
  const std::vector<const google::protobuf::ServiceDescriptor*>& services()
      const {
    return services_;
  }

 private:
  void Add(const std::string& member,
           const google::protobuf::ServiceDescriptor& service,
           const std::shared_ptr<grpc::GenericStub>& stub);

  rpc::Metrics* const metrics_;
  rpc::AccessLog* const access_log_;
  const rpc::MethodState unknown_;
  std::vector<const google::protobuf::ServiceDescriptor*> services_;
  std::map<std::string, Route> routes_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_ROUTES_H_
