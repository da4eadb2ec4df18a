#include "services/registry/registry_service.h"

#include <functional>
#include <utility>

#include "lib/api/filter.h"
#include "lib/base/status.h"
#include "lib/watch/admit.h"
#include "services/registry/registry_watch.h"

namespace lagesbild::registry {
namespace {

using std::placeholders::_1;
using std::placeholders::_2;
using std::placeholders::_3;
using std::placeholders::_4;

using RendererOr = absl::StatusOr<std::shared_ptr<watch::Renderer>>;

RendererOr RendererFor(const Backend& backend,
                       const v1::WatchAreasRequest& request) {
  LB_RETURN_IF_ERROR(backend.presenter->CheckParent(request.parent()));
  return MakeAreaRenderer(backend.presenter, backend.view);
}

RendererOr RendererFor(const Backend& backend, const access::v1::Caller& caller,
                       const v1::WatchSitesRequest& request) {
  LB_RETURN_IF_ERROR(backend.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(api::Filter filter,
                      backend.presenter->ReadFilter(
                          request.filter(), v1::Site::descriptor(), caller));
  return MakeSiteRenderer(backend.presenter, backend.view, caller,
                          request.filter(), std::move(filter));
}

}  // namespace

grpc::ServerReadReactor<v1::ImportAreasRequest>* RegistryService::ImportAreas(
    grpc::CallbackServerContext* context, v1::ImportAreasResponse* response) {
  return rpc::Collect<v1::ImportAreasRequest>(
      handlers_, context, response, "SiteRegistry.ImportAreas", {},
      std::bind(&RegistryImports::ImportAreas, imports_, _1, _2, _3, _4));
}

grpc::ServerReadReactor<v1::ImportSitesRequest>* RegistryService::ImportSites(
    grpc::CallbackServerContext* context, v1::ImportSitesResponse* response) {
  return rpc::Collect<v1::ImportSitesRequest>(
      handlers_, context, response, "SiteRegistry.ImportSites", {},
      std::bind(&RegistryImports::ImportSites, imports_, _1, _2, _3, _4));
}

grpc::ServerUnaryReactor* RegistryService::ListAreas(
    grpc::CallbackServerContext* context, const v1::ListAreasRequest* request,
    v1::ListAreasResponse* response) {
  return handlers_->Unary(context, request, response, "SiteRegistry.ListAreas",
                          std::bind_front(&RegistryReads::ListAreas, &reads_));
}

grpc::ServerUnaryReactor* RegistryService::CreateSite(
    grpc::CallbackServerContext* context, const v1::CreateSiteRequest* request,
    v1::Site* response) {
  return handlers_->Unary(
      context, request, response, "SiteRegistry.CreateSite",
      std::bind_front(&RegistryWrites::CreateSite, &writes_));
}

grpc::ServerUnaryReactor* RegistryService::GetSite(
    grpc::CallbackServerContext* context, const v1::GetSiteRequest* request,
    v1::Site* response) {
  return handlers_->Unary(context, request, response, "SiteRegistry.GetSite",
                          std::bind_front(&RegistryReads::GetSite, &reads_));
}

grpc::ServerUnaryReactor* RegistryService::ListSites(
    grpc::CallbackServerContext* context, const v1::ListSitesRequest* request,
    v1::ListSitesResponse* response) {
  return handlers_->Unary(context, request, response, "SiteRegistry.ListSites",
                          std::bind_front(&RegistryReads::ListSites, &reads_));
}

grpc::ServerUnaryReactor* RegistryService::UpdateSite(
    grpc::CallbackServerContext* context, const v1::UpdateSiteRequest* request,
    v1::Site* response) {
  return handlers_->Unary(
      context, request, response, "SiteRegistry.UpdateSite",
      std::bind_front(&RegistryWrites::UpdateSite, &writes_));
}

grpc::ServerUnaryReactor* RegistryService::AssessSite(
    grpc::CallbackServerContext* context, const v1::AssessSiteRequest* request,
    v1::Site* response) {
  return handlers_->Unary(
      context, request, response, "SiteRegistry.AssessSite",
      std::bind_front(&RegistryWrites::AssessSite, &writes_));
}

watch::WatchReactor* RegistryService::WatchAreas(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchAreasRequest>(
      handlers_, hub_, context, "SiteRegistry.WatchAreas", *request,
      [this](const access::v1::Caller&, const v1::WatchAreasRequest& asked) {
        return RendererFor(backend_, asked);
      });
}

watch::WatchReactor* RegistryService::WatchSites(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchSitesRequest>(
      handlers_, hub_, context, "SiteRegistry.WatchSites", *request,
      [this](const access::v1::Caller& caller,
             const v1::WatchSitesRequest& asked) {
        return RendererFor(backend_, caller, asked);
      });
}

}  // namespace lagesbild::registry
