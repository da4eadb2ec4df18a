#ifndef LAGESBILD_GATEWAY_PICTURE_PICTURE_DEPS_H_
#define LAGESBILD_GATEWAY_PICTURE_PICTURE_DEPS_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/picture/picture_feed.h"
#include "gateway/picture/picture_state.h"
#include "gateway/upstreams.h"
#include "lib/access/redactor.h"
#include "lib/base/clock.h"
#include "lib/base/executor.h"
#include "lib/rpc/handler.h"
#include "lib/view/view.h"
#include "lib/watch/reach.h"
#include "lib/watch/watch_hub.h"

namespace lagesbild::gateway {

// What the picture service is made of. None is owned.
struct PictureDeps {
  std::string region;
  Upstreams upstreams;
  view::View<PictureState>* view = nullptr;
  watch::WatchHub* hub = nullptr;
  watch::Reach* reach = nullptr;
  PictureFeed* feed = nullptr;
  rpc::Handlers* handlers = nullptr;
  const access::Redactor* redactor = nullptr;
  const base::Clock* clock = nullptr;
  base::Executor* executor = nullptr;  // for what takes long
  // For how long the caller's credential still speaks for him.
  std::function<absl::Duration(const grpc::ServerContextBase&)> credential_left;
};

// NOT_FOUND unless `name` is this suite's region, or "regions/-".
inline absl::Status CheckRegion(const PictureDeps& deps,
                                const std::string& name) {
  const std::string own = absl::StrCat("regions/", deps.region);
  if (name == "regions/-" || name == own) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("this suite keeps ", own));
}

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_PICTURE_DEPS_H_
