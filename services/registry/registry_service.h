#ifndef LAGESBILD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
#define LAGESBILD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "lagesbild/registry/v1/registry.grpc.pb.h"
#include "lib/rpc/collect.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"
#include "services/registry/backend.h"
#include "services/registry/registry_imports.h"
#include "services/registry/registry_reads.h"
#include "services/registry/registry_writes.h"

namespace lagesbild::registry {

// The full name of the service, for rpc::Handlers.
inline constexpr char kSiteRegistry[] = "lagesbild.registry.v1.SiteRegistry";

// The gRPC side of the registry: hands every call to the wrapper, and from
// there to reads, writes, imports and the hub. What is passed must outlive it.
class RegistryService final
    : public v1::SiteRegistry::WithRawCallbackMethod_WatchAreas<
          v1::SiteRegistry::WithRawCallbackMethod_WatchSites<
              v1::SiteRegistry::CallbackService>> {
 public:
  RegistryService(const Backend& backend, RegistryImports* imports,
                  rpc::Handlers* handlers, watch::WatchHub* hub)
      : backend_(backend),
        reads_(backend),
        writes_(backend),
        imports_(imports),
        handlers_(handlers),
        hub_(hub) {}

  grpc::ServerReadReactor<v1::ImportAreasRequest>* ImportAreas(
      grpc::CallbackServerContext* context,
      v1::ImportAreasResponse* response) override;
  grpc::ServerReadReactor<v1::ImportSitesRequest>* ImportSites(
      grpc::CallbackServerContext* context,
      v1::ImportSitesResponse* response) override;
  grpc::ServerUnaryReactor* ListAreas(grpc::CallbackServerContext* context,
                                      const v1::ListAreasRequest* request,
                                      v1::ListAreasResponse* response) override;
  grpc::ServerUnaryReactor* CreateSite(grpc::CallbackServerContext* context,
                                       const v1::CreateSiteRequest* request,
                                       v1::Site* response) override;
  grpc::ServerUnaryReactor* GetSite(grpc::CallbackServerContext* context,
                                    const v1::GetSiteRequest* request,
                                    v1::Site* response) override;
  grpc::ServerUnaryReactor* ListSites(grpc::CallbackServerContext* context,
                                      const v1::ListSitesRequest* request,
                                      v1::ListSitesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSite(grpc::CallbackServerContext* context,
                                       const v1::UpdateSiteRequest* request,
                                       v1::Site* response) override;
  grpc::ServerUnaryReactor* AssessSite(grpc::CallbackServerContext* context,
                                       const v1::AssessSiteRequest* request,
                                       v1::Site* response) override;
  watch::WatchReactor* WatchAreas(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request) override;
  watch::WatchReactor* WatchSites(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request) override;

 private:
  const Backend backend_;
  RegistryReads reads_;
  RegistryWrites writes_;
  RegistryImports* const imports_;
  rpc::Handlers* const handlers_;
  watch::WatchHub* const hub_;
};

}  // namespace lagesbild::registry

#endif  // LAGESBILD_SERVICES_REGISTRY_REGISTRY_SERVICE_H_
