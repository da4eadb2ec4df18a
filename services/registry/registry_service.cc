#include "services/registry/registry_service.h"

#include <functional>
#include <utility>

#include "lib/access/caller.h"
#include "lib/api/filter.h"
#include "lib/base/status.h"
#include "services/registry/registry_access.h"
#include "services/registry/registry_watch.h"

namespace lagesbild::registry {
namespace {

using std::placeholders::_1;
using std::placeholders::_2;
using std::placeholders::_3;
using std::placeholders::_4;

// The bytes of a raw method's request.
template <typename Message>
absl::Status Parse(const grpc::ByteBuffer& bytes, Message* message) {
  grpc::ByteBuffer copy(bytes);
  const grpc::Status parsed =
      grpc::SerializationTraits<Message>::Deserialize(&copy, message);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError("the request does not parse");
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
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes) {
  v1::WatchAreasRequest request;
  const absl::Status parsed = Parse(*bytes, &request);
  return Watch(
      context, "SiteRegistry.WatchAreas", bytes->Length(), request.cursor(),
      [&](const access::v1::Caller&)
          -> absl::StatusOr<std::shared_ptr<watch::Renderer>> {
        LB_RETURN_IF_ERROR(parsed);
        LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
        return MakeAreaRenderer(backend_.presenter, backend_.view);
      });
}

watch::WatchReactor* RegistryService::WatchSites(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* bytes) {
  v1::WatchSitesRequest request;
  const absl::Status parsed = Parse(*bytes, &request);
  return Watch(
      context, "SiteRegistry.WatchSites", bytes->Length(), request.cursor(),
      [&](const access::v1::Caller& caller)
          -> absl::StatusOr<std::shared_ptr<watch::Renderer>> {
        LB_RETURN_IF_ERROR(parsed);
        LB_RETURN_IF_ERROR(backend_.presenter->CheckParent(request.parent()));
        LB_ASSIGN_OR_RETURN(
            api::Filter filter,
            api::Filter::Compile(request.filter(), v1::Site::descriptor()));
        LB_RETURN_IF_ERROR(CheckFilterFields(caller, *v1::Site::descriptor(),
                                             filter.fields()));
        return MakeSiteRenderer(backend_.presenter, backend_.view, caller,
                                request.filter(), std::move(filter));
      });
}

watch::WatchReactor* RegistryService::Watch(
    grpc::CallbackServerContext* context, absl::string_view method,
    std::int64_t bytes, const std::string& cursor, const MakeRenderer& make) {
  const absl::StatusOr<rpc::CallPtr> call =
      handlers_->AdmitStream(context, method, bytes);
  if (!call.ok()) {
    return rpc::FinishedStream<grpc::ByteBuffer>(call.status());
  }
  absl::StatusOr<std::shared_ptr<watch::Renderer>> renderer =
      make((*call)->caller());
  if (!renderer.ok()) {
    (*call)->Finished(renderer.status());
    return rpc::FinishedStream<grpc::ByteBuffer>(renderer.status());
  }
  watch::WatchRequest request;
  request.cursor = cursor;
  request.renderer = *std::move(renderer);
  request.prompt_bookmarks = access::IsSuiteMember((*call)->caller());
  request.on_done = [call = *call](const absl::Status& status) {
    call->Finished(status);
  };
  return hub_->Watch(context, std::move(request));
}

}  // namespace lagesbild::registry
