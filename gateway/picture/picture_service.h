#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_

#include <memory>

#include "gateway/picture/picture_deps.h"
#include "gateway/picture/picture_reads.h"
#include "gateway/picture/picture_renderer.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"

namespace lagesbild::gateway {

// RegionalPicture: one region's situations and figures, and their watch.
class PictureService final
    : public picture::v1::RegionalPicture::WithRawCallbackMethod_WatchPicture<
          picture::v1::RegionalPicture::WithCallbackMethod_GetPicture<
              picture::v1::RegionalPicture::Service>> {
 public:
  explicit PictureService(const PictureDeps& deps)
      : deps_(deps), reads_(deps) {}

  grpc::ServerUnaryReactor* GetPicture(
      grpc::CallbackServerContext* context,
      const picture::v1::GetPictureRequest* request,
      picture::v1::Picture* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchPicture(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;

 private:
  const PictureDeps deps_;
  PictureReads reads_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_
