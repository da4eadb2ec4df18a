#include "gateway/routes.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace lagesbild::gateway {

Routes::Routes(const std::vector<Backend>& backends, rpc::Metrics* metrics,
               rpc::AccessLog* access_log)
    : metrics_(metrics),
      access_log_(access_log),
      unknown_("unknown", metrics, access_log) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const Backend& backend : backends) {
    const auto* service = pool->FindServiceByName(backend.service);
    if (service == nullptr) std::abort();
    services_.push_back(service);
    Add(backend.member, *service,
        std::make_shared<grpc::GenericStub>(backend.channel));
  }
}

void Routes::Add(const std::string& member,
                 const google::protobuf::ServiceDescriptor& service,
                 const std::shared_ptr<grpc::GenericStub>& stub) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  for (int i = 0; i < service.method_count(); ++i) {
    const auto* method = service.method(i);
    Route route;
    route.path = absl::StrCat("/", service.full_name(), "/", method->name());
    route.member = member;
    route.method = method;
    route.response = factory->GetPrototype(method->output_type());
    route.backend = stub;
    route.calls = std::make_shared<const rpc::MethodState>(
        absl::StrCat(service.name(), ".", method->name()), metrics_,
        access_log_);
    const std::string path = route.path;
    routes_.emplace(path, std::move(route));
  }
}

const Route* Routes::Find(const std::string& path) const {
  const auto found = routes_.find(path);
  return found == routes_.end() ? nullptr : &found->second;
}

}  // namespace lagesbild::gateway
