#include "gateway/picture/picture_service.h"

#include <set>
#include <string>
#include <utility>

#include "lib/base/status.h"
#include "lib/watch/admit.h"

namespace lagesbild::gateway {

using ::lagesbild::picture::v1::GetPictureRequest;
using ::lagesbild::picture::v1::Picture;
using ::lagesbild::picture::v1::WatchPictureRequest;

grpc::ServerUnaryReactor* PictureService::GetPicture(
    grpc::CallbackServerContext* context, const GetPictureRequest* request,
    Picture* response) {
  return deps_.handlers->Unary(
      context, request, response, "RegionalPicture.GetPicture",
      [this](const rpc::CallPtr& call, const GetPictureRequest& q, Picture* r,
             rpc::Done done) {
        reads_.Get({call, &q, r, std::move(done)});
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* PictureService::WatchPicture(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<WatchPictureRequest>(
      deps_.handlers, deps_.hub, context, "RegionalPicture.WatchPicture",
      *request,
      [this](const access::v1::Caller& caller, const WatchPictureRequest& asked)
          -> absl::StatusOr<std::shared_ptr<watch::Renderer>> {
        LB_RETURN_IF_ERROR(CheckRegion(deps_, asked.name()));
        return std::make_shared<PictureRenderer>(
            deps_.view, deps_.redactor, caller,
            std::set<std::string>(asked.areas().begin(), asked.areas().end()));
      },
      deps_.credential_left(*context));
}

}  // namespace lagesbild::gateway
