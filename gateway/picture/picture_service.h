#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "gateway/picture/picture_feed.h"
#include "gateway/picture/picture_renderer.h"
#include "gateway/picture/picture_state.h"
#include "lagesbild/picture/v1/picture.grpc.pb.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/rpc/handler.h"
#include "lib/view/view.h"
#include "lib/watch/watch_hub.h"

namespace lagesbild::gateway {

// What the picture service is made of. None is owned.
struct PictureDeps {
  std::string region;
  Upstreams upstreams;
  view::View<PictureState>* view = nullptr;
  watch::WatchHub* hub = nullptr;
  watch::Reach* reach = nullptr;
  const PictureFeed* feed = nullptr;
  rpc::Handlers* handlers = nullptr;
  const access::Redactor* redactor = nullptr;
  const base::Clock* clock = nullptr;
  base::Executor* executor = nullptr;  // for as-of pictures, which block
};

// RegionalPicture: the picture of now from memory, one of the past from the
// services' own histories.
class PictureService final
    : public picture::v1::RegionalPicture::WithRawCallbackMethod_WatchPicture<
          picture::v1::RegionalPicture::WithCallbackMethod_GetPicture<
              picture::v1::RegionalPicture::Service>> {
 public:
  explicit PictureService(PictureDeps deps)
      : deps_(std::move(deps)), parent_("regions/" + deps_.region) {}

  grpc::ServerUnaryReactor* GetPicture(
      grpc::CallbackServerContext* context,
      const picture::v1::GetPictureRequest* request,
      picture::v1::Picture* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchPicture(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;

 private:
  using Request = picture::v1::GetPictureRequest;

  void DoGet(const rpc::CallPtr& call, const Request& request,
             picture::v1::Picture* response, rpc::Done done);
  absl::Status GetNow(const rpc::Call& call, const Request& request,
                      picture::v1::Picture* response) const;
  absl::Status GetAsOf(const rpc::Call& call, const Request& request,
                       picture::v1::Picture* response) const;
  absl::Status Fill(const rpc::Call& call, const Request& request,
                    std::vector<SituationPtr> situations,
                    const AreaNames& names, absl::Time recorded,
                    picture::v1::Picture* response) const;
  absl::Status CheckName(const std::string& name) const;
  absl::StatusOr<std::shared_ptr<PictureRenderer>> RendererFor(
      const rpc::Call& call, const picture::v1::WatchPictureRequest& request);

  const PictureDeps deps_;
  const std::string parent_;
};

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_SERVICE_H_
